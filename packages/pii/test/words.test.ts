import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashOfFolded, wordsOf } from '../src/words.js'

describe('the hash of a word', () => {
  it('is that of its folded form for Latin letters, in any case and with accents', () => {
    const letter = fc.constantFrom(...'abcxyzABCXYZßéÉñÑöÖçÇåÅłŁøØ')
    fc.assert(
      fc.property(fc.array(letter, { minLength: 1, maxLength: 20 }), letters => {
        const words = wordsOf(letters.join(''))
        expect(words.count).toBe(1)
        expect(words.hash[0]).toBe(hashOfFolded(words.folded(0)))
      }),
    )
  })

  it('leaves marks out', () => {
    const words = wordsOf('Zoe\u0308 Zo\u00eb zoe')
    expect(new Set(words.hash.subarray(0, words.count)).size).toBe(1)
  })
})
