import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { log1pExp, logBinomialRow, logExpm1, logGamma, logSum } from '../src/log-space.js'

describe('logGamma', () => {
  // 40-digit arithmetic (mpmath 1.3).
  it.each([
    [0.5, 0.57236494292470008707],
    [1, 0],
    [2.5, 0.28468287047291915963],
    [10, 12.801827480081469611],
    [100.5, 361.43554046777762156],
  ])('is right to 1e-14 at %d', (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-14 * Math.max(1, expected))
  })
})

describe('logBinomialRow', () => {
  // 40-digit arithmetic (mpmath 1.3).
  it.each([
    [10, 3, 4.7874917427820459942],
    [100, 50, 66.783841652017426009],
    [1024, 2, 13.168819390991134266],
    [1024, 512, 706.09094149735334793],
  ])('is right to 1e-14 for %d over %d', (n, k, expected) => {
    expect(Math.abs(logBinomialRow(n)[k]! / expected - 1)).toBeLessThan(1e-14)
  })

  it('adds up to n ln 2', () => {
    for (const n of [2, 3, 64, 1024, 5000]) expect(logSum(logBinomialRow(n)) / (n * Math.LN2)).toBeCloseTo(1, 13)
  })
})

describe('logarithms of sums and differences', () => {
  it('undo each other: ln(e^x - 1) of ln(1 + e^x) is x', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 600, noNaN: true }), x => {
        expect(Math.abs(logExpm1(log1pExp(x)) - x)).toBeLessThan(1e-13 * Math.max(1, Math.abs(x)))
      }),
    )
  })

  it('do not overflow', () => {
    expect(logSum(Float64Array.of(1000, 1000))).toBeCloseTo(1000 + Math.LN2, 12)
    expect(logSum(Float64Array.of(-Infinity, -Infinity))).toBe(-Infinity)
  })
})
