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
  if (!hasEscapes) {
    const ascii = asciiText(bytes, from, to)
    if (ascii !== undefined) return { text: ascii, at: null }
  }
  const at = new Int32Array(to - from + 1)
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
      add(String.fromCharCode(unit), i)
      i++
    } else {
      readCodePoint(bytes, i, to, codePoint)
      add(String.fromCodePoint(codePoint.value), i)
      i += codePoint.width
    }
  }
  at[text.length] = to - from
  return { text, at: at.subarray(0, text.length + 1) }
}

function asciiText(bytes: Uint8Array, from: number, to: number): string | undefined {
  for (let i = from; i < to; i++) if (bytes[i]! >= 0x80) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
}
