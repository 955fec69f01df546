/** Today's date in UTC, such as `2026-11-23`: the one place that reads the machine's clock. */
export const systemToday = (): string => new Date().toISOString().slice(0, 10)
