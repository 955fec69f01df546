import { isUtf8 } from 'node:buffer'
import { noRows, overLimit } from './errors.js'
import { readLines, type Line } from './lines.js'
import type { ReadLimits } from './limits.js'
import type { BadReason, Cell, ReadChunks, RecordSource, SourceRecord } from './source-record.js'

type Fields = Readonly<Record<string, unknown>>
type JsonRecord =
  | { readonly line: number; readonly fields: Fields }
  | { readonly line: number; readonly bad: BadReason }

/** Records that are looked at for column names. */
const probedRecords = 1_000

/**
 * Opens JSON lines: one object per line, blank lines skipped, an absent field is a missing value.
 *
 * Columns are the fields of the first 1,000 readable records; a field that first appears later
 * is not read. Nested values become their JSON text.
 *
 * @param read gives the file's bytes from the start, each time it is called
 * @throws DATA-E003 without a record, DATA-E008 over the limit of columns
 */
export async function openJsonl(read: ReadChunks, file: string, limits: ReadLimits): Promise<RecordSource> {
  const lines = (watch?: (chunk: Buffer) => void): AsyncIterable<readonly Line[]> =>
    readLines(read(watch), limits.recordBytes)
  const columns = await probe(lines(), file, limits)
  return {
    columns,
    async *records(watch) {
      for await (const some of lines(watch)) {
        const records = some.flatMap(line => parseLine(line, limits) ?? []).map(record => toCells(record, columns))
        if (records.length > 0) yield records
      }
    },
  }
}

async function probe(
  lines: AsyncIterable<readonly Line[]>,
  file: string,
  limits: ReadLimits,
): Promise<readonly string[]> {
  const names = new Set<string>()
  let seen = 0
  for await (const some of lines) {
    for (const line of some) {
      const record = parseLine(line, limits)
      if (!record) continue
      seen++
      if ('fields' in record) for (const name of Object.keys(record.fields)) names.add(name)
      if (names.size > limits.columns) throw overLimit(file, 'columns', names.size, limits.columns)
      if (seen >= probedRecords) return [...names]
    }
  }
  if (seen === 0) throw noRows(file)
  return [...names]
}

/** One line's object; undefined for a blank line. */
function parseLine({ number: line, bytes }: Line, { columns, nameLength }: ReadLimits): JsonRecord | undefined {
  if (bytes === null) return { line, bad: 'too-long' }
  if (!isUtf8(bytes)) return { line, bad: 'invalid-utf8' }
  const text = bytes.toString()
  if (text.trim() === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { line, bad: 'malformed-json' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { line, bad: 'not-an-object' }
  const names = Object.keys(value)
  if (names.length > columns) return { line, bad: 'too-many-fields' }
  if (names.some(name => name === '' || name === '__proto__' || name.length > nameLength || hasLoneSurrogate(name)))
    return { line, bad: 'malformed-json' }
  return { line, fields: value as Fields }
}

function toCells(record: JsonRecord, columns: readonly string[]): SourceRecord {
  if ('bad' in record) return record
  const { line, fields } = record
  const cells: Cell[] = []
  for (const name of columns) {
    const cell = Object.hasOwn(fields, name) ? toCell(fields[name]) : null
    if (typeof cell === 'object' && cell !== null) return { line, bad: cell.bad }
    cells.push(cell)
  }
  return { line, cells }
}

function toCell(value: unknown): Cell | { readonly bad: BadReason } {
  if (value === null || value === '') return null
  if (typeof value === 'string') return hasLoneSurrogate(value) ? { bad: 'invalid-utf8' } : value
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return String(value)
  try {
    const text = JSON.stringify(value)
    // JSON.stringify writes half a surrogate pair as an escape, so the text is well formed but the value is not.
    return loneSurrogateEscape.test(text) ? { bad: 'invalid-utf8' } : text
  } catch {
    return { bad: 'malformed-json' }
  }
}

const loneSurrogate = /\p{Surrogate}/u
const loneSurrogateEscape = /\\ud[89a-f]/
const hasLoneSurrogate = (text: string): boolean => loneSurrogate.test(text)
