import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/index.js'
import * as failures from '../src/errors.js'

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    for (const { title, explanation, example } of Object.values(errorCatalogue)) {
      expect(title).toMatch(/^[a-z].*[^.]$/)
      expect(explanation.match(/[.?!](\s|$)/g)?.length).toBeGreaterThanOrEqual(3)
      expect(example.length).toBeGreaterThan(10)
    }
  })

  it('has every code that a failure of this package can have, and no other', () => {
    const { errorCatalogue: _, ...makers } = failures
    const made = Object.values(makers).map(make =>
      (make as (...args: never[]) => { code: string; help?: string })('x' as never, 'y' as never, 1 as never),
    )
    expect(made.map(({ code }) => code).sort()).toEqual(Object.keys(errorCatalogue).sort())
    for (const { help } of made) expect(help).toBeTruthy()
  })
})
