import { badHeader, noRows, overLimit } from './errors.js'
import { readCsv, type CsvRecord } from './csv.js'
import { readLines } from './lines.js'
import type { ReadLimits } from './limits.js'
import type { ReadChunks, RecordSource, SourceRecord } from './source-record.js'

/**
 * Opens CSV text: the first record names the columns, an empty field is a missing value.
 *
 * @param read gives the file's bytes from the start, each time it is called
 * @throws DATA-E003 without a record under the header, DATA-E007 when the header cannot be used, DATA-E008 over a limit
 */
export async function openCsv(read: ReadChunks, file: string, limits: ReadLimits): Promise<RecordSource> {
  const records = (watch?: (chunk: Buffer) => void): AsyncIterable<readonly CsvRecord[]> =>
    readCsv(readLines(read(watch), limits.recordBytes), limits.recordBytes)
  const [header, second] = await firstTwo(records())
  if (!header || !second) throw noRows(file)
  if ('bad' in header) throw badHeader(file, header.bad)
  const columns = header.fields
  checkNames(columns, file, limits)
  return {
    columns,
    async *records(watch) {
      let isFirst = true
      for await (const some of records(watch)) {
        const rows = isFirst ? some.slice(1) : some
        isFirst = false
        if (rows.length > 0) yield rows.map(record => toCells(record, columns.length))
      }
    },
  }
}

function toCells(record: CsvRecord, width: number): SourceRecord {
  if ('bad' in record) return record
  const { line, fields } = record
  if (fields.length < width) return { line, bad: 'too-few-fields' }
  if (fields.length > width) return { line, bad: 'too-many-fields' }
  return { line, cells: fields.map(field => (field === '' ? null : field)) }
}

async function firstTwo(records: AsyncIterable<readonly CsvRecord[]>): Promise<readonly CsvRecord[]> {
  const found: CsvRecord[] = []
  for await (const some of records) {
    found.push(...some.slice(0, 2))
    if (found.length >= 2) break
  }
  return found
}

/** @throws DATA-E007, DATA-E008 */
export function checkNames(names: readonly string[], file: string, { columns, nameLength }: ReadLimits): void {
  if (names.length > columns) throw overLimit(file, 'columns', names.length, columns)
  const seen = new Set<string>()
  for (const [index, name] of names.entries()) {
    if (name.trim() === '') throw badHeader(file, `column ${index + 1} has no name`)
    if (name.length > nameLength) throw badHeader(file, `the name of column ${index + 1} is too long`)
    // Assigning it would set an object's prototype instead of a column.
    if (name === '__proto__') throw badHeader(file, `column ${index + 1} is called '__proto__'`)
    if (seen.has(name)) throw badHeader(file, `column ${index + 1} has the name of an earlier one`)
    seen.add(name)
  }
}
