import { charClass, classOf, isDigit } from './char-class.js'
import { isCommonNoun } from './gazetteer/common-nouns.js'
import { facilityHeads, institutionHeads } from './gazetteer/organisation-words.js'
import { proseWords } from './gazetteer/plain-words.js'
import { regionCodes } from './gazetteer/regions.js'
import { isGroup } from './scanners/groups.js'
import { sign } from './text-signs.js'
import type { TaggedName } from './tagger/names.js'
import { particles } from './person/name-run.js'
import type { Words } from './words.js'

/**
 * A text of one case in small letters, as tools that fold case and people in a hurry write; undefined where case says something.
 * `signs` are those of the text.
 */
export function oneCase(text: string, signs: number): string | undefined {
  const hasSmall = (signs & sign.small) !== 0
  const hasCapital = (signs & sign.capital) !== 0
  if (!(hasSmall || hasCapital) || (hasSmall && hasCapital && !isInCapitals(text))) return undefined
  if (!/\p{L}{3}/u.test(text)) return undefined
  if (!hasCapital) return text
  const small = text.toLowerCase()
  return small.length === text.length ? small : undefined
}

/** Letters that have no capital stand in capitals too: `Nº`, `STRAßE`. One letter for so many capitals may be small. */
const capitalsPerSmall = 20

/** Ends at the first few letters of most texts. */
function isInCapitals(text: string): boolean {
  let small = 0
  let capitals = 0
  for (let i = 0; i < text.length; i++) {
    const unitClass = classOf(text.charCodeAt(i))
    if (unitClass === charClass.upper) capitals++
    else if (unitClass === charClass.lower && ++small > 2 && small * capitalsPerSmall > capitals) return false
  }
  return small * capitalsPerSmall <= capitals
}

/** A text in small letters as it might have been written with capitals: for every word of a name, and for nationalities and the like. */
export const raiseNames = (words: Words, names: readonly TaggedName[]): string => {
  let name = 0
  return raise(words, word => {
    while (name < names.length && names[name]!.last < word) name++
    const isNamed = name < names.length && names[name]!.first <= word && !particles.has(words.folded(word))
    return isNamed || isGroup(words.folded(word))
  })
}

/** The same with a capital for every word of several letters that is no common one, as streets and towns have. */
export const raiseRareWords = (words: Words): string =>
  raise(
    words,
    word =>
      !proseWords.has(words.folded(word)) &&
      !isPlainNoun(words.folded(word)) &&
      words.end[word]! - words.start[word]! > 1,
  )

/** A capital for the words that have one, in order, and all capitals for codes beside digits. Every place stays where it is. */
function raise({ text, count, start, end }: Words, hasCapital: (word: number) => boolean): string {
  let raised = ''
  let at = 0
  for (let word = 0; word < count; word++) {
    const from = start[word]!
    const isCode =
      isDigit(text.charCodeAt(from - 1)) || isDigit(text.charCodeAt(end[word]!)) || isRegion(text, from, end[word]!)
    if (!isCode && !hasCapital(word)) continue
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
