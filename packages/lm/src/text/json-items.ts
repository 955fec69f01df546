import { pieceBuilder, withoutMark, type Piece } from './data-lines.js'

const byteOf = (character: string): number => character.charCodeAt(0)
const [quote, backslash, comma, lineFeed] = ['"', '\\', ',', '\n'].map(byteOf)
const [openList, closeList, openObject, closeObject] = ['[', ']', '{', '}'].map(byteOf)

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

type State = 'before' | 'first' | 'next' | 'item' | 'after'

/**
 * Items of a file that is one JSON list, one after the other, without holding the file. Only the borders of the items are
 * looked for; whether an item is JSON is seen when it is parsed.
 */
export async function* readJsonItems(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Piece> {
  const piece = pieceBuilder(maxBytes)
  let state = 'before' as State
  let line = 1
  let began = 1
  let depth = 0
  let inString = false
  let isEscaped = false

  for await (const chunk of withoutMark(chunks)) {
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (byte === lineFeed) line++
      if (state === 'item') {
        if (inString) {
          if (isEscaped) isEscaped = false
          else if (byte === backslash) isEscaped = true
          else if (byte === quote) inString = false
        } else if (byte === quote) inString = true
        else if (byte === openList || byte === openObject) depth++
        else if (depth > 0 && (byte === closeList || byte === closeObject)) depth--
        else if (depth === 0 && (byte === comma || byte === closeList)) {
          piece.add(chunk.subarray(from, at))
          yield piece.finish(began)
          state = byte === comma ? 'next' : 'after'
        }
        continue
      }
      if (isSpace(byte)) continue
      if (state === 'before' && byte === openList) state = 'first'
      else if (state === 'first' && byte === closeList) state = 'after'
      else if ((state === 'first' || state === 'next') && byte !== comma && byte !== closeList) {
        state = 'item'
        began = line
        from = at
        // Looked at once more, as the first byte of the item.
        at--
      } else {
        yield { line, problem: 'is not where a JSON list can have it' }
        return
      }
    }
    if (state === 'item') piece.add(chunk.subarray(from))
  }
  if (state !== 'after') yield { line, problem: 'is the end of a JSON list that is not closed' }
}
