import { charClass, classOf, isDigit } from '../char-class.js'
import { nameBit, nameBitsOfHash } from '../gazetteer/name-table.js'
import { blank } from '../text-view.js'
import { shape, type Words } from '../words.js'

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
  /** How it is written, with whether the text has small and capital letters: 0 to 17. */
  readonly shape: Uint8Array
  /** Bits of the table of names, and that of a possessive ending. */
  readonly bits: Uint8Array
  readonly gap: Uint8Array
  /** 1 for a word that may be part of a name; no others are scored. */
  readonly possible: Uint8Array
}

/** Beside the bits of the table of names. */
export const possessiveBit = 128

const longestWord = 64
const longestGap = 16
const offset = 0x811c9dc5
const prime = 0x01000193
const apostrophe = 0x27
const blankUnit = blank.charCodeAt(0)

const foldedUnits = new Uint16Array(0x10000)

/** The unit in lower case without diacritics; cached, for it is asked for every letter. */
function foldUnit(unit: number): number {
  const known = foldedUnits[unit]!
  if (known !== 0) return known
  const folded = String.fromCharCode(unit).toLowerCase().normalize('NFD').charCodeAt(0)
  return (foldedUnits[unit] = folded)
}

/** Whether a word may be read in the table of names: tests and training take parts of it away. */
export type Forgets = (hash: number) => boolean

/** Whether a text may hold a name at all: a cheap look before `factsOf`. */
export function mayHoldNames(words: Words): boolean {
  const mode = caseMode(words)
  if (mode === 1) return words.count > 0
  for (let word = 0; word < words.count; word++) if (isCapitalSeed(words, word)) return true
  return false
}

export function factsOf(words: Words, forgets?: Forgets): WordFacts {
  const { text, count, start, end } = words
  const facts = {
    count,
    hash: new Int32Array(count),
    prefix: new Int32Array(count),
    suffix2: new Int32Array(count),
    suffix3: new Int32Array(count),
    shape: new Uint8Array(count),
    bits: new Uint8Array(count),
    gap: new Uint8Array(count + 1),
    possible: new Uint8Array(count),
  }
  const mode = caseMode(words)
  for (let word = 0; word < count; word++) {
    const from = start[word]!
    let to = Math.min(end[word]!, from + longestWord)
    const isPossessive =
      to - from > 2 && text.charCodeAt(to - 2) === apostrophe && (text.charCodeAt(to - 1) | 0x20) === 0x73
    if (isPossessive) to -= 2
    let hash = offset
    let part = offset
    let partBits = -1
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x300 && classOf(unit) === charClass.mark) continue
      if (unit === 0x2d) {
        partBits &= bitsOf(part, forgets)
        part = offset
      } else part = Math.imul(part ^ foldUnit(unit), prime)
      hash = Math.imul(hash ^ foldUnit(unit), prime)
      if (i === from + 2) facts.prefix[word] = hash
    }
    if (to - from < 3) facts.prefix[word] = hash
    facts.hash[word] = hash
    facts.suffix2[word] = hashOfRange(text, Math.max(from, to - 2), to)
    facts.suffix3[word] = hashOfRange(text, Math.max(from, to - 3), to)
    facts.shape[word] = words.shape[word]! + mode * 6
    const bits = partBits === -1 ? bitsOf(hash, forgets) : bitsOf(hash, forgets) | (partBits & bitsOf(part, forgets))
    facts.bits[word] = bits | (isPossessive ? possessiveBit : 0)
    facts.gap[word] = gapBetween(text, word === 0 ? -1 : end[word - 1]!, from)
  }
  facts.gap[count] = gap.edge
  for (let word = 0; word < count; word++) if (isSeed(facts, words, word, mode)) markAround(facts.possible, word)
  for (let word = 0; word < count; word++)
    if (
      facts.gap[word] === gap.joined ||
      facts.gap[word] === gap.sign ||
      isDigit(text.charCodeAt(start[word]! - 1)) ||
      isDigit(text.charCodeAt(end[word]!))
    )
      facts.possible[word] = 0
  return facts
}

/** The bits of names and places. */
export const listed: number = nameBit.given | nameBit.family | nameBit.town | nameBit.country | nameBit.placePart

/** A capital and more letters, or in a text without capitals a word that the table of names has; initials stand beside one. */
const isSeed = ({ bits }: WordFacts, words: Words, word: number, mode: number): boolean =>
  mode === 1 ? (bits[word]! & listed) !== 0 : isCapitalSeed(words, word)

function isCapitalSeed({ start, end, shape: written }: Words, word: number): boolean {
  if (written[word] === shape.capitalised) return true
  return end[word]! - start[word]! > 2 && (written[word] === shape.upper || written[word] === shape.mixed)
}

/** Particles and titles stand beside a seed. */
function markAround(possible: Uint8Array, word: number): void {
  possible.fill(1, Math.max(0, word - 1), word + 3)
}

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
function gapBetween(text: string, from: number, to: number): number {
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
