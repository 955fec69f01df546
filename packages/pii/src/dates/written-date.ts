import { foldWord } from '../words.js'
import { months } from './months.js'
import { monthNames, weekdayNames, type MonthNames } from './month-names.js'
import { fullYear } from './year.js'

/** A day, or a month where the day is absent. */
export interface CalendarDate {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day?: number
}

/** A date as it stands in a text: what it says, and how to say another one in the same way. */
export interface WrittenDate extends CalendarDate {
  /** The same text with another date; its granularity is that of this one. */
  rewrite(other: CalendarDate): string
}

export interface ReadingOptions {
  /** Whether the day stands before the month in numeric dates that could be read either way. */
  readonly dayFirst?: boolean
  /** Language of month names that several languages share, such as `de`. */
  readonly language?: string
}

interface Part {
  readonly start: number
  readonly end: number
  readonly write: (date: CalendarDate) => string
}

interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
}

/**
 * Reads a date with a year. Undefined when there is no year, when day and month could be either and nothing tells which, for
 * days that no calendar has, and for anything that is written otherwise.
 */
export function readWrittenDate(value: string, options: ReadingOptions = {}): WrittenDate | undefined {
  const read = inDigits(value, options) ?? inWords(value, options)
  if (!read) return undefined
  const { parts, ...date } = read
  if (!exists(date)) return undefined
  const all = [...parts, ...weekdayParts(value)].sort((a, b) => a.start - b.start)
  return {
    ...date,
    rewrite(other) {
      let written = ''
      let at = 0
      for (const { start, end, write } of all) {
        written += value.slice(at, start) + write(other)
        at = end
      }
      return written + value.slice(at)
    },
  }
}

/** Whether numeric dates put the day first, by those that can be read in one way only; undefined when none tells or they disagree. */
export function dayFirstIn(values: Iterable<string>): boolean | undefined {
  let told: boolean | undefined
  for (const value of values) {
    const found = threeNumbers.exec(value)
    if (!found || found[1]!.length > 2) continue
    const [a, b] = [Number(found[1]), Number(found[3])]
    if (a > 12 === b > 12) continue
    if (told !== undefined && told !== a > 12) return undefined
    told = a > 12
  }
  return told
}

/** Days since 1 January 1970, and back. */
export const dayNumber = ({ year, month, day = 15 }: CalendarDate): number =>
  Math.round(Date.UTC(year, month - 1, day) / 86_400_000)

export function dateOfDayNumber(days: number): Required<CalendarDate> {
  const date = new Date(days * 86_400_000)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

function exists({ year, month, day }: CalendarDate): boolean {
  if (month < 1 || month > 12) return false
  if (day === undefined) return true
  const found = dateOfDayNumber(dayNumber({ year, month, day }))
  return found.month === month && found.day === day
}

type Read = CalendarDate & { readonly parts: readonly Part[] }

const threeNumbers = /(?<!\d)(\d{1,4})([-./]| [-./] )(\d{1,2})\2(\d{1,4})(?!\d)/d
const twoNumbers = /^(\d{1,4})([-/.])(\d{2,4})$/d
const compact = /^(\d{4})(\d{2})(\d{2})$/d

function inDigits(value: string, { dayFirst }: ReadingOptions): Read | undefined {
  const whole = compact.exec(value)
  if (whole) return numeric(whole, ['year', 'month', 'day'], [1, 2, 3])
  const three = threeNumbers.exec(value)
  if (three) {
    const [a, b] = [Number(three[1]), Number(three[3])]
    if (three[1]!.length === 4) return numeric(three, ['year', 'month', 'day'], [1, 3, 4])
    const isDayFirst = a > 12 ? true : b > 12 ? false : dayFirst
    if (isDayFirst === undefined) return undefined
    return numeric(three, isDayFirst ? ['day', 'month', 'year'] : ['month', 'day', 'year'], [1, 3, 4])
  }
  const two = twoNumbers.exec(value)
  if (!two) return undefined
  return two[1]!.length === 4 ? numeric(two, ['year', 'month'], [1, 3]) : numeric(two, ['month', 'year'], [1, 3])
}

type Field = 'year' | 'month' | 'day'

function numeric(found: RegExpExecArray, fields: readonly Field[], groups: readonly number[]): Read | undefined {
  const texts = groups.map(group => found[group]!)
  const yearText = texts[fields.indexOf('year')]!
  const year = yearOf(yearText)
  if (year === undefined) return undefined
  const small = texts.filter((_, i) => fields[i] !== 'year')
  // `14/12/2021` does not tell whether there are leading zeros: there are, more often than not.
  const width = small.some(text => text.length === 1) ? 1 : 2
  const parts = fields.map((field, i): Part => {
    const [start, end] = found.indices![groups[i]!]!
    const write = (date: CalendarDate): string =>
      field === 'year' ? yearLike(yearText, date.year) : String(date[field]).padStart(width, '0')
    return { start, end, write }
  })
  const numberOf = (field: Field): number => Number(texts[fields.indexOf(field)])
  return { year, month: numberOf('month'), ...(fields.includes('day') && { day: numberOf('day') }), parts }
}

const yearOf = (text: string): number | undefined =>
  text.length === 4 || text.length === 2 ? fullYear(Number(text), text.length) : undefined

const yearLike = (written: string, year: number): string =>
  written.length === 2 ? String(year % 100).padStart(2, '0') : String(year)

const ordinals = new Set(['st', 'nd', 'rd', 'th'])
const between = new Set([...ordinals, 'er', 'º', 'of', 'de', 'den', 'the', 'del'])

function inWords(value: string, { language }: ReadingOptions): Read | undefined {
  const end = /\d{1,2}(?::\d\d| ?[ap]\.?m\b)/i.exec(value)?.index ?? value.length
  const tokens: Token[] = [...value.slice(0, end).matchAll(/\p{L}[\p{L}\p{M}]*|\d+/gu)].map(({ 0: text, index }) => ({
    text,
    start: index,
    end: index + text.length,
  }))
  const at = tokens.findIndex(({ text }) => months.has(foldWord(text)))
  if (at < 0) return undefined
  const month = tokens[at]!
  const dayAt = dayBefore(tokens, at) ?? dayAfter(value, tokens, at)
  const yearAt = tokens.findIndex(
    (token, i) => i > at && i !== dayAt && /^\d+$/.test(token.text) && isYear(value, token, dayAt, at),
  )
  if (yearAt < 0) return undefined
  const yearToken = tokens[yearAt]!
  const year = yearOf(yearToken.text)
  if (year === undefined) return undefined
  const parts: Part[] = [
    { ...placeOf(yearToken), write: date => yearLike(yearToken.text, date.year) },
    { ...placeOf(month), write: date => likeMonth(month.text, date.month, language, yearToken.text.length === 2) },
  ]
  if (dayAt !== undefined) {
    const day = tokens[dayAt]!
    const pad = day.text.startsWith('0') ? 2 : 1
    parts.push({ ...placeOf(day), write: date => String(date.day).padStart(pad, '0') })
    const after = tokens[dayAt + 1]
    if (after && ordinals.has(after.text.toLowerCase()) && after.start === day.end)
      parts.push({ ...placeOf(after), write: date => inCaseOf(after.text, ordinalOf(date.day!)) })
  }
  return {
    year,
    month: months.get(foldWord(month.text))!,
    ...(dayAt !== undefined && { day: Number(tokens[dayAt]!.text) }),
    parts,
  }
}

const isDay = ({ text }: Token): boolean => /^\d{1,2}$/.test(text)
const placeOf = ({ start, end }: Token): { readonly start: number; readonly end: number } => ({ start, end })

function dayBefore(tokens: readonly Token[], month: number): number | undefined {
  let i = month - 1
  while (i >= 0 && i >= month - 3 && between.has(tokens[i]!.text.toLowerCase())) i--
  return i >= 0 && isDay(tokens[i]!) ? i : undefined
}

function dayAfter(value: string, tokens: readonly Token[], month: number): number | undefined {
  const i = tokens[month + 1]?.text.toLowerCase() === 'the' ? month + 2 : month + 1
  const token = tokens[i]
  return token && isDay(token) && !isShortYear(value, token) ? i : undefined
}

const isShortYear = (value: string, { start }: Token): boolean => /['’]/.test(value[start - 1] ?? '')

const isYear = (value: string, token: Token, day: number | undefined, month: number): boolean =>
  token.text.length === 4 ||
  (token.text.length === 2 && (isShortYear(value, token) || (day !== undefined && day < month)))

function likeMonth(written: string, month: number, language: string | undefined, isTerse: boolean): string {
  const folded = foldWord(written)
  const ordered = [...monthNames.filter(names => names.language === language), ...monthNames]
  const full = ordered.find(names => has(names, 'full', folded))
  const short = ordered.find(names => has(names, 'short', folded))
  // `May` is both; a year of two digits stands with short names.
  if (full && !(short && isTerse)) return inCaseOf(written, full.full[month - 1]!)
  // `Sept`, `maerz` and other spellings that the tables do not write become the short form of the first language.
  return inCaseOf(written, (short ?? ordered[0]!).short[month - 1]!)
}

const has = (names: MonthNames, form: 'full' | 'short', folded: string): boolean =>
  names[form].some(name => foldWord(name) === folded)

/** The language in which all months of some dates have their names, the first where there are several; undefined when there is none. */
export function languageIn(values: Iterable<string>): string | undefined {
  let left = monthNames
  let isTold = false
  for (const value of values) {
    const month = [...value.matchAll(/\p{L}+/gu)].map(({ 0: word }) => foldWord(word)).find(word => months.has(word))
    if (month === undefined) continue
    const those = left.filter(names => has(names, 'full', month) || has(names, 'short', month))
    if (those.length === 0) continue
    left = those
    isTold = true
  }
  return isTold ? left[0]!.language : undefined
}

function ordinalOf(day: number): string {
  if (day >= 11 && day <= 13) return 'th'
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th'
}

/** A word in the case of another: capitals, a capital, or small letters. */
export function inCaseOf(model: string, word: string): string {
  if (model.length > 1 && model === model.toUpperCase() && model !== model.toLowerCase()) return word.toUpperCase()
  const first = model[0] ?? ''
  return first !== first.toLowerCase() ? word[0]!.toUpperCase() + word.slice(1) : word
}

function weekdayParts(value: string): readonly Part[] {
  const found = /^\p{L}[\p{L}\p{M}-]*/u.exec(value)
  if (!found) return []
  const folded = foldWord(found[0])
  const names = weekdayNames.find(list => list.some(name => foldWord(name) === folded))
  if (!names) return []
  const write = (date: CalendarDate): string =>
    date.day === undefined ? found[0] : inCaseOf(found[0], names[(((dayNumber(date) + 4) % 7) + 7) % 7]!)
  return [{ start: 0, end: found[0].length, write }]
}
