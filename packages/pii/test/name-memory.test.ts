import { describe, expect, it } from 'vitest'
import { detect } from '../src/index.js'

const repeated = (text: string): readonly string[] =>
  detect(text)
    .filter(({ rule }) => rule === 'person/repeated')
    .map(({ start, end }) => text.slice(start, end))

describe('a name that was introduced', () => {
  it.each([
    ['its own spelling', 'Mr. Brovek', 'Brovek'],
    ['a possessive', 'Mr. Brovek', 'Brovek'],
    ['capitals', 'Mr. Brovek', 'BROVEK'],
    ['a mark of its own', 'Mr. Br\u00f3vek', 'Bro\u0301vek'],
    ['a letter without its mark', 'Mr. Br\u00f3vek', 'Brovek'],
    ['syllables of several letters', 'Name: \uae40brovek,', '\uae40brovek'],
    ['letters that are not Latin', 'Mr. \u0411\u0440\u043e\u0432\u0435\u043a', '\u0411\u0420\u041e\u0412\u0415\u041a'],
  ])('is found again in %s', (how, introduced, again) => {
    const text = `${introduced} was here on Monday. The chair ${again}${how === 'a possessive' ? "'s" : ''} stands there.`
    expect(repeated(text)).toContain(again)
  })
})
