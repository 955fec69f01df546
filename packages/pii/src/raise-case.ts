import { isDigit } from './char-class.js'
import { proseWords } from './gazetteer/plain-words.js'
import { regionCodes } from './gazetteer/regions.js'
import type { Words } from './words.js'

/** Whether a text has small letters and no capital, as people type in a hurry and as tools write that fold case. */
export const isAllLower = (text: string): boolean => /\p{Ll}/u.test(text) && !/\p{Lu}/u.test(text)

/**
 * A text without capitals as it might have been written with them: a capital for every word that is no common one, all
 * capitals for codes beside digits. Every place stays where it is.
 */
export function raiseCase({ text, count, start, end, folded }: Words): string {
  let raised = ''
  let at = 0
  for (let word = 0; word < count; word++) {
    const from = start[word]!
    const isCode =
      isDigit(text.charCodeAt(from - 1)) || isDigit(text.charCodeAt(end[word]!)) || isRegion(text, from, end[word]!)
    if (!isCode && (proseWords.has(folded(word)) || end[word]! - from < 2)) continue
    const to = isCode ? end[word]! : from + 1
    const upper = text.slice(from, to).toUpperCase()
    if (upper.length !== to - from) continue
    raised += text.slice(at, from) + upper
    at = to
  }
  return raised + text.slice(at)
}

/** `il 62701` */
const isRegion = (text: string, from: number, to: number): boolean =>
  to - from <= 3 &&
  regionCodes.has(text.slice(from, to).toUpperCase()) &&
  /^,? \d{4,5}(?!\d)/.test(text.slice(to, to + 8))
