const isoDate = /^\d{4}-\d{2}-\d{2}$/
const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/

/**
 * Milliseconds since the epoch of an ISO 8601 date (its first instant, UTC) or of a date and time with an offset; undefined
 * for anything else, so that what cannot be read never counts.
 */
export function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const isDay = isoDate.test(value)
  if (!isDay && !isoInstant.test(value)) return undefined
  const time = new Date(value).getTime()
  if (Number.isNaN(time)) return undefined
  // V8 reads 30 February as 2 March.
  if (new Date(`${value.slice(0, 10)}T00:00:00Z`).toISOString().slice(0, 10) !== value.slice(0, 10)) return undefined
  return time
}

/** Whether a date or instant has come; what cannot be read counts as past. */
export const isPast = (value: unknown, now: number): boolean => {
  const time = instantOf(value)
  return time === undefined || time <= now
}

/** `2026-03-01`. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
