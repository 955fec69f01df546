import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/index.js'

describe('the error catalogue', () => {
  it.each(Object.entries(errorCatalogue))('explains %s in at least three sentences with an example', (_, entry) => {
    expect(entry.explanation.split('. ').length).toBeGreaterThanOrEqual(3)
    expect(entry.example).not.toBe('')
  })
})
