import { scratchInts } from '../scratch.js'
import { readCodePoint, readEscape, sign, type CodePoint } from './bytes.js'

/** Text of a range of bytes, and for each of its UTF-16 code units where it begins in them; null when that is its own index. */
export interface Decoded {
  readonly text: string
  /** One entry more than code units: the last is the length in bytes. */
  readonly at: Int32Array | null
}

const escapes: Readonly<Record<number, string>> = {
  0x62: '\b',
  0x66: '\f',
  0x6e: '\n',
  0x72: '\r',
  0x74: '\t',
}
const codePoint: CodePoint = { value: 0, width: 1 }
const letterU = 0x75

/**
 * The text of bytes in UTF-8, with the escapes of JSON when it is the inside of a JSON string. A byte that is no UTF-8 reads as U+FFFD,
 * an escape that is none as its second character.
 */
export function decodeText(bytes: Uint8Array, from: number, to: number, hasEscapes: boolean): Decoded {
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (endOfPlain(bytes, from, to, hasEscapes) === to) return { text: buffer.toString('latin1', from, to), at: null }
  const at = scratchInts(to - from + 1)
  let text = ''
  const add = (piece: string, byte: number): void => {
    for (let k = 0; k < piece.length; k++) at[text.length + k] = byte - from
    text += piece
  }
  for (let i = from; i < to; ) {
    const unit = bytes[i]!
    if (unit === sign.backslash && hasEscapes) {
      if (bytes[i + 1] === letterU) {
        readEscape(bytes, i, to, codePoint)
        add(codePoint.value < 0 ? 'u' : String.fromCodePoint(codePoint.value), i)
        i += codePoint.value < 0 ? 2 : codePoint.width
      } else {
        if (i + 1 < to) add(escapes[bytes[i + 1]!] ?? String.fromCharCode(bytes[i + 1]!), i)
        i += 2
      }
    } else if (unit < 0x80) {
      const end = endOfPlain(bytes, i, to, hasEscapes)
      for (let k = i; k < end; k++) at[text.length + k - i] = k - from
      text += buffer.toString('latin1', i, end)
      i = end
    } else {
      readCodePoint(bytes, i, to, codePoint)
      add(String.fromCodePoint(codePoint.value), i)
      i += codePoint.width
    }
  }
  at[text.length] = to - from
  return { text, at: at.subarray(0, text.length + 1) }
}

/** Where bytes end that are characters by themselves. */
function endOfPlain(bytes: Uint8Array, from: number, to: number, hasEscapes: boolean): number {
  let i = from
  while (i < to && bytes[i]! < 0x80 && !(hasEscapes && bytes[i] === sign.backslash)) i++
  return i
}
