/** Signs of ASCII that the scan for places and the reader of JSON know. */
export const sign = {
  space: 0x20,
  quote: 0x22,
  percent: 0x25,
  ampersand: 0x26,
  apostrophe: 0x27,
  parenthesis: 0x28,
  comma: 0x2c,
  hyphen: 0x2d,
  dot: 0x2e,
  slash: 0x2f,
  colon: 0x3a,
  equals: 0x3d,
  at: 0x40,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  underscore: 0x5f,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

// Past the end of the bytes there is undefined, which is none of these.
export const isDigitByte = (unit: number | undefined): boolean => unit !== undefined && unit >= 0x30 && unit <= 0x39
export const isLetterByte = (unit: number | undefined): boolean =>
  unit !== undefined && (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a
export const isHexByte = (unit: number | undefined): boolean =>
  isDigitByte(unit) || (unit !== undefined && (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x66)

/** A code point and the number of bytes that it takes. */
export interface CodePoint {
  value: number
  width: number
}

/** Reads a code point in UTF-8, one byte from 0x80 on first. Each byte that begins none reads as U+FFFD. */
export function readCodePoint(bytes: Uint8Array, i: number, limit: number, into: CodePoint): void {
  const first = bytes[i]!
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  let value = width === 2 ? first & 0x1f : width === 3 ? first & 0x0f : first & 0x07
  into.width = 1
  into.value = 0xfffd
  if (first < 0xc2 || first > 0xf4 || i + width > limit) return
  for (let k = 1; k < width; k++) {
    const next = bytes[i + k]!
    if ((next & 0xc0) !== 0x80) return
    value = (value << 6) | (next & 0x3f)
  }
  const isShortest = width === 2 || value >= (width === 3 ? 0x800 : 0x10000)
  if (!isShortest || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return
  into.width = width
  into.value = value
}

/** Reads the escape `\uXXXX` at `i`, with the second half of a surrogate pair when it follows; -1 when it is none. */
export function readEscape(bytes: Uint8Array, i: number, limit: number, into: CodePoint): void {
  into.width = 6
  into.value = hexAt(bytes, i + 2, limit)
  if (into.value < 0xd800 || into.value > 0xdbff || bytes[i + 6] !== sign.backslash || bytes[i + 7] !== 0x75) return
  const second = hexAt(bytes, i + 8, limit)
  if (second < 0xdc00 || second > 0xdfff) return
  into.width = 12
  into.value = 0x10000 + ((into.value - 0xd800) << 10) + second - 0xdc00
}

function hexAt(bytes: Uint8Array, i: number, limit: number): number {
  if (i + 4 > limit) return -1
  let value = 0
  for (let k = i; k < i + 4; k++) {
    const unit = bytes[k]!
    if (!isHexByte(unit)) return -1
    value = value * 16 + (unit <= 0x39 ? unit - 0x30 : (unit | 0x20) - 0x57)
  }
  return value
}
