import { occupationFields, occupationRanks, occupations } from '../gazetteer/occupations.js'
import { gapAfter } from '../person/name-run.js'
import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { shape, type Words } from '../words.js'

const mostFields = 4

const triggers = triggersOf(occupations, occupationRanks)

/** Occupations by a word list, with the fields before them (`senior software engineer`), in company: of low precision. */
export const occupationScanner: Scanner = {
  id: 'occupations',
  types: ['PROFESSION'],
  triggers,
  scan(source, emit) {
    const words = source.words()
    const triggered = source.triggers()
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0) continue
      const folded = words.folded(word)
      const isTrade = occupations.has(folded)
      if (!isTrade && !occupationRanks.has(folded)) continue
      const first = firstField(words, word)
      if (!isTrade && first === word) continue
      emit({
        type: 'PROFESSION',
        start: words.start[first]!,
        end: words.end[word]!,
        score: 0.4,
        rule: 'profession',
        needsCompany: true,
      })
    }
  },
}

function firstField(words: Words, head: number): number {
  let first = head
  const isCapital = words.shape[head] !== shape.lower
  while (first > 0 && head - first < mostFields && /^(?: |\/|-|, | & )$/.test(gapAfter(words, first - 1) ?? '')) {
    const isField = occupationFields.has(words.folded(first - 1))
    if (!isField || (isCapital && words.shape[first - 1] === shape.lower)) break
    first--
  }
  return first
}
