import { rowCount, type Column, type RecordBatch } from '@attestry/core'
import { notStorable, shardMalformed } from './errors.js'
import { checkColumnName, cursorOf, encodeTexts, integers, storedNames, takeSizes, writeNumber } from './shard-parts.js'

/**
 * Layout, version 1; integers are 32-bit and numbers 64-bit floats, all little-endian:
 *
 *     "ATTSHRD" 0x01 | rows | columns | texts(row ids) | texts(subjects) | column*
 *     column = texts(its name, as one) | kind: 0 text, 1 number | texts or rows * float
 *     texts  = length in bytes * count (0xffffffff: missing) | UTF-8 bytes of all
 *
 * Columns are sorted by name and NaN has one bit pattern, so equal batches have equal bytes.
 */
const magic = Buffer.from('ATTSHRD\u0001', 'latin1')

/**
 * A batch as bytes: equal batches give equal bytes.
 *
 * @throws DATA-E017 when columns differ in length or a text is not valid Unicode
 */
export function encodeShard(batch: RecordBatch): Uint8Array {
  const rows = rowCount(batch)
  const names = storedNames(batch.columns, rows)
  const parts: Uint8Array[] = [magic, integers([rows, names.length])]
  parts.push(...encodeTexts(batch.rowIds, rows, 'row ids'), ...encodeTexts(batch.subjects, rows, 'subjects'))
  for (const name of names) {
    const { kind, values } = batch.columns[name]!
    parts.push(...encodeTexts([name], 1, 'a column name'), Uint8Array.of(kind === 'number' ? 1 : 0))
    if (kind === 'number') parts.push(encodeNumbers(values, rows, name))
    else parts.push(...encodeTexts(values, rows, `column '${name}'`))
  }
  return Buffer.concat(parts)
}

function encodeNumbers(values: Float64Array, rows: number, name: string): Uint8Array {
  if (values.length !== rows) throw notStorable(`column '${name}' has ${values.length} values for ${rows} rows`)
  const bytes = Buffer.alloc(rows * 8)
  for (let row = 0; row < rows; row++) writeNumber(bytes, values[row]!, row * 8)
  return bytes
}

/**
 * The batch that bytes hold. A parser of untrusted bytes: every length is checked before anything is read or allocated,
 * and only bytes that `encodeShard` could have written are accepted.
 *
 * @throws DATA-E013 on anything else
 */
export function decodeShard(bytes: Uint8Array): RecordBatch {
  const cursor = cursorOf(bytes)
  if (!cursor.take(magic.length).equals(magic))
    throw shardMalformed('it does not begin as a shard of a known version does')
  const { rows, columns: count } = takeSizes(cursor)
  const rowIds = cursor.takePresent(rows)
  const subjects = cursor.takePresent(rows)
  const columns: Record<string, Column> = {}
  let before: string | undefined
  for (let i = 0; i < count; i++) {
    const name = cursor.takePresent(1)[0]!
    checkColumnName(name, before)
    before = name
    const kind = cursor.take(1)[0]!
    if (kind > 1) throw shardMalformed(`unknown kind of column: ${kind}`)
    columns[name] =
      kind === 1
        ? { kind: 'number', values: takeNumbers(cursor.take(rows * 8)) }
        : { kind: 'text', values: cursor.takeTexts(rows) }
  }
  cursor.end()
  return { rowIds, subjects, columns }
}

function takeNumbers(bytes: Buffer): Float64Array {
  const cursor = cursorOf(bytes)
  return Float64Array.from({ length: bytes.length / 8 }, () => cursor.takeNumber())
}
