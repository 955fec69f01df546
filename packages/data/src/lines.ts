/** One line of a file without its line feed; null when it is longer than the limit. */
export interface Line {
  /** 1-based. */
  readonly number: number
  readonly bytes: Buffer | null
}

const lineFeed = 0x0a
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Splits a stream of bytes into lines, some at a time. A byte order mark at the start is left out.
 *
 * Holds at most one chunk and one line of `maxBytes`: what is longer is skipped to its end and given as null, so that a
 * file without line feeds costs no memory.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncIterable<readonly Line[]> {
  let number = 0
  let parts: Buffer[] = []
  let length = 0
  let isTooLong = false

  const add = (part: Buffer): void => {
    if (isTooLong) return
    // The mark at the start is not part of the first line, and must not count against its limit.
    length += part.length
    if (length > maxBytes + (number === 0 ? byteOrderMark.length : 0)) {
      isTooLong = true
      parts = []
    } else if (part.length > 0) parts.push(part)
  }
  const finish = (): Line => {
    const bytes = isTooLong ? null : parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    parts = []
    length = 0
    isTooLong = false
    number++
    const unmarked = number === 1 && bytes?.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes
    return { number, bytes: unmarked !== null && unmarked.length > maxBytes ? null : unmarked }
  }

  for await (const chunk of chunks) {
    const lines: Line[] = []
    let from = 0
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      add(chunk.subarray(from, at))
      lines.push(finish())
      from = at + 1
    }
    add(chunk.subarray(from))
    if (lines.length > 0) yield lines
  }
  if (length > 0) yield [finish()]
}
