import { charClass, classOf, isDigit, isLetterOrDigit } from '../char-class.js'
import { nameBit, nameBitsOfHash } from '../gazetteer/name-table.js'
import { scratchBytes, scratchInts } from '../scratch.js'
import { blank } from '../text-view.js'
import { foldUnit, hashOffset as offset, hashPrime as prime, shape, type Words } from '../words.js'

/** What stands before a word, as far as names care. */
export const gap = {
  /** The beginning of the text, an empty line, or more than `longestGap` characters. */
  edge: 0,
  space: 1,
  newline: 2,
  sentence: 3,
  comma: 4,
  colon: 5,
  digits: 6,
  /** `@`, `#` or `_` right before the word. */
  sign: 7,
  /** A slash, or a point without a space: part of an address of the web. */
  joined: 8,
  opened: 9,
  closed: 10,
  ampersand: 11,
  dash: 12,
  /** Something that was found before. */
  blank: 13,
  other: 14,
} as const
export const gapKinds = 15

/** Facts of the words of a text: one entry per word, and `gap` one more, for the end. */
export interface WordFacts {
  readonly count: number
  /** Hash of the folded word without a possessive ending; the keys of the table of names. */
  readonly hash: Int32Array
  readonly prefix: Int32Array
  /** Hashes of the last two and three units. */
  readonly suffix2: Int32Array
  readonly suffix3: Int32Array
  /** How it is written, with whether the text has small and capital letters: 0 to 17; or, without its case, how common it is. */
  readonly shape: Uint8Array
  /** Bits of the table of names, and that of a possessive ending. */
  readonly bits: Uint8Array
  readonly gap: Uint8Array
  /** 1 for a word that may be part of a name: no others are scored. */
  readonly possible: Uint8Array
}

/** Beside the bits of the table of names. */
export const possessiveBit = 128

const longestWord = 64
const longestGap = 16
const apostrophe = 0x27
const blankUnit = blank.charCodeAt(0)

/** By the hash of a word. */
export type Forgets = (hash: number) => boolean

/** What of a text is looked at. */
export interface FactOptions {
  /** Which words the table of names is not asked for: tests and training take parts of it away. */
  readonly forgets?: Forgets
  /** Only words near something that was found: what the rest is does not change by it. */
  readonly onlyNearBlanks?: boolean
}

/** The facts of the words that may be part of a name, and of two words on each side; those of all others are 0. */
export function factsOf(words: Words, { forgets, onlyNearBlanks = false }: FactOptions = {}): WordFacts {
  const { count } = words
  const facts = emptyFacts(count)
  const mode = caseMode(words)
  const { possible } = facts
  let isAny = false
  for (let word = 0; word < count; word++) {
    if (mode === 1) hashWord(facts, words, word, forgets)
    if (mode === 1 ? (facts.bits[word]! & listed) === 0 : !isSeed(words, word)) continue
    // Particles and titles stand beside a seed.
    mark(possible, word - 1, word + 2)
    isAny = true
  }
  if (!isAny) return facts
  takeOut(possible, words)
  // 0 not needed, 1 needed, from two words before a possible one to three after it
  const needed = scratchBytes(count)
  for (let word = 0; word < count; word++) if (possible[word] === 1) mark(needed, word - 2, word + 3)
  for (let word = 0; word < count; word++)
    if (needed[word] === 1)
      facts.gap[word] = gapBetween(words.text, word === 0 ? -1 : words.end[word - 1]!, words.start[word]!)
  if (onlyNearBlanks) {
    keepNearBlanks(facts, words)
    needed.fill(0)
    for (let word = 0; word < count; word++) if (possible[word] === 1) mark(needed, word - 2, word + 3)
  }
  for (let word = 0; word < count; word++) {
    if (needed[word] === 0) continue
    if (mode !== 1) hashWord(facts, words, word, forgets)
    hashEnds(facts, words, word)
    facts.shape[word] = words.shape[word]! + mode * 6
  }
  return facts
}

export const emptyFacts = (count: number): WordFacts => ({
  count,
  hash: scratchInts(count),
  prefix: scratchInts(count),
  suffix2: scratchInts(count),
  suffix3: scratchInts(count),
  shape: scratchBytes(count),
  bits: scratchBytes(count),
  gap: scratchBytes(count + 1),
  possible: scratchBytes(count),
})

/** Both ends included; writes past the end of a typed array do nothing. For a few places faster than `fill`. */
export function mark(places: Uint8Array, first: number, last: number): void {
  for (let i = first < 0 ? 0 : first; i <= last; i++) places[i] = 1
}

/** A capital and more letters: initials stand beside one. In a text without capitals the table of names decides instead. */
function isSeed({ start, end, shape: written }: Words, word: number): boolean {
  if (written[word] === shape.capitalised) return true
  return end[word]! - start[word]! > 2 && (written[word] === shape.upper || written[word] === shape.mixed)
}

/** Parts of codes, of handles and of addresses of the web are no names. */
export function takeOut(possible: Uint8Array, { text, start, end, count }: Words): void {
  for (let word = 0; word < count; word++) {
    if (possible[word] === 0) continue
    const before = text.charCodeAt(start[word]! - 1)
    if (isDigit(before) || isDigit(text.charCodeAt(end[word]!)) || isGlue(before, text, start[word]! - 2))
      possible[word] = 0
  }
}

/** A sign of handles, a slash, or a point within a word. */
const isGlue = (unit: number, text: string, before: number): boolean =>
  isSign(unit) || unit === 0x2f || unit === 0x5c || (unit === 0x2e && isLetterOrDigit(text.charCodeAt(before)))
const isSign = (unit: number): boolean => unit === 0x40 || unit === 0x23 || unit === 0x5f

/** Leaves, of the runs of possible words, those with a blank no more than two words away. */
export function keepNearBlanks({ gap: gaps, possible, count }: WordFacts, { text, start, end }: Words): void {
  // What stands between two words that are far apart is no kind of gap, but a blank there was a word.
  const isAfterBlank = (word: number): boolean => {
    if (word < count && gaps[word] !== gap.edge) return gaps[word] === gap.blank
    return text.slice(word === 0 ? 0 : end[word - 1]!, word < count ? start[word]! : text.length).includes(blank)
  }
  for (let from = 0; from < count; ) {
    if (possible[from] === 0) {
      from++
      continue
    }
    let to = from
    while (to < count && possible[to] === 1) to++
    let isNear = false
    for (let word = Math.max(0, from - 1); word <= Math.min(count, to + 1) && !isNear; word++)
      isNear = isAfterBlank(word)
    if (!isNear) possible.fill(0, from, to)
    from = to
  }
}

/** The hash and the bits of a word, and its beginning. */
export function hashWord(
  facts: WordFacts,
  { text, start, end }: Words,
  word: number,
  forgets: Forgets | undefined,
): void {
  const from = start[word]!
  const to = stemEnd(text, from, end[word]!)
  let hash = offset
  let part = offset
  let partBits = -1
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x300 && classOf(unit) === charClass.mark) continue
    const folded = foldUnit(unit)
    if (unit === 0x2d) {
      partBits &= bitsOf(part, forgets)
      part = offset
    } else part = Math.imul(part ^ folded, prime)
    hash = Math.imul(hash ^ folded, prime)
    if (i === from + 2) facts.prefix[word] = hash
  }
  if (to - from < 3) facts.prefix[word] = hash
  facts.hash[word] = hash
  const bits = partBits === -1 ? bitsOf(hash, forgets) : bitsOf(hash, forgets) | (partBits & bitsOf(part, forgets))
  facts.bits[word] = bits | (to < end[word]! && to - from < longestWord ? possessiveBit : 0)
}

export function hashEnds(facts: WordFacts, { text, start, end }: Words, word: number): void {
  const from = start[word]!
  const to = stemEnd(text, from, end[word]!)
  facts.suffix2[word] = hashOfRange(text, Math.max(from, to - 2), to)
  facts.suffix3[word] = hashOfRange(text, Math.max(from, to - 3), to)
}

/** Where a word ends without a possessive ending, 64 units after its beginning at most. */
function stemEnd(text: string, from: number, end: number): number {
  const to = Math.min(end, from + longestWord)
  const isPossessive =
    to - from > 2 && text.charCodeAt(to - 2) === apostrophe && (text.charCodeAt(to - 1) | 0x20) === 0x73
  return isPossessive ? to - 2 : to
}

/** The bits of names and places. */
export const listed: number = nameBit.given | nameBit.family | nameBit.town | nameBit.country | nameBit.placePart

const bitsOf = (hash: number, forgets: Forgets | undefined): number => {
  const bits = nameBitsOfHash(hash >>> 0)
  return bits !== 0 && forgets?.(hash) ? bits & nameBit.common : bits
}

function hashOfRange(text: string, from: number, to: number): number {
  let hash = offset
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ foldUnit(text.charCodeAt(i)), prime)
  return hash
}

/** 0 for a text with small and capital letters, 1 without capitals, 2 without words in small letters. */
function caseMode({ count, shape: written }: Words): number {
  let hasSmall = false
  let hasCapital = false
  for (let word = 0; word < count && !(hasSmall && hasCapital); word++) {
    if (written[word] === shape.lower || written[word] === shape.capitalised) hasSmall = true
    if (written[word] !== shape.lower && written[word] !== shape.caseless) hasCapital = true
  }
  return hasSmall ? (hasCapital ? 0 : 1) : hasCapital ? 2 : 1
}

/** A bounded look at what stands between two words. */
export function gapBetween(text: string, from: number, to: number): number {
  if (from < 0 || to - from > longestGap) return to > 0 && text.charCodeAt(to - 1) === blankUnit ? gap.blank : gap.edge
  const last = text.charCodeAt(to - 1)
  if (to - from === 1 && last === 0x20) return gap.space
  let newlines = 0
  let hasSpace = false
  let kind: number = gap.other
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    const unitClass = classOf(unit)
    if (unit === blankUnit) return gap.blank
    if (unit === 0x0a) newlines++
    if (unitClass === charClass.space || unitClass === charClass.newline) hasSpace = true
    else if (unitClass === charClass.digit) kind = gap.digits
    else if (kind === gap.other) kind = kindOf(unit)
  }
  if (newlines > 1) return gap.edge
  if (last === 0x40 || last === 0x23 || last === 0x5f) return gap.sign
  if (kind === gap.digits) return kind
  if (newlines === 1) return kind === gap.other ? gap.newline : kind === gap.comma ? gap.comma : gap.newline
  if (last === 0x28 || last === 0x22 || last === 0x5b || last === 0x201c || last === 0xab) return gap.opened
  if (kind === gap.sentence && !hasSpace) return gap.joined
  return kind === gap.other && hasSpace && isBlankOnly(text, from, to) ? gap.space : kind
}

const isBlankOnly = (text: string, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (classOf(text.charCodeAt(i)) !== charClass.space) return false
  return true
}

const kinds: ReadonlyMap<number, number> = new Map([
  [0x2e, gap.sentence],
  [0x21, gap.sentence],
  [0x3f, gap.sentence],
  [0x2c, gap.comma],
  [0x3a, gap.colon],
  [0x3d, gap.colon],
  [0x2f, gap.joined],
  [0x5c, gap.joined],
  [0x28, gap.opened],
  [0x22, gap.closed],
  [0x29, gap.closed],
  [0x5d, gap.closed],
  [0x201d, gap.closed],
  [0xbb, gap.closed],
  [0x26, gap.ampersand],
  [0x2b, gap.ampersand],
  [0x2d, gap.dash],
])
const kindOf = (unit: number): number => kinds.get(unit) ?? gap.other
