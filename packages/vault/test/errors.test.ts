import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/index.js'

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    expect(Object.keys(errorCatalogue)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(number => `VAULT-E00${number}`))
    for (const { title, explanation, example } of Object.values(errorCatalogue)) {
      expect(title).toMatch(/^[a-z].*[^.]$/)
      expect(explanation.match(/[.?!](\s|$)/g)?.length).toBeGreaterThanOrEqual(3)
      expect(example.length).toBeGreaterThan(10)
    }
  })
})
