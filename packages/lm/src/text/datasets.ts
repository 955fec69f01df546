import type { JsonObject } from '../files/json-object.js'
import { dataFormats, formatsOf, knownFields, type DataFormat, type TrainingExample } from './data-formats.js'
import { dataFileKind, dataLimits, readRecords, type DataLimits, type DataRecord } from './data-records.js'
import { badRow, mixedFormats, unknownFormat, unreadableData } from './errors.js'
import { subjectOf } from './row-subject.js'

/** One row of training data. */
export type TrainingRow = TrainingExample & {
  /** Line on which it begins, from 1. */
  readonly line: number
  /** Identifier of the person whom it is about, when a field for it was named. */
  readonly subject?: string
}

/** Names of columns in a file by the name that a format has for them. A column that is null is not read. */
export type ColumnNames = Readonly<Record<string, string | null>>

export interface DataOptions {
  /** By default it is detected from the first 100 rows. */
  readonly format?: DataFormat
  /** Field with the person whom a row is about, or a path of fields such as `meta.user`. Every row must have one then. */
  readonly subject?: string
  /** Names of columns in the file, by the name that the format has for them: `{ label: 'category' }`; null for none. */
  readonly columns?: ColumnNames
  /** Told of rows that cannot be read, which are then left out. By default such a row is refused. */
  readonly onBadRow?: (line: number, problem: string) => void
  readonly limits?: Partial<DataLimits>
}

/** Training data in a file. */
export interface TrainingData {
  readonly file: string
  readonly format: DataFormat
  /** What was detected, for people: `alpaca (instruction, input, output), by the first 100 rows`. */
  readonly described: string
  /** All rows, read one after the other, from the start each time it is called. */
  rows(): AsyncGenerator<TrainingRow>
}

const probedRows = 100

/**
 * Opens training data: JSON lines, a JSON list, CSV or text, in one of the formats of `DataFormat`. Every row must have
 * the same format. Messages of errors name lines and fields, never content.
 *
 * @throws LM-E041 when the file cannot be read or has no rows, LM-E042 when the format is not recognised; and while rows
 *   are read LM-E043 for a row of another format, LM-E044 for a row that cannot be read
 */
export async function openTrainingData(file: string, options: DataOptions = {}): Promise<TrainingData> {
  const limits = { ...dataLimits, ...options.limits }
  const kind = await dataFileKind(file)
  const records = (): AsyncGenerator<DataRecord> => renamed(readRecords(file, kind, limits), options.columns ?? {})
  const { format, seen } = await detect(records(), file, options)
  const how = options.format ? 'as named' : seen < probedRows ? `by its ${seen} rows` : `by the first ${seen} rows`
  return {
    file,
    format,
    described: `${format} (${dataFormats[format].fields}), ${how}`,
    async *rows() {
      for await (const record of records()) {
        const row = readRow(record, format, file, options)
        if (!('problem' in row)) yield row
        else if (options.onBadRow) options.onBadRow(record.line, row.problem)
        else throw badRow(`the row ${row.problem}`, { file, line: record.line })
      }
    },
  }
}

/** The one format of the first rows; rows that cannot be read are passed over. */
async function detect(
  records: AsyncIterable<DataRecord>,
  file: string,
  { format: named }: DataOptions,
): Promise<{ readonly format: DataFormat; readonly seen: number }> {
  let found: DataFormat | undefined
  let seen = 0
  let unread: (DataRecord & { readonly problem: string }) | undefined
  for await (const record of records) {
    if (seen === probedRows) break
    if ('problem' in record) {
      unread ??= record
      continue
    }
    seen++
    const format = named ?? (found ? sameFormat(record, found, file) : oneFormat(record, file))
    found ??= format
  }
  if (found) return { format: found, seen }
  if (unread) throw badRow(`the row ${unread.problem}`, { file, line: unread.line })
  throw unreadableData('the file has no rows', { file })
}

type ReadRecord = Extract<DataRecord, { readonly fields: JsonObject }>

/** The format of the first row. Names of its other fields are not told: without a header they are content. */
function oneFormat({ fields, line }: ReadRecord, file: string): DataFormat {
  const [format, ...others] = formatsOf(fields)
  if (format && others.length === 0) return format
  const known = knownFields.filter(name => Object.hasOwn(fields, name))
  throw unknownFormat(
    format
      ? `the row could be ${[format, ...others].join(' or ')}`
      : `the row has ${Object.keys(fields).length} fields, of the known ones ${known.join(', ') || 'none'}`,
    { file, line },
  )
}

function sameFormat({ fields, line }: ReadRecord, format: DataFormat, file: string): DataFormat {
  const now = formatsOf(fields)
  if (now.length === 1 && now[0] === format) return format
  const other = now.find(each => each !== format) ?? 'of no known format'
  throw mixedFormats(`the rows before are ${format}, this one is ${other}`, { file, line })
}

function readRow(
  record: DataRecord,
  format: DataFormat,
  file: string,
  { format: named, subject }: DataOptions,
): TrainingRow | { readonly problem: string } {
  if ('problem' in record) return record
  const { fields, line } = record
  if (named === undefined) sameFormat(record, format, file)
  const example = dataFormats[format].read(fields)
  if ('problem' in example) return example
  if (subject === undefined) return { ...example, line }
  const person = subjectOf(fields, subject)
  if (person !== undefined) return { ...example, line, subject: person }
  return { problem: `has no subject in '${subject.slice(0, 40)}': neither a text nor a whole number` }
}

/** Columns under the names that formats have for them. */
async function* renamed(records: AsyncIterable<DataRecord>, columns: ColumnNames): AsyncGenerator<DataRecord> {
  const names = Object.entries(columns).filter(([standard, own]) => standard !== own)
  for await (const record of records)
    if ('problem' in record || names.length === 0) yield record
    else yield { line: record.line, fields: rename(record.fields, names) }
}

function rename(fields: JsonObject, names: readonly (readonly [string, string | null])[]): JsonObject {
  const renamed: Record<string, unknown> = { ...fields }
  for (const [standard, own] of names) {
    if (own === null || Object.hasOwn(fields, own)) delete renamed[standard]
    if (own !== null && Object.hasOwn(fields, own)) renamed[standard] = fields[own]
  }
  return renamed
}
