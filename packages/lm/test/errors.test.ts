import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/index.js'
import { fileErrors } from '../src/files/errors.js'
import { modelErrors } from '../src/models/errors.js'
import { textErrors } from '../src/text/errors.js'
import { trainingErrors } from '../src/training/errors.js'

describe('the error catalogue', () => {
  it('gives each code one meaning', () => {
    const rooms = [fileErrors, textErrors, modelErrors, trainingErrors]
    const codes = rooms.flatMap(room => Object.keys(room))
    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([])
    expect(Object.keys(errorCatalogue).length).toBe(codes.length)
  })

  it('explains every code in at least three sentences, with an example', () => {
    const codes = Object.keys(errorCatalogue)
    expect(codes.length).toBeGreaterThan(40)
    for (const code of codes) expect(code).toMatch(/^LM-E0[0-8][0-9]$/)
    for (const [code, { title, explanation, example }] of Object.entries(errorCatalogue)) {
      expect(title, code).toMatch(/^[a-z].*[^.]$/)
      expect(explanation.match(/[.?!](\s|$)/g)?.length, code).toBeGreaterThanOrEqual(3)
      expect(example.length, code).toBeGreaterThan(10)
    }
  })
})
