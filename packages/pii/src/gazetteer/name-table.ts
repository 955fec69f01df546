import { brokenNameTable } from '../errors.js'
import { readModelFile } from '../model-file.js'
import { hashOfFolded } from '../words.js'

/** What a word is in names and places of the world. A sum of bits. */
export const nameBit = {
  given: 1,
  family: 2,
  town: 4,
  /** Also a common word, so that it says little by itself. */
  common: 8,
  /** A country or a state of one word. */
  country: 16,
  /** A part of a town, country or state of several words. */
  placePart: 32,
  /** A legal form, or a word that firms end with. */
  firm: 64,
} as const

interface NameTable {
  readonly hashes: Uint32Array
  readonly masks: Uint8Array
  /** For each value of the first bits of a hash the place of the first hash that begins with it or a larger one. */
  readonly firsts: Uint32Array
}

const firstBits = 14

const magic = 0x314e5441
let loaded: NameTable | undefined

/**
 * The bits of a word, folded; 0 when it is in no list. 32-bit hashes stand for the words: about one unlisted word in 100,000
 * has the bits of another.
 *
 * @throws PII-E010 when the file of the package is damaged
 */
export const nameBits = (folded: string): number => nameBitsOfHash(hashOfFolded(folded) >>> 0)

/** The same by the FNV-1a hash of the folded word. @throws PII-E010 */
export function nameBitsOfHash(hash: number): number {
  loaded ??= readTable(readModelFile('names.bin'))
  const { hashes, masks, firsts } = loaded
  const first = hash >>> (32 - firstBits)
  for (let i = firsts[first]!, end = firsts[first + 1]!; i < end; i++) if (hashes[i] === hash) return masks[i]!
  return 0
}

/** @throws PII-E010 */
export function readTable(bytes: Uint8Array): NameTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 8 || view.getUint32(0, true) !== magic)
    throw brokenNameTable('it does not begin as such a file does')
  const count = view.getUint32(4, true)
  if (bytes.length !== 8 + count * 5) throw brokenNameTable(`it has ${bytes.length} bytes for ${count} entries`)
  const hashes = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    hashes[i] = view.getUint32(8 + 4 * i, true)
    if (i > 0 && hashes[i]! <= hashes[i - 1]!) throw brokenNameTable('its entries are not sorted')
  }
  const firsts = new Uint32Array(2 ** firstBits + 1).fill(count)
  for (let i = count - 1; i >= 0; i--) firsts[hashes[i]! >>> (32 - firstBits)] = i
  for (let first = 2 ** firstBits - 1; first >= 0; first--) firsts[first] = Math.min(firsts[first]!, firsts[first + 1]!)
  return { hashes, masks: bytes.slice(8 + 4 * count), firsts }
}
