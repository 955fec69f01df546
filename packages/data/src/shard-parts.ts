import { isUtf8 } from 'node:buffer'
import { notStorable, shardMalformed } from './errors.js'

/** Length of a text that is missing. */
export const missing = 0xffffffff
export const maximumRows = 10_000_000
export const maximumColumns = 2_000
const loneSurrogate = /\p{Surrogate}/u

/** 32-bit integers, little-endian. */
export const integers = (values: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => bytes.writeUInt32LE(value, i * 4))
  return bytes
}

/** Writes a number; an engine may keep any of 2^53 patterns for NaN, and the digest must not depend on which. */
export function writeNumber(bytes: Buffer, value: number, at: number): void {
  if (Number.isNaN(value)) bytes.writeUInt32LE(0x7ff80000, at + 4)
  else bytes.writeDoubleLE(value, at)
}

/** Lengths of texts, and the UTF-8 bytes of all. @throws DATA-E017 */
export function encodeTexts(
  values: readonly (string | null)[],
  count: number,
  what: string,
): readonly [Uint8Array, Uint8Array] {
  if (values.length !== count) throw notStorable(`${what}: ${values.length} values for ${count} rows`)
  const lengths = values.map(value => (value === null ? missing : Buffer.byteLength(value)))
  const text = values.map(value => value ?? '').join('')
  if (values.some(value => value !== null && loneSurrogate.test(value)))
    throw notStorable(`${what}: text is not valid Unicode`)
  return [integers(lengths), Buffer.from(text)]
}

/** Takes parts from the front of untrusted bytes: every length is checked before anything is read or allocated. */
export interface ShardCursor {
  take(length: number): Buffer
  takeInteger(): number
  takeTexts(count: number): readonly (string | null)[]
  /** Texts of which none may be missing. */
  takePresent(count: number): readonly string[]
  takeNumber(): number
  /** @throws DATA-E013 when anything is left */
  end(): void
}

/** Every part is refused with DATA-E013 when the bytes do not hold it. */
export function cursorOf(bytes: Uint8Array): ShardCursor {
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
  return {
    take,
    takeInteger: () => take(4).readUInt32LE(),
    takeTexts,
    takePresent: count =>
      takeTexts(count).map(value => {
        if (value === null) throw shardMalformed('a row id, handle or name is missing')
        return value
      }),
    takeNumber() {
      const number = take(8)
      const value = number.readDoubleLE()
      if (Number.isNaN(value) && (number.readUInt32LE() !== 0 || number.readUInt32LE(4) !== 0x7ff80000))
        throw shardMalformed('a missing number has an unknown pattern')
      return value
    },
    end() {
      if (at !== source.length) throw shardMalformed(`${source.length - at} bytes follow its end`)
    },
  }
}

/** @throws DATA-E013 over a limit */
export function takeSizes(cursor: ShardCursor): { readonly rows: number; readonly columns: number } {
  const rows = cursor.takeInteger()
  const columns = cursor.takeInteger()
  if (rows > maximumRows) throw shardMalformed(`${rows} rows > ${maximumRows}`)
  if (columns > maximumColumns) throw shardMalformed(`${columns} columns > ${maximumColumns}`)
  return { rows, columns }
}

/** @throws DATA-E013 for a name out of order, or one that would set a prototype */
export function checkColumnName(name: string, before: string | undefined): void {
  if (before !== undefined && !(before < name)) throw shardMalformed('its columns are not sorted')
  if (name === '__proto__') throw shardMalformed("a column is called '__proto__'")
}

/** The names of a batch's columns in the order in which they are stored. @throws DATA-E017 over a limit */
export function storedNames(columns: Readonly<Record<string, unknown>>, rows: number): readonly string[] {
  const names = Object.keys(columns).sort()
  if (rows > maximumRows) throw notStorable(`${rows} rows in one batch > ${maximumRows}`)
  if (names.length > maximumColumns) throw notStorable(`${names.length} columns in one batch > ${maximumColumns}`)
  if (names.includes('__proto__')) throw notStorable("a column is called '__proto__'")
  return names
}
