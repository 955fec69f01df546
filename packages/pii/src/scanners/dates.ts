import { isLetterOrDigit } from '../char-class.js'
import { ambiguousMonths, months, weekdays } from '../dates/months.js'
import { timeLength } from '../dates/time.js'
import { fullYear } from '../dates/year.js'
import type { Candidate } from '../finding.js'
import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { shape, type Words } from '../words.js'

const ordinal = `(?:st|nd|rd|th|er|ère|º|ª|°|\\.)`
const spelt =
  'first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|' +
  'seventeenth|eighteenth|nineteenth|twentieth|twenty[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|' +
  'thirtieth|thirty[- ]first'
const day = `(?:(?:[12]\\d|3[01]|0?[1-9])${ordinal}?|${spelt})`
const through = ' ?(?:-|to|and|or|&|through|until|y|al|a|e|und|bis|et|au|en|tot) ?'
const of = '(?: of| day of| de| del| di)?'

/** What a date has before its month: a weekday, and a day or a range of days. */
const before = new RegExp(
  `(?<![\\p{L}\\d])(?:(?:${weekdays})\\.?,? (?:the |el |den |le |il |de )?)?(${day}(?:${through}${day})?${of}[ -]?)?$`,
  'iu',
)
/** What it has after it: a day, and a year; or a year alone. */
const afterDay = new RegExp(`^\\.?(?: |-|, | the )(${day}(?:${through}${day})?)(?![\\p{L}\\d:%])`, 'iu')
const afterYear =
  /^\.?,?(?: |-|\/|)(?:de |del |of |in )?((?:19|20)\d\d)(?!\d|[.,]\d)|^\.?,? ?(?:de )?['’](\d\d)(?!\d)|^-(\d\d)(?!\d)/iu

const prepositions =
  /(?<!\p{L})(?:in|since|until|till|by|from|during|through|early|late|mid|last|next|of|on|to|before|after|and|en|desde|hasta|im|seit|bis|depuis|nel|em)[ -](?:the )?$/iu

const leftWindow = 48
const rightWindow = 24

const triggers = triggersOf(months.keys())

/**
 * Dates with the name of a month, in seven languages: `Monday, June 6th, 2022`, `3 de enero de 2017`, `5-7 June`,
 * `Sept. 2020`. A month alone needs a word such as `in` before it. Without a year a date needs company.
 */
export const dateScanner: Scanner = {
  id: 'dates',
  types: ['DATE'],
  triggers,
  scan(source, emit) {
    const words = source.words()
    const triggered = source.triggers()
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0) continue
      const month = months.get(words.folded(word))
      if (month === undefined) continue
      const date = dateAt(words, word)
      if (date) emit(date)
    }
  },
}

function dateAt(words: Words, word: number): Candidate | undefined {
  const { text } = words
  const [monthStart, monthEnd] = [words.start[word]!, words.end[word]!]
  const key = words.folded(word)
  const isLower = words.shape[word] === shape.lower
  const left = text.slice(Math.max(0, monthStart - leftWindow), monthStart)
  const lead = before.exec(left)
  if (!lead) return undefined
  const hasDayBefore = lead[1] !== undefined
  let end = monthEnd
  let right = text.slice(end, end + rightWindow)
  let hasDayAfter = false
  if (!hasDayBefore) {
    const found = afterDay.exec(right)
    if (found && !(ambiguousMonths.has(key) && isLower && !isCertainDay(found[0], text, end + found[0].length, left))) {
      hasDayAfter = true
      end += found[0].length
      right = text.slice(end, end + rightWindow)
    }
  }
  const found = afterYear.exec(right)
  const year = found ? yearOf(found) : undefined
  if (found && year !== undefined) end += found[0].length
  const hasDay = hasDayBefore || hasDayAfter
  if (!hasDay && year === undefined) {
    if (isLower && ambiguousMonths.has(key)) return undefined
    if (!prepositions.test(left) || words.end[word]! - words.start[word]! < 3 || isName(words, word)) return undefined
  }
  if (hasDay) end += timeLength(text, end)
  if (end === monthEnd && text[end] === '.' && key.length <= 4 && text[end + 1] === ' ') end = monthEnd
  if (end > monthEnd && isLetterOrDigit(text.charCodeAt(end)) && isLetterOrDigit(text.charCodeAt(end - 1)))
    return undefined
  return {
    type: 'DATE',
    start: monthStart - lead[0].length,
    end,
    score: hasDay || year !== undefined ? 0.85 : 0.5,
    rule: hasDay ? 'date/month-name' : year !== undefined ? 'date/month-year' : 'date/month',
    meaning: { kind: 'date', granularity: hasDay ? 'day' : 'month', ...(year !== undefined && { year }) },
    ...(year === undefined && { needsCompany: true }),
  }
}

function yearOf(found: RegExpExecArray): number | undefined {
  return found[1] !== undefined ? fullYear(Number(found[1]), 4) : fullYear(Number(found[2] ?? found[3]), 2)
}

/** A month in small letters that is also a word needs an ordinal, a year or a preposition: `you may 3 times`. */
const isCertainDay = (day: string, text: string, end: number, left: string): boolean =>
  /\d(?:st|nd|rd|th)/i.test(day) || afterYear.test(text.slice(end, end + rightWindow)) || prepositions.test(left)

/** `to April Smith`: a capital after a month that people are called by. */
const isName = (words: Words, word: number): boolean =>
  ambiguousMonths.has(words.folded(word)) &&
  words.start[word + 1] === words.end[word]! + 1 &&
  words.shape[word + 1] === shape.capitalised
