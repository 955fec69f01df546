import { ambiguousGivenNames } from '../gazetteer/given-names.js'
import { plainWords } from '../gazetteer/plain-words.js'
import type { DocumentMemory } from '../document-memory.js'
import { hashOfFolded, shape, type Words } from '../words.js'
import { gapAfter, isInitial, nameEnd, nameKey, particles } from './name-run.js'

const shortestPart = 3
const shortestLowerPart = 4
const apostrophe = 0x27
/** Below it stand no marks, and each letter folds to one. */
const firstMark = 0x300
const fewLists: ReadonlySet<string> = new Set(['person/given-name', 'person/family-name'])

/** The parts of names that were introduced or that have several words. */
export function createNameMemory(): DocumentMemory {
  const parts = new Set<string>()
  /** Parts that were themselves written without a capital. */
  const lowerParts = new Set<string>()

  /** Of the parts: what has none of them is none, as long as all parts are in Latin letters. */
  const hashes = new Set<number>()
  let hasOther = false

  /** A look that folds no word; possessives and words that end in marks have another hash than their name. */
  const mayBeMentioned = ({ text, end, hash }: Words, word: number): boolean => {
    if (hasOther || hashes.has(hash[word]!)) return true
    const last = text.charCodeAt(end[word]! - 1)
    const before = text.charCodeAt(end[word]! - 2)
    return before === apostrophe || last >= firstMark || before >= firstMark
  }

  const isMentioned = (words: Words, word: number): boolean => {
    const key = nameKey(words, word)
    return words.shape[word] === shape.lower ? lowerParts.has(key) : parts.has(key)
  }

  return {
    learn(source, found) {
      if (!found.some(({ type }) => type === 'PERSON')) return
      const words = source.words()
      let word = 0
      for (const { type, start, end, rule } of found) {
        if (type !== 'PERSON') continue
        while (word < words.count && words.start[word]! < start) word++
        const first = word
        while (word < words.count && words.start[word]! < end) word++
        if (word - first < 2 && fewLists.has(rule)) continue
        for (let part = first; part < word; part++) {
          const key = nameKey(words, part)
          const isWeak = ambiguousGivenNames.has(key) || plainWords.has(key) || particles.has(key)
          if (key.length < shortestPart || isWeak) continue
          parts.add(key)
          hashes.add(hashOfFolded(key))
          if (!isLatin(key)) hasOther = true
          if (words.shape[part] === shape.lower && key.length >= shortestLowerPart) lowerParts.add(key)
        }
      }
    },
    recall(source, found, emit) {
      if (parts.size === 0) return
      const words = source.words()
      let nearest = 0
      const isFree = (word: number): boolean => {
        while (nearest < found.length && found[nearest]!.end <= words.start[word]!) nearest++
        return nearest >= found.length || found[nearest]!.start >= words.end[word]!
      }
      for (let word = 0; word < words.count; word++) {
        if (!mayBeMentioned(words, word) || !isFree(word) || !isMentioned(words, word)) continue
        let last = word
        while (/^ {1,2}$/.test(gapAfter(words, last) ?? '') && isFree(last + 1) && isMentioned(words, last + 1)) last++
        const first = isInitial(words, word - 1) && /^\.? ?$/.test(gapAfter(words, word - 1) ?? '-') ? word - 1 : word
        const [start, end] = [words.start[first]!, nameEnd(words, last)]
        emit({ type: 'PERSON', start, end, score: 0.6, rule: 'person/repeated' })
        word = last
      }
    },
  }
}

function isLatin(key: string): boolean {
  for (let i = 0; i < key.length; i++) if (key.charCodeAt(i) >= firstMark) return false
  return true
}
