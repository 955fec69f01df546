import { ambiguousGivenNames } from '../gazetteer/given-names.js'
import { plainWords } from '../gazetteer/plain-words.js'
import type { Candidate } from '../finding.js'
import { shape, type Words } from '../words.js'
import { gapAfter, nameEnd, nameKey, particles } from './name-run.js'

/** The parts of names found so far in one document, so that every mention of a person gets the same answer. */
export interface NameMemory {
  /** Remembers the parts of names that were introduced or that have several words. */
  learn(words: Words, names: readonly Candidate[]): void
  /** Emits every word that is a remembered part and not yet in one of the findings, joined where they stand together. */
  recall(words: Words, found: readonly Candidate[], emit: (candidate: Candidate) => void): void
}

const shortestPart = 3
const shortestLowerPart = 4
const fewLists: ReadonlySet<string> = new Set(['person/given-name', 'person/family-name'])

export function createNameMemory(): NameMemory {
  const parts = new Set<string>()
  /** Parts that were themselves written without a capital. */
  const lowerParts = new Set<string>()

  const isMentioned = (words: Words, word: number): boolean => {
    const key = nameKey(words, word)
    return words.shape[word] === shape.lower ? lowerParts.has(key) : parts.has(key)
  }

  return {
    learn(words, names) {
      let word = 0
      for (const { start, end, rule } of names) {
        while (word < words.count && words.start[word]! < start) word++
        const first = word
        while (word < words.count && words.start[word]! < end) word++
        if (word - first < 2 && fewLists.has(rule)) continue
        for (let part = first; part < word; part++) {
          const key = nameKey(words, part)
          const isWeak = ambiguousGivenNames.has(key) || plainWords.has(key) || particles.has(key)
          if (key.length < shortestPart || isWeak) continue
          parts.add(key)
          if (words.shape[part] === shape.lower && key.length >= shortestLowerPart) lowerParts.add(key)
        }
      }
    },
    recall(words, found, emit) {
      if (parts.size === 0) return
      let nearest = 0
      const isFree = (word: number): boolean => {
        while (nearest < found.length && found[nearest]!.end <= words.start[word]!) nearest++
        return nearest >= found.length || found[nearest]!.start >= words.end[word]!
      }
      for (let word = 0; word < words.count; word++) {
        if (!isFree(word) || !isMentioned(words, word)) continue
        let last = word
        while (/^ {1,2}$/.test(gapAfter(words, last) ?? '') && isFree(last + 1) && isMentioned(words, last + 1)) last++
        const [start, end] = [words.start[word]!, nameEnd(words, last)]
        emit({ type: 'PERSON', start, end, score: 0.6, rule: 'person/repeated' })
        word = last
      }
    },
  }
}
