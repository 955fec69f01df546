import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certifiedRadius, lowerBound, normalQuantile, share } from '../src/index.js'

describe('a certified radius', () => {
  it.each([
    [99, 100, 0.25, 0.9113731112960424, 0.33731475970259756],
    [1000, 1000, 0.5, 0.9931160484209338, 1.2316313073904057],
    [250, 250, 0.01, 0.9727472237769651, 0.019227969726739562],
  ])(
    'of %i of %i copies at sigma %f is as computed with exact arithmetic',
    (successes, trials, sigma, bound, radius) => {
      expect(lowerBound(successes, trials, 0.001)).toBeCloseTo(bound, 12)
      expect(certifiedRadius({ successes, trials, alpha: 0.001, sigma })).toBeCloseTo(radius, 10)
    },
  )

  it('is none where the class is not certain enough', () => {
    expect(certifiedRadius({ successes: 55, trials: 100, alpha: 0.001, sigma: 0.5 })).toBeNull()
    expect(certifiedRadius({ successes: 0, trials: 100, alpha: 0.001, sigma: 0.5 })).toBeNull()
  })

  it('refuses counts, probabilities and deviations that are none', () => {
    for (const more of [
      { successes: 101 },
      { successes: -1 },
      { trials: 0 },
      { alpha: 0 },
      { alpha: 1 },
      { sigma: 0 },
      { successes: 1.5 },
    ])
      expect(() => certifiedRadius({ successes: 50, trials: 100, alpha: 0.01, sigma: 1, ...more })).toThrowError(
        expect.objectContaining({ code: 'ROBUST-E003' }),
      )
  })

  it('grows with the successes and with the room for error', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0.001, max: 0.2, noNaN: true }),
        (trials, alpha) => {
          const successes = Math.floor(trials * 0.9)
          const bound = lowerBound(successes, trials, alpha)
          expect(bound).toBeLessThanOrEqual(successes / trials)
          expect(lowerBound(Math.min(trials, successes + 1), trials, alpha)).toBeGreaterThanOrEqual(bound)
          expect(lowerBound(successes, trials, alpha * 2)).toBeGreaterThanOrEqual(bound)
        },
      ),
    )
  })
})

describe('statistics', () => {
  it('have the quantiles of the normal distribution', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 11)
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12)
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 9)
  })

  it('give shares their Wilson interval', () => {
    const { value, interval } = share(8, 10, 0.95)
    expect(value).toBe(0.8)
    expect(interval![0]).toBeCloseTo(0.4901625, 6)
    expect(interval![1]).toBeCloseTo(0.9433178, 6)
    expect(share(0, 0, 0.95)).toEqual({ value: null, interval: null, n: 0, reason: 'no rows' })
  })
})
