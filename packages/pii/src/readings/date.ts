import { isLetter } from '../char-class.js'
import { wordsBefore } from '../context-words.js'
import { timeLength } from '../dates/time.js'
import { fullYear } from '../dates/year.js'
import type { Candidate } from '../finding.js'
import { digitsOf, runLength, separatorBefore, type Read, type Reading } from '../number-groups.js'

const dateLabels = new Set(
  'date dob born birth birthdate birthday fecha nacimiento datum geburtsdatum nascimento'.split(' '),
)

/** Words after which two numbers with a slash are a day and a month. */
const datePrepositions = new Set(
  'on since dated until by from date dob before after el desde hasta am seit bis le depuis dal'.split(' '),
)

/** Numeric dates: three runs with one kind of separator; a month and a year; a day and a month after `on` and the like. */
export function readDate(reading: Reading): Read | undefined {
  const { text, group, run } = reading
  if (run + 1 >= group.start.length && runLength(group, run) !== 8) return undefined
  const before = separatorBefore(text, group, run)
  if (/[-./]$/.test(before) || isLetter(text.charCodeAt(group.start[run]! - 1))) return undefined
  const found = threeRuns(reading) ?? twoRuns(reading) ?? oneRun(reading)
  if (!found) return undefined
  const last = run + found.runs - 1
  const end = group.end[last]! + (found.granularity === 'day' ? timeLength(text, group.end[last]!) : 0)
  if (end === group.end[last]! && isLetter(text.charCodeAt(end))) return undefined
  const { granularity, year, rule, score } = found
  const candidate: Candidate = {
    type: 'DATE',
    start: group.start[run]!,
    end,
    score,
    rule,
    meaning: { kind: 'date', granularity, ...(year !== undefined && { year }) },
    ...(year === undefined && { needsCompany: true }),
  }
  let runs = found.runs
  while (run + runs < group.start.length && group.start[run + runs]! < end) runs++
  return { candidate, runs }
}

interface NumericDate {
  readonly runs: number
  readonly granularity: 'day' | 'month'
  readonly year?: number
  readonly rule: string
  readonly score: number
}

const isDay = (day: number): boolean => day >= 1 && day <= 31
const isMonth = (month: number): boolean => month >= 1 && month <= 12
const areDayAndMonth = (a: number, b: number): boolean => (isDay(a) && isMonth(b)) || (isMonth(a) && isDay(b))

/** `17/08/1961`, `8-17-61`, `2016.11.28`. */
function threeRuns({ text, group, run }: Reading): NumericDate | undefined {
  const separator = separatorBefore(text, group, run + 1)
  if (!/^(?:[-./]| [-./] )$/.test(separator) || separatorBefore(text, group, run + 2) !== separator) return undefined
  if (separatorBefore(text, group, run) === separator) return undefined
  const after = separatorBefore(text, group, run + 3)
  if (after === separator || /^[-./]/.test(after)) return undefined
  const [a, b, c] = [0, 1, 2].map(i => runLength(group, run + i)) as [number, number, number]
  const [x, y, z] = [0, 1, 2].map(i => Number(digitsOf(text, group, run + i, run + i))) as [number, number, number]
  if (a === 4 && b <= 2 && c <= 2) {
    const year = fullYear(x, 4)
    return year !== undefined && isMonth(y) && isDay(z)
      ? { runs: 3, granularity: 'day', year, rule: 'date/year-first', score: 0.85 }
      : undefined
  }
  if (a > 2 || b > 2 || (c !== 4 && c !== 2) || !areDayAndMonth(x, y)) return undefined
  // `1.2.03` is a version sooner than a day.
  if (c === 2 && separator === '.' && (a < 2 || b < 2)) return undefined
  const year = fullYear(z, c)
  return year === undefined
    ? undefined
    : { runs: 3, granularity: 'day', year, rule: 'date/numeric', score: c === 4 ? 0.85 : 0.7 }
}

/** `03/2021`, `2021-03`; `3/14` after a preposition. */
function twoRuns({ text, group, run }: Reading): NumericDate | undefined {
  const separator = separatorBefore(text, group, run + 1)
  if (!/^[-./]$/.test(separator) || /^[-./]/.test(separatorBefore(text, group, run + 2))) return undefined
  const [a, b] = [runLength(group, run), runLength(group, run + 1)]
  const [x, y] = [Number(digitsOf(text, group, run, run)), Number(digitsOf(text, group, run + 1, run + 1))]
  if (a <= 2 && b === 4 && separator !== '.' && isMonth(x)) {
    const year = fullYear(y, 4)
    return year === undefined ? undefined : { runs: 2, granularity: 'month', year, rule: 'date/month-year', score: 0.7 }
  }
  if (a === 4 && b === 2 && separator === '-' && isMonth(y)) {
    const year = fullYear(x, 4)
    return year === undefined
      ? undefined
      : { runs: 2, granularity: 'month', year, rule: 'date/month-year', score: 0.65 }
  }
  if (a > 2 || b > 2 || separator !== '/' || !areDayAndMonth(x, y) || (x === 24 && y === 7)) return undefined
  return datePrepositions.has(wordsBefore(text, group.start[run]!)[0] ?? '') &&
    !/^\s*(?:%|st\b|nd\b|rd\b|th\b)/.test(text.slice(group.end[run + 1]!, group.end[run + 1]! + 4))
    ? { runs: 2, granularity: 'day', rule: 'date/day-month', score: 0.5 }
    : undefined
}

/** `20230115` after a word such as `dob`. */
function oneRun({ text, group, run }: Reading): NumericDate | undefined {
  if (runLength(group, run) !== 8) return undefined
  const digits = digitsOf(text, group, run, run)
  const year = fullYear(Number(digits.slice(0, 4)), 4)
  if (year === undefined || !isMonth(Number(digits.slice(4, 6))) || !isDay(Number(digits.slice(6)))) return undefined
  return wordsBefore(text, group.start[run]!)
    .slice(0, 3)
    .some(word => dateLabels.has(word))
    ? { runs: 1, granularity: 'day', year, rule: 'date/compact', score: 0.7 }
    : undefined
}
