import { expect, it } from 'vitest'
import { errorCatalogue } from '../src/index.js'

it('every code is explained in at least three sentences, with an example', () => {
  expect(Object.keys(errorCatalogue)).toEqual(
    Array.from({ length: 11 }, (_, i) => `DISCLOSURE-E${String(i + 1).padStart(3, '0')}`),
  )
  for (const { explanation, example } of Object.values(errorCatalogue)) {
    expect(explanation.split(/[.] /).length).toBeGreaterThanOrEqual(3)
    expect(example).not.toBe('')
  }
})
