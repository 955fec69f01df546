import { rowCount, takeRows, type Column, type RecordBatch, type SubjectKeys } from '@attestry/core'
import { notStorable, shardMalformed } from './errors.js'
import {
  checkColumnName,
  cursorOf,
  encodeTexts,
  integers,
  missing,
  storedNames,
  takeSizes,
  writeNumber,
} from './shard-parts.js'

/**
 * Layout, version 2: each row is sealed under the key of the person whom it is about.
 *
 *     "ATTSHRD" 0x02 | rows | columns | texts(row ids) | texts(subjects) | texts(column names)
 *     | kind of each column: 0 text, 1 number | length of each sealed row | sealed row*
 *     row = its cells in the order of the columns: a float, or length (0xffffffff: missing) and UTF-8 bytes
 *
 * A row is sealed with the context `shard-row/<row id>`, so that it opens in its own place only. When a person's key is
 * destroyed their rows become unreadable, while the bytes of the shard, and so its digest, stay.
 */
const magic = Buffer.from('ATTSHRD\u0002', 'latin1')

const contextOf = (rowId: string): string => `shard-row/${rowId}`

/** Whether bytes begin as a shard with sealed rows does. */
export const isSealedShard = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(0, magic.length).equals(magic)

/**
 * A batch as bytes, each row sealed for its person. New keys are durable before it resolves.
 *
 * @throws DATA-E017 as `encodeShard` does
 */
export async function encodeSealedShard(batch: RecordBatch, keys: SubjectKeys): Promise<Uint8Array> {
  const rows = rowCount(batch)
  const names = storedNames(batch.columns, rows)
  const columns = names.map(name => batch.columns[name]!)
  // Refuses lengths and texts as the plain format does.
  for (const [i, { kind, values }] of columns.entries())
    if (kind === 'text') encodeTexts(values, rows, `column '${names[i]!}'`)
    else if (values.length !== rows)
      throw notStorable(`column '${names[i]!}' has ${values.length} values for ${rows} rows`)
  const head = [
    magic,
    integers([rows, names.length]),
    ...encodeTexts(batch.rowIds, rows, 'row ids'),
    ...encodeTexts(batch.subjects, rows, 'subjects'),
    ...encodeTexts(names, names.length, 'column names'),
    Uint8Array.from(columns, ({ kind }) => (kind === 'number' ? 1 : 0)),
  ]
  const sealed = await Promise.all(
    batch.rowIds.map((rowId, row) => keys.seal(batch.subjects[row]!, encodeRow(columns, row), contextOf(rowId))),
  )
  return Buffer.concat([...head, integers(sealed.map(({ length }) => length)), ...sealed])
}

function encodeRow(columns: readonly Column[], row: number): Uint8Array {
  let size = 0
  for (const { kind, values } of columns)
    size += kind === 'number' ? 8 : 4 + Buffer.byteLength((values[row] as string | null) ?? '')
  const bytes = Buffer.alloc(size)
  let at = 0
  for (const { kind, values } of columns)
    if (kind === 'number') {
      writeNumber(bytes, values[row] as number, at)
      at += 8
    } else {
      const text = values[row] as string | null
      const length = text === null ? 0 : bytes.write(text, at + 4)
      bytes.writeUInt32LE(text === null ? missing : length, at)
      at += 4 + length
    }
  return bytes
}

/** What a shard with sealed rows still tells. */
export interface OpenedShard {
  readonly batch: RecordBatch
  /** Rows of people whose key was destroyed: they are left out of the batch. */
  readonly unreadable: number
}

/**
 * The rows that can still be read, in order, and how many cannot.
 *
 * @throws DATA-E013 on bytes that `encodeSealedShard` did not write; what `keys.open` throws on a row that was changed
 */
export async function decodeSealedShard(bytes: Uint8Array, keys: SubjectKeys): Promise<OpenedShard> {
  const cursor = cursorOf(bytes)
  if (!cursor.take(magic.length).equals(magic))
    throw shardMalformed('it does not begin as a shard with sealed rows does')
  const { rows, columns: count } = takeSizes(cursor)
  const rowIds = cursor.takePresent(rows)
  const subjects = cursor.takePresent(rows)
  const names = cursor.takePresent(count)
  names.forEach((name, i) => checkColumnName(name, names[i - 1]))
  const kinds = [...cursor.take(count)]
  if (kinds.some(kind => kind > 1)) throw shardMalformed('unknown kind of column')
  const lengths = cursor.take(rows * 4)
  const sealed = rowIds.map((_, row) => cursor.take(lengths.readUInt32LE(row * 4)))
  cursor.end()
  const opened = await Promise.all(sealed.map((one, row) => keys.open(subjects[row]!, one, contextOf(rowIds[row]!))))
  const numbers = kinds.map(kind => (kind === 1 ? new Float64Array(rows) : null))
  const texts = kinds.map((): (string | null)[] => [])
  const readable: number[] = []
  for (const [row, one] of opened.entries()) {
    if (one !== null) readable.push(row)
    const cells = one === null ? null : cursorOf(one)
    for (let i = 0; i < count; i++)
      if (kinds[i] === 1) numbers[i]![row] = cells ? cells.takeNumber() : NaN
      else texts[i]!.push(cells ? cells.takeTexts(1)[0]! : null)
    cells?.end()
  }
  const columns: Record<string, Column> = {}
  for (const [i, name] of names.entries())
    columns[name] = numbers[i] ? { kind: 'number', values: numbers[i] } : { kind: 'text', values: texts[i]! }
  const batch = { rowIds, subjects, columns }
  return { batch: readable.length === rows ? batch : takeRows(batch, readable), unreadable: rows - readable.length }
}
