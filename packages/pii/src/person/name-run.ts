import { plainWords, thingWords } from '../gazetteer/plain-words.js'
import { shape, type Words } from '../words.js'

/** Small words inside family names. */
export const particles: ReadonlySet<string> = new Set(
  'de del della di da dos das do du van von der den ter ten zu la le al el bin ibn ben abu y e st af av'.split(' '),
)

const longestRun = 5
const longestUpperRun = 3

/** The word as name lists have it: folded, without a possessive ending. */
export function nameKey(words: Words, word: number): string {
  const folded = words.folded(word)
  return folded.endsWith("'s") ? folded.slice(0, -2) : folded
}

/** Where the name in a word ends: before a possessive ending. */
export const nameEnd = (words: Words, word: number): number =>
  isPossessive(words, word) ? words.end[word]! - 2 : words.end[word]!

export const isPossessive = (words: Words, word: number): boolean => words.folded(word).endsWith("'s")

/** What stands between a word and the next; undefined when it is longer than `longest` or there is no next. */
export function gapAfter(words: Words, word: number, longest = 4): string | undefined {
  if (word < 0 || word + 1 >= words.count) return undefined
  const from = words.end[word]!
  const to = words.start[word + 1]!
  return to - from > longest ? undefined : words.text.slice(from, to)
}

export const isCapital = (words: Words, word: number): boolean => {
  const written = words.shape[word]
  return (
    written === shape.capitalised || written === shape.upper || (written === shape.mixed && startsUpper(words, word))
  )
}

const startsUpper = (words: Words, word: number): boolean => {
  const first = words.text[words.start[word]!]!
  return first !== first.toLowerCase()
}

/** A single capital with a point after it, or one that is no English word. */
export const isInitial = (words: Words, word: number): boolean =>
  words.shape[word] === shape.initial &&
  (words.text[words.end[word]!] === '.' || !/^[AIO]$/i.test(words.text[words.start[word]!]!))

/** Whether a word may be part of a name by the way it is written. */
export const isNameLike = (words: Words, word: number): boolean =>
  word < words.count && isCapital(words, word) && !plainWords.has(nameKey(words, word))

const joins = (gap: string | undefined, afterInitial: boolean): boolean =>
  gap !== undefined && (/^ {1,2}$/.test(gap) || (afterInitial && /^\. ?$/.test(gap)))

/** The last word of the name that begins with `first`: capitals, initials, and particles before a capital. */
export function runEnd(words: Words, first: number): number {
  const limit = words.shape[first] === shape.upper ? longestUpperRun : longestRun
  let last = first
  for (let next = first + 1; next < words.count && next - first < limit; next++) {
    if (isPossessive(words, next - 1) || !joins(gapAfter(words, next - 1), isInitial(words, next - 1))) break
    if (isNameLike(words, next) || isInitial(words, next)) last = next
    else if (!(particles.has(words.folded(next)) && words.shape[next] === shape.lower)) break
  }
  return last
}

/** As `runEnd`, for people who type without capitals: words that are no plain words, three at most. */
export function looseRunEnd(words: Words, first: number): number {
  let last = first
  for (let next = first + 1; next < words.count && next - first < 3; next++) {
    if (!joins(gapAfter(words, next - 1), isInitial(words, next - 1)) || plainWords.has(nameKey(words, next))) break
    last = next
  }
  return last
}

/** Whether the words after a name make it a street, a firm or a prize. */
export const isThing = (words: Words, last: number): boolean => {
  const gap = gapAfter(words, last)
  return (
    gap !== undefined && /^(?: | & )$/.test(gap) && isCapital(words, last + 1) && thingWords.has(words.folded(last + 1))
  )
}
