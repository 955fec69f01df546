import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytes,
  count,
  counted,
  duration,
  durationWords,
  figure,
  figuresApart,
  given,
  interval,
  percent,
  words,
} from '../src/format.js'

describe('count', () => {
  it('groups digits in threes', () => {
    expect([0, 12, 999, 1000, 9874, 1234567].map(count)).toEqual(['0', '12', '999', '1,000', '9,874', '1,234,567'])
  })

  it('agrees with its noun', () => {
    expect(counted(1, 'row')).toBe('1 row')
    expect(counted(2000, 'row')).toBe('2,000 rows')
    expect(counted(2, 'person', 'people')).toBe('2 people')
  })
})

describe('figure', () => {
  it('has three significant digits and at most four decimals', () => {
    expect([0.8734, 0.0432, 0.00321, 2.971, 12.48, 999.6, 1234.5].map(value => figure(value))).toEqual([
      '0.873',
      '0.0432',
      '0.0032',
      '2.97',
      '12.5',
      '1,000',
      '1,235',
    ])
  })

  it('writes very small and very large numbers as powers of ten', () => {
    expect([1e-5, 0.00032, 2.5e12].map(value => figure(value))).toEqual(['1e-5', '3.2e-4', '2.5e12'])
  })

  it('never prints a number that is not one as if it were', () => {
    expect([Number.NaN, Infinity, -Infinity].map(value => figure(value))).toEqual([
      'not a number',
      'infinite',
      'minus infinity',
    ])
  })

  it('rounds once, to within half a unit of its last digit', () => {
    expect(figure(0.001845)).toBe('0.0018')
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e8, noNaN: true }), value => {
        const shown = Number(figure(value).replaceAll(',', ''))
        expect(Math.abs(shown - value)).toBeLessThanOrEqual(Math.max(value * 0.006, 0.00005001))
      }),
    )
  })
})

describe('figuresApart', () => {
  it('shows as many digits as it takes to see that a value is above its limit', () => {
    expect(figuresApart(2.971, 3)).toEqual(['2.97', '3'])
    expect(figuresApart(3.0004, 3)).toEqual(['3.0004', '3'])
    expect(figuresApart(0.1503, 0.15)).toEqual(['0.1503', '0.15'])
    expect(figuresApart(3, 3)).toEqual(['3.00', '3'])
    expect(figuresApart(2.999991, 3)).toEqual(['3.00', '3'])
    expect(figuresApart(7.2595e-4, 7.2594e-4)).toEqual(['7.2595e-4', '7.2594e-4'])
  })

  it('never prints a number above its limit like the limit', () => {
    const value = fc.double({ min: 1e-4, max: 1e4, noNaN: true })
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 1e-6, noNaN: true }), (limit, off) => {
        const other = limit * (1 + off)
        if (Math.abs(other - limit) < limit * 1e-9) return
        const [a, b] = figuresApart(other, limit)
        expect(Number(a.replaceAll(',', ''))).toBeGreaterThan(Number(b.replaceAll(',', '')))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('units', () => {
  it('writes chosen numbers as they were chosen', () => {
    expect([3, 0.05, 1e-5, 262178].map(given)).toEqual(['3', '0.05', '1e-5', '262,178'])
  })

  it('writes durations, sizes, shares and intervals', () => {
    expect([87, 3400, 102_000, 7_380_000].map(duration)).toEqual(['87.0 ms', '3.40 s', '1 m 42 s', '2 h 3 m'])
    expect([12, 4_812_733].map(bytes)).toEqual(['12 bytes', '4.59 MiB'])
    expect(percent(214, 9874)).toBe('2.17%')
    expect(percent(0, 0)).toBe('none')
    expect(interval([0.8511, 0.8934])).toBe('[0.851, 0.893]')
    expect(['P7Y', 'P1Y6M', 'P30D', 'P0', 'odd'].map(durationWords)).toEqual([
      '7 years',
      '1 year 6 months',
      '30 days',
      'P0',
      'odd',
    ])
    expect(words('membership-inference-auc')).toBe('membership inference AUC')
  })
})
