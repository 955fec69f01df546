import type { Finding } from '../finding.js'
import { placeholderOf } from '../placeholder.js'
import {
  dateOfDayNumber,
  dayNumber,
  readWrittenDate,
  type ReadingOptions,
  type WrittenDate,
} from '../dates/written-date.js'
import { keyedDigest } from '../subkeys.js'

export interface DateShiftOptions {
  /** Most days by which dates move, in either direction; 365 by default. At least 7 with `keepWeekday`, else 1. */
  readonly mostDays?: number
  /** Move by whole weeks. */
  readonly keepWeekday?: boolean
  /** Separates what is written for one purpose from what is written for another under the same key. */
  readonly domain?: string
}

/**
 * By how many days the dates of a person move: never 0, the same for all dates of the person, so that the time between them
 * stays. `1 + HMAC-SHA256("date|" + subject) mod mostDays`, with a sign from the same digest.
 *
 * Whoever learns one true date of the person knows them all, so the result stays personal data, and the method is not Safe
 * Harbor.
 *
 * @throws PII-E004 when the key has fewer than 16 bytes; RangeError when there is no such shift
 */
export function dateShifts(
  key: Uint8Array,
  { mostDays = 365, keepWeekday = false, domain }: DateShiftOptions = {},
): (subject: string) => number {
  const unit = keepWeekday ? 7 : 1
  const steps = Math.floor(mostDays / unit)
  if (!(steps >= 1) || !Number.isSafeInteger(steps)) throw new RangeError(`mostDays is at least ${unit}: ${mostDays}`)
  const digest = keyedDigest(key, domain)
  return subject => {
    const mac = digest('DATE', `date|${subject}`)
    const days = unit * (1 + Number(mac.readBigUInt64BE() % BigInt(steps)))
    return mac[8]! & 1 ? -days : days
  }
}

/**
 * A date moved by days and written as it was: order, separators, names of months and weekdays, leading zeros, times of day. A
 * month moves from its middle. What cannot be read with certainty becomes its placeholder: a date without a year, one whose
 * day and month could be either, a day that no calendar has, and one that would read otherwise once written.
 */
export function shiftDate(finding: Finding, value: string, days: number, options: ReadingOptions = {}): string {
  const { type, meaning } = finding
  if (type !== 'DATE' || meaning?.kind !== 'date') return placeholderOf(type)
  const date = readWrittenDate(value, options)
  if (!date || date.year !== meaning.year || (date.day === undefined ? 'month' : 'day') !== meaning.granularity)
    return placeholderOf(type)
  return rewritten(date, days, options) ?? placeholderOf(type)
}

/** Undefined when the new text would not be read as the new date. */
function rewritten(date: WrittenDate, days: number, options: ReadingOptions): string | undefined {
  const { year, month, day } = dateOfDayNumber(dayNumber(date) + days)
  const target = date.day === undefined ? { year, month } : { year, month, day }
  const written = date.rewrite(target)
  const again = readWrittenDate(written, options)
  return again && again.year === year && again.month === month && again.day === target.day ? written : undefined
}
