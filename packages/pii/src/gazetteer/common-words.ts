import { byteOf, hashTableOf } from './hash-table.js'

const words = hashTableOf('common-words.bin')

/** The class of the most common words. */
export const mostCommon = 1

/**
 * How common a word is in English, by the hash of its folded form: 1 for the 4,000 most common, then 2 to 5 for rarer ones; 6 for a
 * function word of another language, 0 for a word in no list.
 *
 * @throws PII-E010 when the file of the package is damaged
 */
export const commonness = (hash: number): number => byteOf(words(), hash >>> 0)
