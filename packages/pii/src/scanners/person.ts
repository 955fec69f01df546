import type { Candidate } from '../finding.js'
import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { introductionsBy, type NameMatch } from '../person/introductions.js'
import { listedName } from '../person/listed-names.js'
import { nameEnd } from '../person/name-run.js'
import { shape, type Words } from '../words.js'

const triggers = triggersOf(introductionsBy.keys())

/**
 * Names of people: what follows a title, an introduction, a label, a greeting or a closing formula; and what the name
 * lists know. One pass over the words; each look goes a bounded number of words ahead, and a found name is not read again.
 */
export const personScanner: Scanner = {
  id: 'person',
  types: ['PERSON', 'TITLE'],
  triggers,
  scan(source, emit) {
    const words = source.words()
    const triggered = source.triggers()
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0 && words.shape[word] === shape.lower) continue
      const name = nameAt(words, word)
      if (!name) continue
      const { first, last, score, rule } = name
      emit({ type: 'PERSON', start: words.start[first]!, end: nameEnd(words, last), score, rule })
      if (rule === 'person/title') emit(titleBefore(words, first))
      word = last
    }
  },
}

/** The title itself, with its point. */
function titleBefore(words: Words, first: number): Candidate {
  const start = words.start[first - 1]!
  const end = words.end[first - 1]!
  return { type: 'TITLE', start, end: words.text[end] === '.' ? end + 1 : end, score: 0.7, rule: 'title' }
}

/** What introduces a name comes before what a list knows of it: `Mr. Paris` is a person. */
function nameAt(words: Words, word: number): NameMatch | undefined {
  for (const introduction of introductionsBy.get(words.folded(word)) ?? []) {
    const name = introduction(words, word)
    if (name) return name
  }
  return listedName(words, word)
}
