import { isDigit } from './char-class.js'
import { isCommonNoun } from './gazetteer/common-nouns.js'
import { facilityHeads, institutionHeads } from './gazetteer/organisation-words.js'
import { proseWords } from './gazetteer/plain-words.js'
import { regionCodes } from './gazetteer/regions.js'
import { sign } from './text-signs.js'
import type { Words } from './words.js'

/**
 * A text of one case in small letters, as tools that fold case and people in a hurry write; undefined where case says something.
 * `signs` are those of the text.
 */
export function oneCase(text: string, signs: number): string | undefined {
  const hasSmall = (signs & sign.small) !== 0
  if (hasSmall === ((signs & sign.capital) !== 0) || !/\p{L}{3}/u.test(text)) return undefined
  if (hasSmall) return text
  const small = text.toLowerCase()
  return small.length === text.length ? small : undefined
}

/**
 * A text in small letters as it might have been written with capitals: a capital for every word that is no common one, all
 * capitals for codes beside digits. Every place stays where it is.
 */
export function raiseCase({ text, count, start, end, folded }: Words): string {
  let raised = ''
  let at = 0
  for (let word = 0; word < count; word++) {
    const from = start[word]!
    const isCode =
      isDigit(text.charCodeAt(from - 1)) || isDigit(text.charCodeAt(end[word]!)) || isRegion(text, from, end[word]!)
    if (!isCode && (proseWords.has(folded(word)) || isPlainNoun(folded(word)) || end[word]! - from < 2)) continue
    const to = isCode ? end[word]! : from + 1
    const upper = text.slice(from, to).toUpperCase()
    if (upper.length !== to - from) continue
    raised += text.slice(at, from) + upper
    at = to
  }
  return raised + text.slice(at)
}

/** `hospital` may end a name. */
const isPlainNoun = (folded: string): boolean =>
  isCommonNoun(folded) && !facilityHeads.has(folded) && !institutionHeads.has(folded)

/** `il 62701` */
const isRegion = (text: string, from: number, to: number): boolean =>
  to - from <= 3 &&
  regionCodes.has(text.slice(from, to).toUpperCase()) &&
  /^,? \d{4,5}(?!\d)/.test(text.slice(to, to + 8))
