import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digitRunsOf, sign, signsOf } from '../src/text-signs.js'

describe('the signs of a text', () => {
  it('are those of its characters, whatever they are', () => {
    const kinds: readonly (readonly [number, RegExp])[] = [
      [sign.digit, /[0-9]/],
      [sign.at, /@/],
      [sign.colon, /:/],
      [sign.point, /\./],
      [sign.hyphen, /-/],
      [sign.small, /\p{Ll}/u],
      [sign.capital, /[\p{Lu}\p{Lt}]/u],
      [sign.token, /[A-Za-z0-9_-]{14}/],
    ]
    const units = fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x61, max: 0x7a }), fc.nat(0xd7ff))
    fc.assert(
      fc.property(fc.array(units, { maxLength: 40 }), codes => {
        const text = String.fromCharCode(...codes)
        const expected = kinds.reduce((sum, [one, pattern]) => sum + (pattern.test(text) ? one : 0), 0)
        expect(signsOf(text)).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the runs of digits of a text', () => {
  it('begin where a digit follows none', () => {
    const units = fc.constantFrom('0', '7', '9', 'a', ' ', '-', '\uff10', '/', ':')
    fc.assert(
      fc.property(fc.array(units, { maxLength: 30 }), characters => {
        const text = characters.join('')
        expect(digitRunsOf(text)).toEqual([...text.matchAll(/\d+/g)].map(({ index }) => index))
      }),
      { numRuns: 1000 },
    )
  })
})
