import { isUtf8 } from 'node:buffer'
import type { Line } from './lines.js'
import type { BadReason } from './source-record.js'

/** A CSV record: its fields, or why it cannot be read. `line` is where it begins. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly bad: BadReason }

/**
 * CSV by RFC 4180: comma, double quote, line feed with or without carriage return; blank lines are no records.
 *
 * A quoted field may go over several lines. When such a record turns out to be malformed, too long or never closed, only
 * its first line is bad and reading goes on at the second: one stray quote costs one row, not the rest of the file.
 * Work stays linear, because a line that opens a quote on its own closes or breaks one that is already open.
 *
 * @param maxBytes of one record
 */
export async function* readCsv(
  lines: AsyncIterable<readonly Line[]>,
  maxBytes: number,
): AsyncIterable<readonly CsvRecord[]> {
  let out: CsvRecord[] = []
  let open: { readonly number: number; readonly text: string }[] = []
  let openBytes = 0

  const giveUp = (bad: BadReason): void => {
    const [first, ...rest] = open
    open = []
    out.push({ line: first!.number, bad })
    for (const { number, text } of rest) begin(number, text)
  }

  const begin = (number: number, text: string): void => {
    const record = withoutReturn(text)
    if (record === '') return
    if (!record.includes('"')) {
      out.push({ line: number, fields: record.split(',') })
      return
    }
    const fields = splitQuoted(record)
    if (fields === 'open') {
      open = [{ number, text }]
      openBytes = Buffer.byteLength(text)
    } else if (fields === 'malformed') out.push({ line: number, bad: 'malformed-quote' })
    else out.push({ line: number, fields })
  }

  const take = ({ number, bytes }: Line): void => {
    const bad = bytes === null ? 'too-long' : isUtf8(bytes) ? null : 'invalid-utf8'
    if (bad !== null) {
      if (open.length > 0) giveUp('malformed-quote')
      out.push({ line: number, bad })
      return
    }
    const text = bytes!.toString()
    if (open.length > 0 && openBytes + 1 + bytes!.length > maxBytes) giveUp('too-long')
    if (open.length === 0) {
      begin(number, text)
      return
    }
    open.push({ number, text })
    openBytes += 1 + bytes!.length
    // An even number of quotes leaves an open field open, so there is nothing to look for yet.
    if (!hasOddQuotes(text)) return
    const fields = splitQuoted(withoutReturn(open.map(line => line.text).join('\n')))
    if (typeof fields === 'string') giveUp('malformed-quote')
    else {
      out.push({ line: open[0]!.number, fields })
      open = []
    }
  }

  for await (const some of lines) {
    some.forEach(take)
    if (out.length > 0) yield out
    out = []
  }
  if (open.length > 0) giveUp('malformed-quote')
  if (out.length > 0) yield out
}

const withoutReturn = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text)

function hasOddQuotes(text: string): boolean {
  let isOdd = false
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOdd = !isOdd
  return isOdd
}

/** The fields of one record; `open` when it ends inside a quoted field. */
export function splitQuoted(record: string): readonly string[] | 'open' | 'malformed' {
  const fields: string[] = []
  for (let from = 0; ; ) {
    if (record[from] !== '"') {
      const comma = record.indexOf(',', from)
      const field = comma < 0 ? record.slice(from) : record.slice(from, comma)
      if (field.includes('"')) return 'malformed'
      fields.push(field)
      if (comma < 0) return fields
      from = comma + 1
      continue
    }
    let close = record.indexOf('"', from + 1)
    while (close >= 0 && record[close + 1] === '"') close = record.indexOf('"', close + 2)
    if (close < 0) return 'open'
    fields.push(record.slice(from + 1, close).replaceAll('""', '"'))
    if (close + 1 === record.length) return fields
    if (record[close + 1] !== ',') return 'malformed'
    from = close + 2
  }
}
