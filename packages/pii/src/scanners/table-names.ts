import { nameBit, nameBits } from '../gazetteer/name-table.js'
import { isCapital, isInitial, isNameLike, isThing, nameEnd, nameKey, runEnd } from '../person/name-run.js'
import type { Scanner } from '../scanner.js'
import { shape, type Words } from '../words.js'

const { given, family, town, common } = nameBit

/**
 * Names of people by the table of many countries. A given name before a family name counts by itself; what the table knows in part
 * counts only in a text in which something else is found. A single word says too little: the tagger reads what is around it.
 */
export const tableNameScanner: Scanner = {
  id: 'table-names',
  types: ['PERSON'],
  scan(source, emit) {
    const words = source.words()
    for (let word = 0; word < words.count; word++) {
      if (words.shape[word] === shape.lower || !isCapital(words, word) || !isNameLike(words, word)) continue
      const last = runEnd(words, word)
      if (isThing(words, last)) {
        word = last
        continue
      }
      const found = read(words, word, last)
      if (found) {
        const { isSure, score, rule } = found
        emit({
          type: 'PERSON',
          start: words.start[word]!,
          end: nameEnd(words, last),
          score,
          rule,
          ...(!isSure && { needsCompany: true }),
        })
      }
      word = last
    }
  },
}

interface Reading {
  readonly isSure: boolean
  readonly score: number
  readonly rule: string
}

const person = (isSure: boolean, score: number, rule: string): Reading => ({ isSure, score, rule })

/** What a run of capitalised words is, as far as the table tells. */
function read(words: Words, first: number, last: number): Reading | undefined {
  if (last === first) return undefined
  const head = bitsOf(words, first)
  const tail = bitsOf(words, last)
  if (head & given && tail & family && !(head & common && tail & common)) return person(true, 0.7, 'person/table-full')
  if (isInitial(words, first) && tail & family && !(tail & common)) return person(true, 0.65, 'person/table-initials')
  const isHead = head & given && !(head & (common | town))
  const isTail = tail & family && !(tail & (common | town))
  return isHead || isTail ? person(false, 0.5, 'person/table-part') : undefined
}

function bitsOf(words: Words, word: number): number {
  let bits = 0
  for (const part of nameKey(words, word).split('-')) bits |= nameBits(part)
  return bits
}
