import type { Scanner } from '../scanner.js'
import { afterClosing, afterGreeting, afterLabel, afterPhrase, afterTitle } from '../person/introductions.js'
import { listedName } from '../person/listed-names.js'
import { nameEnd } from '../person/name-run.js'

/** What introduces a name comes before what a list knows of it: `Mr. Paris` is a person. */
const introductions = [afterTitle, afterPhrase, afterLabel, afterGreeting, afterClosing]

/**
 * Names of people: what follows a title, an introduction, a label, a greeting or a closing formula; and what the name
 * lists know. One pass over the words; each look goes a bounded number of words ahead, and a found name is not read again.
 */
export const personScanner: Scanner = {
  id: 'person',
  types: ['PERSON'],
  scan(source, emit) {
    const words = source.words()
    for (let word = 0; word < words.count; ) {
      let next = word + 1
      for (const introduction of introductions) {
        const name = introduction(words, word)
        if (!name) continue
        const { first, last, score, rule } = name
        emit({ type: 'PERSON', start: words.start[first]!, end: nameEnd(words, last), score, rule })
        next = last + 1
        break
      }
      if (next === word + 1) {
        const name = listedName(words, word)
        if (name) {
          const { last, score, rule } = name
          emit({ type: 'PERSON', start: words.start[word]!, end: nameEnd(words, last), score, rule })
          next = last + 1
        }
      }
      word = next
    }
  },
}
