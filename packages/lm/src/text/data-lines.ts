import { isUtf8 } from 'node:buffer'

/** A piece of a file with the number of its first line, or why it cannot be read. */
export type Piece =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly problem: string }

const lineFeed = 0x0a
const mark = [0xef, 0xbb, 0xbf]

/** The bytes of a file without a byte order mark at its start. */
export async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < mark.length) continue
    yield mark.every((byte, i) => head![i] === byte) ? head.subarray(mark.length) : head
    head = undefined
  }
  if (head !== undefined) yield head
}

/**
 * Collects the bytes of one piece. What goes beyond the limit is not kept, so that a file without line feeds costs no
 * memory.
 */
export interface PieceBuilder {
  add(bytes: Buffer): void
  /** The piece, and room for the next one. */
  finish(line: number): Piece
  readonly isEmpty: boolean
}

export function pieceBuilder(maxBytes: number): PieceBuilder {
  let parts: Buffer[] = []
  let length = 0
  return {
    add(bytes) {
      length += bytes.length
      if (length > maxBytes) parts = []
      else if (bytes.length > 0) parts.push(bytes)
    },
    finish(line) {
      const isTooLong = length > maxBytes
      const bytes = Buffer.concat(parts)
      parts = []
      length = 0
      if (isTooLong) return { line, problem: `is longer than ${maxBytes} bytes` }
      return isUtf8(bytes) ? { line, text: bytes.toString() } : { line, problem: 'is not text in UTF-8' }
    },
    get isEmpty() {
      return length === 0
    },
  }
}

/** Lines of a file without their ends; blank ones too. */
export async function* readLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Piece> {
  const piece = pieceBuilder(maxBytes)
  let line = 1
  for await (const chunk of withoutMark(chunks)) {
    let from = 0
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      piece.add(chunk.subarray(from, at))
      yield withoutReturn(piece.finish(line++))
      from = at + 1
    }
    piece.add(chunk.subarray(from))
  }
  if (!piece.isEmpty) yield withoutReturn(piece.finish(line))
}

const withoutReturn = (piece: Piece): Piece =>
  'text' in piece && piece.text.endsWith('\r') ? { ...piece, text: piece.text.slice(0, -1) } : piece
