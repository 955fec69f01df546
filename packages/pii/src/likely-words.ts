import { hashOfFolded } from './words.js'

/** One entry for each value of 16 bits of a word's hash, 1 for those of some words: what has another is none of them. */
export type LikelyWords = Uint8Array

const shortHash = (hash: number): number => (hash ^ (hash >>> 16)) & 0xffff

export const likelyWords = (): LikelyWords => new Uint8Array(0x10000)

/** @param folded a word, to be known from now on */
export function addLikely(likely: LikelyWords, folded: string): void {
  likely[shortHash(hashOfFolded(folded))] = 1
}

/** @param hash of the word as `Words` have it */
export const isLikely = (likely: LikelyWords, hash: number): boolean => likely[shortHash(hash)] === 1
