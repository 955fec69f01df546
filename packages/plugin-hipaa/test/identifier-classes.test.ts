import { describe, expect, it } from 'vitest'
import { identifierClasses, identifiers } from '../src/index.js'

describe('the eighteen kinds of identifiers', () => {
  it('run from A to R', () => {
    expect(identifierClasses.map(({ letter }) => letter).join('')).toBe('ABCDEFGHIJKLMNOPQR')
  })

  it('become one rule for every type that a detector can look for, and none of them masks or derives', () => {
    const types = identifiers.map(({ type }) => type)
    expect(types).toEqual([...new Set(identifierClasses.flatMap(({ types: own }) => own))].sort())
    for (const type of ['PERSON', 'ADDRESS', 'DATE', 'PHONE', 'EMAIL', 'US_SSN', 'ID', 'VIN', 'URL', 'IP_ADDRESS'])
      expect(types).toContain(type)
    expect(new Set(identifiers.map(({ operator }) => operator))).toEqual(new Set(['coarsen', 'redact']))
  })

  it('leave something of dates, ages and places alone', () => {
    const coarse = identifiers.filter(({ operator }) => operator === 'coarsen').map(({ type }) => type)
    expect(coarse).toEqual(['AGE', 'DATE', 'LOCATION', 'YEAR'])
  })
})
