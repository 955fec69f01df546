import { addLikely, isLikely, likelyWords } from './likely-words.js'
import { scratchInts } from './scratch.js'
import type { Words } from './words.js'

/** The words at which a scanner looks closer. Most words of a text are no scanner's, and cost one look-up for all. */
export interface Triggers {
  /** A bit of this scanner alone. */
  readonly bit: number
}

const bitsByWord = new Map<string, number>()
let scanners = 0

const likely = likelyWords()

/** @param lists words, folded */
export function triggersOf(...lists: readonly Iterable<string>[]): Triggers {
  const bit = 1 << scanners++
  for (const list of lists)
    for (const word of list) {
      bitsByWord.set(word, (bitsByWord.get(word) ?? 0) | bit)
      addLikely(likely, word)
    }
  return { bit }
}

const ofAll = -1

/** For each word the bits of the scanners that look closer at it. */
export function triggerBitsOf(words: Words): Int32Array {
  const bits = scratchInts(words.count)
  for (let word = 0; word < words.count; word++)
    if (isCompound(words, word)) bits[word] = ofAll
    else if (isLikely(likely, words.hash[word]!)) bits[word] = bitsByWord.get(words.folded(word)) ?? 0
  return bits
}

const lowerR = 0x72
const hyphen = 0x2d

/** Compounds count by their last part: `NHS-Nummer`, `Kundennummer`. */
function isCompound({ text, start, end, folded }: Words, word: number): boolean {
  const [from, to] = [start[word]!, end[word]!]
  if (to - from > 8 && (text.charCodeAt(to - 1) | 0x20) === lowerR && folded(word).endsWith('nummer')) return true
  for (let i = from + 1; i < to - 1; i++) if (text.charCodeAt(i) === hyphen) return folded(word) !== ''
  return false
}
