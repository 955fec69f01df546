import { frequencyBad } from './errors.js'

/** The minutes at which something is due, as sets of what each field allows. */
export interface Cron {
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  /** Of the month, from 1. */
  readonly days: ReadonlySet<number>
  /** From 1. */
  readonly months: ReadonlySet<number>
  /** From 0, Sunday, to 6. */
  readonly weekdays: ReadonlySet<number>
  /** Both day fields name days: a day that either of them names is due. Else a day must be in both. */
  readonly isEitherDay: boolean
}

const named: Readonly<Record<string, string>> = { hourly: '0 * * * *', daily: '0 0 * * *', weekly: '0 0 * * 0' }

interface Field {
  readonly name: string
  readonly least: number
  readonly most: number
  /** Names of the values from `least` on. */
  readonly words?: readonly string[]
}

const fields: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  // 7 is Sunday too, as cron has it.
  { name: 'day of the week', least: 0, most: 7, words: 'sun mon tue wed thu fri sat'.split(' ') },
]

/**
 * Reads `hourly`, `daily` (00:00), `weekly` (Sunday 00:00), or five cron fields: minute, hour, day of the month, month, day
 * of the week, as crontab(5) of Vixie cron has them. A day field that begins with `*` names no days of its own.
 *
 * @throws MONITOR-E201 when it cannot be read, or names no instant within a hundred years
 */
export function parseCron(frequency: string): Cron {
  if (frequency.length > 200) throw frequencyBad('it is longer than 200 characters')
  const texts = (named[frequency] ?? frequency).trim().split(/[ \t]+/)
  if (texts.length !== 5) throw frequencyBad(`'${frequency}' is no name of a frequency and does not have five fields`)
  const [minutes, hours, days, months, weekdays] = texts.map((text, place) => valuesOf(text, fields[place]!)) as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ]
  if (weekdays.delete(7)) weekdays.add(0)
  const isEitherDay = !texts[2]!.startsWith('*') && !texts[4]!.startsWith('*')
  const cron: Cron = { minutes, hours, days, months, weekdays, isEitherDay }
  if (nextDue(cron, new Date('2001-01-01T00:00:00Z')) === null) throw frequencyBad(`'${frequency}' never comes`)
  return cron
}

function valuesOf(text: string, field: Field): Set<number> {
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const [from, to, step] = rangeOf(part, field)
    for (let value = from; value <= to; value += step) values.add(value)
  }
  return values
}

/** `*`, `a`, `a-b`, and each with a step; a step without an end goes on to the last value, as in `5/15`. */
function rangeOf(part: string, field: Field): readonly [from: number, to: number, step: number] {
  const { name, least, most } = field
  const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d{1,3}))?$/.exec(part)
  if (!match) throw frequencyBad(`'${part}' is no ${name}`)
  const [, first, last, stride] = match
  const from = first === undefined ? least : valueOf(first, field)
  const open = first === undefined || stride !== undefined
  const to = last === undefined ? (open ? most : from) : valueOf(last, field)
  const step = Number(stride ?? 1)
  if (to < from) throw frequencyBad(`the range '${part}' of the ${name} ends before it begins`)
  if (step === 0) throw frequencyBad(`the step of the ${name} is 0`)
  return [from, to, step]
}

function valueOf(text: string, { name, least, most, words = [] }: Field): number {
  const word = words.indexOf(text.toLowerCase())
  const value = word >= 0 ? word + least : /^\d{1,2}$/.test(text) ? Number(text) : NaN
  if (!(value >= least && value <= most)) throw frequencyBad(`'${text}' is no ${name} from ${least} to ${most}`)
  return value
}

const minuteMs = 60_000
const dayMs = 86_400_000
const horizonDays = 36_525

/** The first due instant after `after`, in UTC; null when none comes within a hundred years. */
export function nextDue(cron: Cron, after: Date): Date | null {
  const start = Math.floor(after.getTime() / minuteMs) * minuteMs + minuteMs
  const today = Math.floor(start / dayMs) * dayMs
  for (let day = 0; day <= horizonDays; day++) {
    const midnight = today + day * dayMs
    if (!isDay(cron, new Date(midnight))) continue
    const minute = minuteOfDay(cron, Math.max(0, (start - midnight) / minuteMs))
    if (minute !== null) return new Date(midnight + minute * minuteMs)
  }
  return null
}

function isDay({ days, months, weekdays, isEitherDay }: Cron, date: Date): boolean {
  if (!months.has(date.getUTCMonth() + 1)) return false
  const inMonth = days.has(date.getUTCDate())
  const inWeek = weekdays.has(date.getUTCDay())
  return isEitherDay ? inMonth || inWeek : inMonth && inWeek
}

/** The first minute of a day that is due, from `least` on. */
function minuteOfDay({ hours, minutes }: Cron, least: number): number | null {
  for (let minute = least; minute < 1440; minute++)
    if (hours.has(Math.floor(minute / 60)) && minutes.has(minute % 60)) return minute
  return null
}
