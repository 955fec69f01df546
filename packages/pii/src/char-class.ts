/** What a UTF-16 code unit is to a scanner. */
export const charClass = {
  other: 0,
  space: 1,
  newline: 2,
  digit: 3,
  upper: 4,
  lower: 5,
  /** A letter without case, such as an ideograph. */
  letter: 6,
  mark: 7,
} as const

const unknown = 255
const table = new Uint8Array(0x10000).fill(unknown)

/** The class of one code unit. Halves of surrogate pairs are `other`. Filled as units are met, 64 KiB at most. */
export function classOf(unit: number): number {
  const known = table[unit]!
  return known === unknown ? (table[unit] = classify(unit)) : known
}

function classify(unit: number): number {
  if (unit === 0x0a || unit === 0x0d || unit === 0x85 || unit === 0x2028 || unit === 0x2029) return charClass.newline
  const character = String.fromCharCode(unit)
  if (/[\s\p{Zs}]/u.test(character)) return charClass.space
  if (unit >= 0x30 && unit <= 0x39) return charClass.digit
  if (/[\p{Lu}\p{Lt}]/u.test(character)) return charClass.upper
  if (/\p{Ll}/u.test(character)) return charClass.lower
  if (/\p{L}/u.test(character)) return charClass.letter
  if (/\p{M}/u.test(character)) return charClass.mark
  return charClass.other
}

export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39

export const isAsciiLetter = (unit: number): boolean => (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a

export const isHexDigit = (unit: number): boolean => isDigit(unit) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x66)

/** A letter of any script, or a mark on one. NaN (past the end of a string) is none. */
export function isLetter(unit: number): boolean {
  if (unit < 0x80) return isAsciiLetter(unit)
  return unit >= 0x80 && classOf(unit) >= charClass.upper
}

export const isLetterOrDigit = (unit: number): boolean => isDigit(unit) || isLetter(unit)
