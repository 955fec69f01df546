import { idLabels } from '../ids/labels.js'
import { handleLabels } from '../scanners/network.js'
import { passwordLabels, pinLabels } from '../scanners/secrets.js'

/** What a word may be to the value after it. Bits. */
export const wordKind = {
  /** Announces one. */
  label: 1,
  /** May stand between a label and it. */
  connector: 2,
} as const

const connectors =
  'number numbers num nummer numero nr no id ids code codigo card file record clinica is was are es ist est e s now name handle'

/** 2^16 entries: now and then a word is taken for another one, which costs a look and changes nothing. */
export const wordTable: Uint8Array = new Uint8Array(0x10000)

/** One step of the hash of a word, letter by letter in lower case. */
export const hashStep = (hash: number, letter: number): number => (Math.imul(hash, 0x01000193) ^ letter) | 0
export const slotOf = (hash: number): number => (hash ^ (hash >>> 16)) & 0xffff

function enter(words: Iterable<string>, bit: number): void {
  for (const word of words) {
    // A slash stands in no word: such labels are never met.
    if (word.includes('/')) continue
    for (const part of word.split('-')) {
      let hash = 0
      for (let i = 0; i < part.length; i++) hash = hashStep(hash, part.charCodeAt(i))
      wordTable[slotOf(hash)]! |= bit
    }
  }
}

enter([...idLabels.keys(), ...pinLabels, ...passwordLabels, ...handleLabels], wordKind.label)
enter(connectors.split(' '), wordKind.connector)
