import { hashOfFolded } from '../words.js'
import { byteOf, hashTableOf } from './hash-table.js'

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

const names = hashTableOf('names.bin')

/**
 * The bits of a word, folded; 0 when it is in no list. 32-bit hashes stand for the words: about one unlisted word in 100,000
 * has the bits of another.
 *
 * @throws PII-E010 when the file of the package is damaged
 */
export const nameBits = (folded: string): number => nameBitsOfHash(hashOfFolded(folded) >>> 0)

/** The same by the FNV-1a hash of the folded word. @throws PII-E010 */
export const nameBitsOfHash = (hash: number): number => byteOf(names(), hash)
