import { charClass, classOf } from './char-class.js'
import { scratchBytes, scratchInts } from './scratch.js'

/** How a word is written. */
export const shape = { lower: 0, capitalised: 1, upper: 2, mixed: 3, initial: 4, caseless: 5 } as const

/** The words of a text: runs of letters and marks with inner apostrophes and hyphens. Arrays have one entry per word. */
export interface Words {
  readonly text: string
  readonly count: number
  readonly start: Int32Array
  readonly end: Int32Array
  readonly shape: Uint8Array
  /** FNV-1a of the units in lower case without diacritics: for a first look before `folded`, which makes a string. */
  readonly hash: Int32Array
  /** Lower case, without diacritics. Empty for words of more than 64 characters and for none. */
  folded(word: number): string
  /** The folded forms that were asked for so far. */
  readonly known: readonly (string | undefined)[]
}

const longestWord = 64
export const hashOffset: number = 0x811c9dc5 | 0
export const hashPrime = 0x01000193
const apostrophe = 0x27
const hyphen = 0x2d

export function wordsOf(text: string): Words {
  const builder = wordsBuilder(text, Math.max(16, text.length >> 2))
  builder.tokenise(0, text.length)
  return builder.words()
}

/**
 * The words of a text in which each span (sorted, disjoint) became one character that belongs to no word: those of the text
 * before, moved, and what is left of words that a span cut.
 */
export function wordsAfter(
  before: Words,
  spans: readonly { readonly start: number; readonly end: number }[],
  text: string,
): Words {
  const builder = wordsBuilder(text, before.count + 16)
  let span = 0
  /** How many characters earlier than before the words now stand. */
  let shift = 0
  for (let word = 0; word < before.count; word++) {
    const [start, end] = [before.start[word]!, before.end[word]!]
    for (; span < spans.length && spans[span]!.end <= start; span++) shift += spans[span]!.end - spans[span]!.start - 1
    if (span >= spans.length || spans[span]!.start >= end) {
      builder.move(before, word, start - shift)
      continue
    }
    let from = start
    for (; span < spans.length && spans[span]!.start < end; span++) {
      if (spans[span]!.start > from) builder.tokenise(from - shift, spans[span]!.start - shift)
      if (spans[span]!.end > end) break
      from = spans[span]!.end
      shift += spans[span]!.end - spans[span]!.start - 1
    }
    if ((span >= spans.length || spans[span]!.start >= end) && from < end) builder.tokenise(from - shift, end - shift)
  }
  return builder.words()
}

interface WordsBuilder {
  /** Adds the words between two places of the text. */
  tokenise(from: number, to: number): void
  /** Adds a word of another text that is the same here. */
  move(source: Words, word: number, start: number): void
  words(): Words
}

function wordsBuilder(text: string, expected: number): WordsBuilder {
  let capacity = expected
  let start = scratchInts(capacity)
  let end = scratchInts(capacity)
  let shapes = scratchBytes(capacity)
  let hashes = scratchInts(capacity)
  let count = 0
  const known: (string | undefined)[] = []
  const add = (from: number, to: number, written: number, hash: number): void => {
    if (count === capacity) {
      capacity *= 2
      start = grown(start, scratchInts(capacity))
      end = grown(end, scratchInts(capacity))
      shapes = grown(shapes, scratchBytes(capacity))
      hashes = grown(hashes, scratchInts(capacity))
    }
    start[count] = from
    end[count] = to
    hashes[count] = hash
    shapes[count++] = written
  }
  /** Reads the word that begins here: its end, hash and letters by case in one pass. */
  const addWord = (from: number): number => {
    let hash = hashOffset
    let upper = 0
    let lower = 0
    let i = from
    for (; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      const unitClass = classOf(unit)
      if (unitClass < charClass.upper && !isInnerSign(text, i, unit)) break
      if (unitClass === charClass.upper) upper++
      else if (unitClass === charClass.lower) lower++
      // That of its folded form, except for marks and letters that fold to several.
      if (unitClass !== charClass.mark || unit < 0x300) hash = Math.imul(hash ^ foldUnit(unit), hashPrime)
    }
    add(from, i, shapeOf(upper, lower, classOf(text.charCodeAt(from)) === charClass.upper), hash)
    return i
  }
  return {
    tokenise(from, to) {
      for (let i = from; i < to; ) {
        if (classOf(text.charCodeAt(i)) < charClass.upper) {
          i++
          continue
        }
        i = addWord(i)
      }
    },
    move(source, word, from) {
      add(from, from + source.end[word]! - source.start[word]!, source.shape[word]!, source.hash[word]!)
      known[count - 1] = source.known[word]
    },
    words: () => ({
      text,
      count,
      start,
      end,
      shape: shapes,
      hash: hashes,
      folded(word) {
        if (word < 0 || word >= count || end[word]! - start[word]! > longestWord) return ''
        return (known[word] ??= foldWord(text.slice(start[word]!, end[word]!)))
      },
      known,
    }),
  }
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** Lower case without diacritics, so that José and JOSE are one word. */
export function foldWord(word: string): string {
  const lower = word.toLowerCase()
  for (let i = 0; i < lower.length; i++)
    if (lower.charCodeAt(i) >= 0x80) return lower.normalize('NFD').replaceAll(/\p{M}/gu, '')
  return lower
}

const foldedUnits = new Uint16Array(0x10000)

/** The unit in lower case without diacritics; cached, for it is asked for every letter. */
export function foldUnit(unit: number): number {
  const known = foldedUnits[unit]!
  if (known !== 0) return known
  const folded = String.fromCharCode(unit).toLowerCase().normalize('NFD').charCodeAt(0)
  return (foldedUnits[unit] = folded)
}

/** The hash that `Words` have for a word. */
export function hashOfWord(text: string, from: number, to: number): number {
  let hash = hashOffset
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x300 || classOf(unit) !== charClass.mark) hash = Math.imul(hash ^ foldUnit(unit), hashPrime)
  }
  return hash
}

/** FNV-1a over the units of a folded word. */
export function hashOfFolded(folded: string): number {
  let hash = hashOffset
  for (let i = 0; i < folded.length; i++) hash = Math.imul(hash ^ folded.charCodeAt(i), hashPrime)
  return hash
}

const isWordUnit = (unit: number): boolean => classOf(unit) >= charClass.upper

/** An apostrophe or hyphen between letters, the first of which is right before it. */
const isInnerSign = (text: string, at: number, unit: number): boolean =>
  (unit === apostrophe || unit === hyphen) && at + 1 < text.length && isWordUnit(text.charCodeAt(at + 1))

/** By its letters with a case, and whether it begins with a capital. */
function shapeOf(upper: number, lower: number, startsUpper: boolean): number {
  if (upper + lower === 0) return shape.caseless
  if (upper === 0) return shape.lower
  if (!startsUpper) return shape.mixed
  if (lower === 0) return upper === 1 ? shape.initial : shape.upper
  // McDonald, O'Brien, Mary-Jane: capitals inside, more small letters than capitals.
  return upper <= lower ? shape.capitalised : shape.mixed
}
