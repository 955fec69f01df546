import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { readCsvRecords } from './csv-records.js'
import { readLines, type Piece } from './data-lines.js'
import { unreadableData } from './errors.js'
import { readJsonItems } from './json-items.js'

/** What a reader of data accepts. */
export interface DataLimits {
  /** Bytes of one line, of one item of a JSON list, or of one CSV record. */
  readonly recordBytes: number
  /** Fields of one row. */
  readonly fields: number
  /** Rows of one file. */
  readonly rows: number
}

export const dataLimits: DataLimits = { recordBytes: 4_194_304, fields: 1_000, rows: 50_000_000 }

/** A row as it stands in a file, or why it cannot be read. */
export type DataRecord =
  | { readonly line: number; readonly fields: JsonObject }
  | { readonly line: number; readonly problem: string }

/** Kinds of files, by the end of their name. */
export type DataFileKind = 'jsonl' | 'json' | 'csv' | 'txt'

const kinds: Readonly<Record<string, DataFileKind>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.csv': 'csv',
  '.txt': 'txt',
}

/** @throws LM-E041 for another end of a name, and when there is no regular file */
export async function dataFileKind(path: string): Promise<DataFileKind> {
  const kind = kinds[extname(path).toLowerCase()]
  if (!kind) throw unreadableData(`the name ends in none of ${Object.keys(kinds).join(', ')}`, { file: path })
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadableData(`the file cannot be opened (${codeOf(cause)})`, { file: path }, cause)
  })
  if (!found.isFile()) throw unreadableData('this is not a regular file', { file: path })
  return kind
}

/**
 * Rows of a file, one after the other. A file named .json holds one list, or one object a line. Of a text file every line
 * is a row with the field `text`. Blank lines are no rows.
 *
 * @throws LM-E041 when reading fails, or for more rows than allowed
 */
export async function* readRecords(path: string, kind: DataFileKind, limits: DataLimits): AsyncGenerator<DataRecord> {
  let rows = 0
  try {
    for await (const record of recordsOf(path, kind, limits)) {
      if (++rows > limits.rows) throw unreadableData(`the file has more than ${limits.rows} rows`, { file: path })
      yield record
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    throw unreadableData(`the file cannot be read (${codeOf(cause)})`, { file: path }, cause)
  }
}

const codeOf = (cause: unknown): string => (cause as NodeJS.ErrnoException).code ?? 'unknown'

async function* recordsOf(path: string, kind: DataFileKind, limits: DataLimits): AsyncGenerator<DataRecord> {
  const chunks = (): AsyncIterable<Buffer> => createReadStream(path)
  const lines = (): AsyncIterable<Piece> => readLines(chunks(), limits.recordBytes)
  if (kind === 'csv') yield* csvRows(lines(), limits)
  else if (kind === 'json' && (await isList(chunks())))
    yield* objects(readJsonItems(chunks(), limits.recordBytes), limits)
  else if (kind === 'txt') yield* texts(lines())
  else yield* objects(lines(), limits)
}

/** Whether the first character that is not white space opens a list. */
async function isList(chunks: AsyncIterable<Buffer>): Promise<boolean> {
  for await (const chunk of chunks) {
    const found = /[^\s\ufeff]/.exec(chunk.toString())
    if (found) return found[0] === '['
  }
  return false
}

async function* objects(pieces: AsyncIterable<Piece>, limits: DataLimits): AsyncGenerator<DataRecord> {
  for await (const piece of pieces) {
    if ('problem' in piece) yield piece
    else if (piece.text.trim() !== '') yield { line: piece.line, ...parseObject(piece.text, limits) }
  }
}

function parseObject(text: string, limits: DataLimits): { readonly fields: JsonObject } | { readonly problem: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: 'is not valid JSON' }
  }
  if (!isJsonObject(value)) return { problem: 'is not a JSON object' }
  return Object.keys(value).length > limits.fields
    ? { problem: `has more than ${limits.fields} fields` }
    : { fields: value }
}

async function* texts(lines: AsyncIterable<Piece>): AsyncGenerator<DataRecord> {
  for await (const piece of lines) {
    if ('problem' in piece) yield piece
    else if (piece.text.trim() !== '') yield { line: piece.line, fields: { text: piece.text } }
  }
}

async function* csvRows(lines: AsyncIterable<Piece>, limits: DataLimits): AsyncGenerator<DataRecord> {
  let names: readonly string[] | undefined
  for await (const record of readCsvRecords(lines, limits.recordBytes)) {
    if ('problem' in record) yield record
    else if (names === undefined) {
      names = record.fields.map(name => name.trim())
      const problem =
        names.length > limits.fields
          ? `has more than ${limits.fields} columns`
          : new Set(names).size < names.length
            ? 'names a column twice'
            : undefined
      if (problem === undefined) continue
      yield { line: record.line, problem }
      return
    } else if (record.fields.length !== names.length)
      yield { line: record.line, problem: `has ${record.fields.length} fields, the header has ${names.length}` }
    else yield { line: record.line, fields: Object.fromEntries(names.map((name, i) => [name, record.fields[i]])) }
  }
}
