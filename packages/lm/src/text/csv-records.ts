import type { Piece } from './data-lines.js'

/** Fields of a CSV record with the number of its first line, or why it cannot be read. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly problem: string }

/**
 * CSV by RFC 4180: comma, double quote, records that may go over several lines. Blank lines are no records.
 *
 * @param maxCharacters of one record
 */
export async function* readCsvRecords(lines: AsyncIterable<Piece>, maxCharacters: number): AsyncGenerator<CsvRecord> {
  let open: { readonly line: number; text: string } | undefined
  let inQuotes = false
  for await (const piece of lines) {
    if ('problem' in piece) {
      yield piece
      if (open) return
      continue
    }
    if (open) open.text += `\n${piece.text}`
    else if (piece.text === '') continue
    else open = { ...piece }
    if (open.text.length > maxCharacters) {
      yield { line: open.line, problem: `is a record of more than ${maxCharacters} characters` }
      return
    }
    if (countQuotes(piece.text) % 2 === 1) inQuotes = !inQuotes
    if (inQuotes) continue
    const fields = splitFields(open.text)
    yield fields ? { line: open.line, fields } : { line: open.line, problem: 'has a quote where CSV allows none' }
    open = undefined
  }
  if (open) yield { line: open.line, problem: 'opens a quote that is never closed' }
}

const countQuotes = (text: string): number => text.split('"').length - 1

/** Fields of one whole record; nothing when a quote is in the wrong place. */
function splitFields(record: string): readonly string[] | undefined {
  const fields: string[] = []
  let at = 0
  for (;;) {
    let end: number
    if (record[at] === '"') {
      const close = closingQuote(record, at)
      if (close < 0) return undefined
      fields.push(record.slice(at + 1, close).replaceAll('""', '"'))
      end = close + 1
    } else {
      const comma = record.indexOf(',', at)
      end = comma < 0 ? record.length : comma
      const field = record.slice(at, end)
      if (field.includes('"')) return undefined
      fields.push(field)
    }
    if (end === record.length) return fields
    if (record[end] !== ',') return undefined
    at = end + 1
  }
}

/** Where a quoted field ends; two quotes in a row are one of its characters. */
function closingQuote(record: string, open: number): number {
  let at = record.indexOf('"', open + 1)
  while (at >= 0 && record[at + 1] === '"') at = record.indexOf('"', at + 2)
  return at
}
