import { sign } from './bytes.js'

/** A cell of a row: its bytes without quotes around it. */
export interface Cell {
  readonly from: number
  readonly to: number
  readonly isQuoted: boolean
  /** Whether two quotes stand for one in it. */
  readonly hasQuotes: boolean
}

/** The cells of a row (RFC 4180) and where it ends: past its line break. */
export interface Row {
  readonly cells: readonly Cell[]
  readonly end: number
  /** Line breaks that it holds, with the one at its end. */
  readonly lines: number
}

const newline = 0x0a
const carriageReturn = 0x0d

/** Reads one row; undefined when it goes on past the limit, 'broken' when something follows a closing quote. */
export function readRow(
  bytes: Uint8Array,
  start: number,
  limit: number,
  separator: number,
  isLast: boolean,
): Row | 'broken' | undefined {
  const cells: Cell[] = []
  let lines = 0
  for (let i = start; ; ) {
    const isQuoted = i < limit && bytes[i] === sign.quote
    const from = isQuoted ? i + 1 : i
    let to = from
    let hasQuotes = false
    if (isQuoted) {
      for (; ; to++) {
        if (to >= limit) return isLast ? 'broken' : undefined
        if (bytes[to] === newline) lines++
        if (bytes[to] !== sign.quote) continue
        if (to + 1 >= limit && !isLast) return undefined
        if (to + 1 >= limit || bytes[to + 1] !== sign.quote) break
        hasQuotes = true
        to++
      }
      i = to + 1
    } else {
      while (to < limit && bytes[to] !== separator && bytes[to] !== newline) to++
      i = to
      if (to > from && bytes[to - 1] === carriageReturn && (to >= limit || bytes[to] === newline)) to--
    }
    cells.push({ from, to, isQuoted, hasQuotes })
    if (i < limit && bytes[i] === separator) {
      i++
      continue
    }
    if (i < limit && bytes[i] === carriageReturn) i++
    if (i >= limit) return isLast ? { cells, end: limit, lines: lines + 1 } : undefined
    return bytes[i] === newline ? { cells, end: i + 1, lines: lines + 1 } : 'broken'
  }
}
