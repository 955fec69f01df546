import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectedInverse } from '../src/index.js'

/** The sum that the closed form stands for: F - f is negative binomial. */
function bySumming(f: number, p: number): number {
  let chance = p ** f
  let sum = chance / f
  for (let size = f + 1; size < 200_000; size++) {
    chance *= ((size - 1) / (size - f)) * (1 - p)
    sum += chance / size
  }
  return sum
}

describe('the estimated inverse of a class in the population', () => {
  it('agrees with the sum over all sizes, for small and large shares', () => {
    for (const p of [0.01, 0.1, 0.49, 0.5, 0.51, 0.9])
      for (const f of [1, 2, 3, 10, 25]) expect(expectedInverse(f, p) / bySumming(f, p)).toBeCloseTo(1, 9)
  })

  it('is one over the class when everybody was drawn', () => {
    expect(expectedInverse(7, 1)).toBeCloseTo(1 / 7, 15)
  })

  it('falls as the class grows and rises with the share that was drawn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0.001, max: 0.99, noNaN: true }), (f, p) => {
        const here = expectedInverse(f, p)
        expect(here).toBeLessThan(1 / f)
        expect(here).toBeGreaterThan(0)
        expect(expectedInverse(f + 1, p)).toBeLessThan(here)
        expect(expectedInverse(f, p + 0.01)).toBeGreaterThan(here)
      }),
    )
  })
})
