import { describe, expect, it } from 'vitest'
import { identifierClasses, identifiers } from '../src/index.js'

describe('the eighteen kinds of identifiers', () => {
  it('run from A to R', () => {
    expect(identifierClasses.map(({ letter }) => letter).join('')).toBe('ABCDEFGHIJKLMNOPQR')
  })

  it('become rules for every type that a detector can look for, all taken out entirely', () => {
    expect(identifiers.map(({ type }) => type)).toEqual([
      'CREDIT_CARD',
      'EMAIL',
      'IBAN',
      'IP_ADDRESS',
      'PERSON',
      'PHONE',
      'URL',
      'US_SSN',
    ])
    expect(new Set(identifiers.map(({ operator }) => operator))).toEqual(new Set(['redact']))
  })
})
