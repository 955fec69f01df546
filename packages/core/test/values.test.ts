import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDuration,
  canonicalJson,
  compareDurations,
  concatBatches,
  digestOf,
  filterRows,
  mapText,
  numberValues,
  sha256,
  takeRows,
  textValues,
  ulid,
  type Duration,
} from '../src/index.js'
import { batchOf } from './fakes.js'

const hasNoBigInteger = (value: unknown): boolean => !/\d{16,}/.test(JSON.stringify(value))

describe('canonical JSON', () => {
  it('matches the examples of RFC 8785', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 1e-27],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    expect(
      canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
  })

  it('is a fixed point and survives parsing', () => {
    fc.assert(
      fc.property(fc.jsonValue().filter(hasNoBigInteger), value => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })

  it('does not depend on the order of keys', () => {
    expect(digestOf({ a: 1, b: [{ d: 1, c: 2 }] })).toBe(digestOf({ b: [{ c: 2, d: 1 }], a: 1 }))
  })

  it('refuses what has no canonical form', () => {
    for (const bad of [NaN, Infinity, 2 ** 53, '\ud83d', 1n, new Date(0), new Map(), () => 1])
      expect(() => canonicalJson({ bad })).toThrow(/no canonical JSON form/)
  })
})

describe('durations', () => {
  it('clamp to the last day of a month', () => {
    const add = (from: string, duration: Duration) => addDuration(new Date(from), duration).toISOString().slice(0, 10)
    expect(add('2024-02-29T00:00:00Z', 'P1Y')).toBe('2025-02-28')
    expect(add('2026-01-31T00:00:00Z', 'P1M')).toBe('2026-02-28')
    expect(add('2026-12-31T00:00:00Z', 'P2W')).toBe('2027-01-14')
    expect(add('2026-01-31T00:00:00Z', 'P1M1D')).toBe('2026-03-01')
  })

  it('compare by length', () => {
    expect(compareDurations('P7Y', 'P2Y')).toBeGreaterThan(0)
    expect(compareDurations('P12M', 'P1Y')).toBe(0)
    expect(compareDurations('P30D', 'P1M')).toBeLessThan(0)
  })

  it('refuse hours and nonsense', () => {
    for (const bad of ['P', 'PT1H', '7 years', 'P1.5Y', 'P-1Y'])
      expect(() => addDuration(new Date(0), bad as Duration)).toThrow(/is not a duration/)
  })
})

describe('digests and identifiers', () => {
  it('have the known SHA-256 of the empty string', () => {
    expect(sha256('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  it('sort by time', () => {
    const at = (now: number) => ulid({ now: () => now })
    expect(at(1_700_000_000_000) < at(1_700_000_000_001)).toBe(true)
    expect(at(1)).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  })
})

describe('a record batch', () => {
  const batch = batchOf([1, -2, 3])

  it('keeps rows, subjects and every column in step', () => {
    const kept = filterRows(batch, row => row !== 1)
    expect(kept.rowIds).toEqual(['feed:1', 'feed:3'])
    expect(kept.subjects).toEqual(['s0', 's2'])
    expect([...numberValues(kept, 'x')]).toEqual([1, 3])
    expect(textValues(takeRows(batch, [2, 0]), 'label')).toEqual(['yes', 'yes'])
  })

  it('leaves the original alone when text is mapped', () => {
    expect(
      textValues(
        mapText(batch, 'label', text => text.toUpperCase()),
        'label',
      ),
    ).toEqual(['YES', 'NO', 'YES'])
    expect(textValues(batch, 'label')).toEqual(['yes', 'no', 'yes'])
  })

  it('is the same after being cut and joined', () => {
    const parts = [filterRows(batch, row => row < 1), filterRows(batch, row => row >= 1)]
    expect(concatBatches(parts)).toEqual(batch)
  })

  it('names the columns that exist when one is missing', () => {
    expect(() => numberValues(batch, 'y')).toThrow("column 'y' is not in the data")
    expect(() => numberValues(batch, 'label')).toThrow("column 'label' is text, not numbers")
  })
})
