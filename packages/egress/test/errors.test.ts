import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/index.js'

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    expect(Object.keys(errorCatalogue)).toEqual(['EGRESS-E001'])
    for (const { title, explanation, example } of Object.values(errorCatalogue)) {
      expect(title).toMatch(/^[a-z].*[^.]$/)
      expect(explanation.match(/[.?!](\s|$)/g)?.length).toBeGreaterThanOrEqual(3)
      expect(example.length).toBeGreaterThan(10)
    }
  })
})
