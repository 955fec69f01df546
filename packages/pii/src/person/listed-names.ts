import { ambiguousFamilyNames, familyNames } from '../gazetteer/family-names.js'
import { ambiguousGivenNames, givenNames } from '../gazetteer/given-names.js'
import { shape, type Words } from '../words.js'
import type { NameMatch } from './introductions.js'
import { gapAfter, isCapital, isInitial, isNameLike, isThing, nameKey, runEnd } from './name-run.js'

const shortestUpper = 4

/** A name that begins with this word, as far as the name lists know it. */
export function listedName(words: Words, first: number): NameMatch | undefined {
  if (isInitial(words, first)) return initialsAndFamily(words, first)
  if (!isCapital(words, first)) return undefined
  const key = nameKey(words, first)
  const last = runEnd(words, first)
  if (isThing(words, last)) return undefined
  if (givenNames.has(key)) return givenFirst(words, first, last, key)
  return familyFirst(words, first, last, key)
}

/** `Maria`, `Maria Gonzalez`; a given name that is also a word needs a family name. */
function givenFirst(words: Words, first: number, last: number, key: string): NameMatch | undefined {
  if (last > first) {
    const isCertain = !ambiguousGivenNames.has(key) || familyNames.has(nameKey(words, last))
    return isCertain ? { first, last, score: 0.75, rule: 'person/full-name' } : undefined
  }
  if (ambiguousGivenNames.has(key) || isShortUpper(words, first)) return undefined
  return { first, last, score: 0.55, rule: 'person/given-name' }
}

/** `Gonzalez, Maria`; `Thandeka Nkosi`, of which only the second is listed; `Gonzalez` alone. */
function familyFirst(words: Words, first: number, last: number, key: string): NameMatch | undefined {
  const isFamily = familyNames.has(key)
  if (isFamily && last === first && gapAfter(words, first) === ', ' && isCapital(words, first + 1)) {
    const given = nameKey(words, first + 1)
    if (givenNames.has(given) && !ambiguousGivenNames.has(given) && isNameLike(words, first + 1))
      return { first, last: runEnd(words, first + 1), score: 0.7, rule: 'person/family-first' }
  }
  if (isFamily && !ambiguousFamilyNames.has(key) && !isShortUpper(words, first))
    return { first, last, score: last > first ? 0.65 : 0.5, rule: 'person/family-name' }
  const lastKey = nameKey(words, last)
  const endsInFamily = last === first + 1 && familyNames.has(lastKey) && !ambiguousFamilyNames.has(lastKey)
  return endsInFamily && isNameLike(words, first) ? { first, last, score: 0.6, rule: 'person/family-name' } : undefined
}

/** `J. Smith`, `J. R. Smith`. */
function initialsAndFamily(words: Words, first: number): NameMatch | undefined {
  if (words.text[words.end[first]!] !== '.') return undefined
  const last = runEnd(words, first)
  return last > first && familyNames.has(nameKey(words, last))
    ? { first, last, score: 0.7, rule: 'person/initials' }
    : undefined
}

/** `ALI`, `IAN`: in capitals more often an abbreviation. */
const isShortUpper = (words: Words, word: number): boolean =>
  words.shape[word] === shape.upper && words.end[word]! - words.start[word]! < shortestUpper
