import { commonness, mostCommon } from '../gazetteer/common-words.js'
import type { Words } from '../words.js'
import {
  emptyFacts,
  gapBetween,
  hashEnds,
  hashWord,
  keepNearBlanks,
  listed,
  mark,
  takeOut,
  type FactOptions,
  type WordFacts,
} from './facts.js'

/** Beyond the shapes of text that has its case. */
const firstShape = 18

/**
 * The facts of words of which the case says nothing: how common each is stands where its shape would. Every word may be part of a
 * name but for the most common ones, away from others.
 */
export function caselessFactsOf(words: Words, { forgets, onlyNearBlanks = false }: FactOptions = {}): WordFacts {
  const { count, start, end, text } = words
  const facts = emptyFacts(count)
  const { possible, shape, hash, bits, gap } = facts
  for (let word = 0; word < count; word++) {
    hashWord(facts, words, word, forgets)
    hashEnds(facts, words, word)
    const common = commonness(hash[word]!)
    shape[word] = firstShape + common
    gap[word] = gapBetween(text, word === 0 ? -1 : end[word - 1]!, start[word]!)
    const isSeed = end[word]! - start[word]! > 1 && (common !== mostCommon || (bits[word]! & listed) !== 0)
    if (isSeed) mark(possible, word - 1, word + 1)
  }
  takeOut(possible, words)
  if (onlyNearBlanks) keepNearBlanks(facts, words)
  return facts
}
