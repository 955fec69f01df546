import { charClass, classOf } from '../char-class.js'
import { foldCodePoint } from '../fold.js'
import { foldWord } from '../words.js'

/** What a code point outside of ASCII is to the scan for places. */
export const codePointKind = {
  /** Part of no word, and read as it stands. */
  symbol: 0,
  letter: 1,
  /** Reads as a space, an apostrophe or dots. */
  space: 2,
  hyphen: 3,
  /** Invisible. */
  dropped: 4,
  /** Reads as digits, letters or signs of ASCII. */
  disguised: 5,
} as const

const unknown = 255
const kinds = new Uint8Array(0x10000).fill(unknown)

export function kindOfCodePoint(codePoint: number): number {
  if (codePoint > 0xffff) return kindOf(codePoint)
  const known = kinds[codePoint]!
  return known === unknown ? (kinds[codePoint] = kindOf(codePoint)) : known
}

function kindOf(codePoint: number): number {
  const folded = foldCodePoint(codePoint)
  if (folded === undefined)
    return codePoint <= 0xffff && classOf(codePoint) >= charClass.upper ? codePointKind.letter : codePointKind.symbol
  if (folded === '') return codePointKind.dropped
  if (folded === '-') return codePointKind.hyphen
  return /^(?:[ '\n]|\.{2,3})$/.test(folded) ? codePointKind.space : codePointKind.disguised
}

const bases = new Uint8Array(0x10000).fill(unknown)
const none = 0

/** The ASCII letter that a letter folds to, 0 for a mark that folds to nothing, 1 for another letter. */
export function baseOfLetter(codePoint: number): number {
  const known = bases[codePoint]!
  if (known !== unknown) return known
  const folded = foldWord(String.fromCharCode(codePoint))
  const base = folded === '' ? none : folded.length === 1 && folded.charCodeAt(0) < 0x80 ? folded.charCodeAt(0) : 1
  return (bases[codePoint] = base)
}
