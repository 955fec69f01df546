import { AttestryError } from './errors.js'

/** An ISO 8601 calendar duration of years, months, weeks or days, such as `P7Y`, `P18M` or `P30D`. */
export type Duration = `P${string}`

const pattern = /^P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?$/

/** Whether a text is a duration that `addDuration` reads. */
export const isDuration = (text: string): text is Duration => pattern.test(text)

/**
 * The instant that lies `duration` after `from`, in UTC; a day that the month lacks becomes the month's last day.
 *
 * @throws CORE-E041 when the duration cannot be read
 */
export function addDuration(from: Date, duration: Duration): Date {
  const match = pattern.exec(duration)
  if (!match)
    throw new AttestryError({
      code: 'CORE-E041',
      message: `'${duration}' is not a duration of years, months, weeks or days`,
      help: "write it as ISO 8601 does, such as 'P7Y' or 'P30D'",
    })
  const [years, months, weeks, days] = match.slice(1).map(part => Number(part ?? 0)) as [number, number, number, number]
  const to = new Date(from)
  const day = to.getUTCDate()
  to.setUTCDate(1)
  to.setUTCMonth(to.getUTCMonth() + years * 12 + months)
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate()
  to.setUTCDate(Math.min(day, lastDay) + weeks * 7 + days)
  return to
}

/** Negative when `a` is shorter than `b`, measured from 1 January 2001 so that the answer never depends on today. */
export function compareDurations(a: Duration, b: Duration): number {
  const start = new Date('2001-01-01T00:00:00Z')
  return addDuration(start, a).getTime() - addDuration(start, b).getTime()
}
