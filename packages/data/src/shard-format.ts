import { isUtf8 } from 'node:buffer'
import { rowCount, type Column, type RecordBatch } from '@attestry/core'
import { notStorable, shardMalformed } from './errors.js'

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
const missing = 0xffffffff
const maximumRows = 10_000_000
const maximumColumns = 2_000
const loneSurrogate = /\p{Surrogate}/u

/**
 * A batch as bytes: equal batches give equal bytes.
 *
 * @throws DATA-E017 when columns differ in length or a text is not valid Unicode
 */
export function encodeShard(batch: RecordBatch): Uint8Array {
  const rows = rowCount(batch)
  const names = Object.keys(batch.columns).sort()
  if (rows > maximumRows) throw notStorable(`${rows} rows in one batch > ${maximumRows}`)
  if (names.length > maximumColumns) throw notStorable(`${names.length} columns in one batch > ${maximumColumns}`)
  if (names.includes('__proto__')) throw notStorable("a column is called '__proto__'")
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

const integers = (values: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => bytes.writeUInt32LE(value, i * 4))
  return bytes
}

function encodeNumbers(values: Float64Array, rows: number, name: string): Uint8Array {
  if (values.length !== rows) throw notStorable(`column '${name}' has ${values.length} values for ${rows} rows`)
  const bytes = Buffer.alloc(rows * 8)
  for (let row = 0; row < rows; row++) {
    const value = values[row]!
    // An engine may keep any of 2^53 patterns for NaN; the digest must not depend on which.
    if (Number.isNaN(value)) bytes.writeUInt32LE(0x7ff80000, row * 8 + 4)
    else bytes.writeDoubleLE(value, row * 8)
  }
  return bytes
}

function encodeTexts(values: readonly (string | null)[], count: number, what: string): [Uint8Array, Uint8Array] {
  if (values.length !== count) throw notStorable(`${what}: ${values.length} values for ${count} rows`)
  const lengths = values.map(value => (value === null ? missing : Buffer.byteLength(value)))
  const text = values.map(value => value ?? '').join('')
  if (values.some(value => value !== null && loneSurrogate.test(value)))
    throw notStorable(`${what}: text is not valid Unicode`)
  return [integers(lengths), Buffer.from(text)]
}

/**
 * The batch that bytes hold. A parser of untrusted bytes: every length is checked before anything is read or allocated,
 * and only bytes that `encodeShard` could have written are accepted.
 *
 * @throws DATA-E013 on anything else
 */
export function decodeShard(bytes: Uint8Array): RecordBatch {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = (length: number): Buffer => {
    if (length > source.length - at) throw shardMalformed(`it ends within a part of ${length} bytes`)
    return source.subarray(at, (at += length))
  }
  const takeTexts = (count: number): (string | null)[] => {
    const lengths = take(count * 4)
    const values: (string | null)[] = []
    for (let i = 0; i < count; i++) {
      const length = lengths.readUInt32LE(i * 4)
      if (length === missing) {
        values.push(null)
        continue
      }
      const text = take(length)
      if (!isUtf8(text)) throw shardMalformed('a text is not UTF-8')
      values.push(text.toString())
    }
    return values
  }
  const takePresent = (count: number): string[] =>
    takeTexts(count).map(value => {
      if (value === null) throw shardMalformed('a row id, handle or name is missing')
      return value
    })
  const takeNumbers = (count: number): Float64Array => {
    const numbers = take(count * 8)
    return Float64Array.from({ length: count }, (_, i) => {
      const value = numbers.readDoubleLE(i * 8)
      if (Number.isNaN(value) && (numbers.readUInt32LE(i * 8) !== 0 || numbers.readUInt32LE(i * 8 + 4) !== 0x7ff80000))
        throw shardMalformed('a missing number has an unknown pattern')
      return value
    })
  }

  if (!take(magic.length).equals(magic)) throw shardMalformed('it does not begin as a shard of version 1 does')
  const rows = take(4).readUInt32LE()
  const columnCount = take(4).readUInt32LE()
  if (rows > maximumRows) throw shardMalformed(`${rows} rows > ${maximumRows}`)
  if (columnCount > maximumColumns) throw shardMalformed(`${columnCount} columns > ${maximumColumns}`)
  const rowIds = takePresent(rows)
  const subjects = takePresent(rows)
  const columns: Record<string, Column> = {}
  let before: string | undefined
  for (let i = 0; i < columnCount; i++) {
    const name = takePresent(1)[0]!
    if (before !== undefined && !(before < name)) throw shardMalformed('its columns are not sorted')
    if (name === '__proto__') throw shardMalformed("a column is called '__proto__'")
    before = name
    const kind = take(1)[0]!
    if (kind > 1) throw shardMalformed(`unknown kind of column: ${kind}`)
    columns[name] =
      kind === 1 ? { kind: 'number', values: takeNumbers(rows) } : { kind: 'text', values: takeTexts(rows) }
  }
  if (at !== source.length) throw shardMalformed(`${source.length - at} bytes follow its end`)
  return { rowIds, subjects, columns }
}
