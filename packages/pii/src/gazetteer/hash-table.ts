import { brokenTable } from '../errors.js'
import { readModelFile } from '../model-file.js'

/** A byte for each of many words, which are kept as 32-bit hashes. */
export interface HashTable {
  readonly hashes: Uint32Array
  readonly values: Uint8Array
  /** For each value of the first bits of a hash the place of the first hash that begins with it or a larger one. */
  readonly firsts: Uint32Array
}

const firstBits = 14
const magic = 0x314e5441

/** The byte of a word by the FNV-1a hash of its folded form; 0 when it is not in the table. */
export function byteOf({ hashes, values, firsts }: HashTable, hash: number): number {
  const first = hash >>> (32 - firstBits)
  for (let i = firsts[first]!, end = firsts[first + 1]!; i < end; i++) if (hashes[i] === hash) return values[i]!
  return 0
}

/** The table of a file of the package, read at the first call. @throws PII-E010 when the file is damaged */
export function hashTableOf(file: string): () => HashTable {
  let loaded: HashTable | undefined
  return () => (loaded ??= readHashTable(file, readModelFile(file)))
}

/** @throws PII-E010 */
export function readHashTable(file: string, bytes: Uint8Array): HashTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 8 || view.getUint32(0, true) !== magic)
    throw brokenTable(file, 'it does not begin as such a file does')
  const count = view.getUint32(4, true)
  if (bytes.length !== 8 + count * 5) throw brokenTable(file, `it has ${bytes.length} bytes for ${count} entries`)
  const hashes = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    hashes[i] = view.getUint32(8 + 4 * i, true)
    if (i > 0 && hashes[i]! <= hashes[i - 1]!) throw brokenTable(file, 'its entries are not sorted')
  }
  const firsts = new Uint32Array(2 ** firstBits + 1).fill(count)
  for (let i = count - 1; i >= 0; i--) firsts[hashes[i]! >>> (32 - firstBits)] = i
  for (let first = 2 ** firstBits - 1; first >= 0; first--) firsts[first] = Math.min(firsts[first]!, firsts[first + 1]!)
  return { hashes, values: bytes.slice(8 + 4 * count), firsts }
}
