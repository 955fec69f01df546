import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newcombe, normalQuantile, pooledZ, ratioInterval, wilson } from '../src/index.js'

const close = (got: readonly number[] | null, wanted: readonly number[], digits = 12): void => {
  expect(got).not.toBeNull()
  wanted.forEach((value, place) => expect(got![place]).toBeCloseTo(value, digits))
}

describe('normal quantile', () => {
  // SciPy 1.17.1, scipy.stats.norm.ppf.
  it.each([
    [1e-300, -37.0470962993612],
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.3, -0.5244005127080409],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
  ])('of %d is %d', (p, z) => {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-13 * Math.abs(z) + 1e-15)
  })

  it('is odd about one half', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.5, noNaN: true }), p => {
        expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 8)
      }),
    )
  })
})

describe('wilson interval', () => {
  it('gives the published values for 1209 of 5421', () => {
    close(wilson({ count: 1209, of: 5421 }, 0.95), [0.212138717868774, 0.23429671756368894])
  })

  it('is null without rows', () => {
    expect(wilson({ count: 0, of: 0 }, 0.95)).toBeNull()
  })

  it('reaches the ends exactly when nothing or everything is counted', () => {
    expect(wilson({ count: 0, of: 7 }, 0.95)![0]).toBe(0)
    expect(wilson({ count: 7, of: 7 }, 0.95)![1]).toBe(1)
  })

  it('holds the rate, stays in [0, 1] and narrows with less confidence', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 500 }), (some, of) => {
        const count = Math.min(some, of)
        const [low, high] = wilson({ count, of }, 0.95)!
        const [lower, higher] = wilson({ count, of }, 0.99)!
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(count / of)
        expect(high).toBeGreaterThanOrEqual(count / of)
        expect(lower).toBeLessThanOrEqual(low)
        expect(higher).toBeGreaterThanOrEqual(high)
      }),
    )
  })

  it('covers the true rate in about 95 of 100 samples of 50 rows, averaged over rates', () => {
    // Exact coverage from the binomial distribution: no simulation noise.
    const rates = Array.from({ length: 181 }, (_, i) => 0.05 + i * 0.005)
    const coverage = rates.map(rate => {
      let mass = (1 - rate) ** 50
      let covered = 0
      for (let count = 0; count <= 50; count++) {
        const [low, high] = wilson({ count, of: 50 }, 0.95)!
        if (low <= rate && rate <= high) covered += mass
        mass *= ((50 - count) / (count + 1)) * (rate / (1 - rate))
      }
      return covered
    })
    expect(coverage.reduce((sum, one) => sum + one, 0) / rates.length).toBeCloseTo(0.95, 2)
  })
})

describe('newcombe interval', () => {
  it("gives the values of statsmodels' newcomb method", () => {
    close(newcombe({ count: 56, of: 70 }, { count: 48, of: 80 }, 0.95), [0.05243147240236498, 0.33387265403690614])
    close(newcombe({ count: 0, of: 20 }, { count: 5, of: 25 }, 0.95), [-0.3913095036954034, -0.004117448685351827])
  })

  it('changes sign with the order', () => {
    const [low, high] = newcombe({ count: 3, of: 9 }, { count: 8, of: 11 }, 0.9)!
    close(newcombe({ count: 8, of: 11 }, { count: 3, of: 9 }, 0.9), [-high, -low])
  })
})

describe('interval of a ratio', () => {
  it('is Katz for 1209/5421 over 6931/10860', () => {
    const result = ratioInterval({ count: 1209, of: 5421 }, { count: 6931, of: 10_860 }, 0.95)!
    expect(result.method).toBe('katz-log')
    close(result.interval, [0.33185088017083236, 0.3679752983655477])
  })

  // statsmodels 0.15.0, confint_proportions_2indep(compare='ratio', method='score', correction=False).
  it('is Koopman where a count is zero', () => {
    const nothing = ratioInterval({ count: 0, of: 20 }, { count: 5, of: 25 }, 0.95)!
    expect(nothing.method).toBe('koopman-score')
    close(nothing.interval, [0, 0.8616553047337772], 10)
    const below = ratioInterval({ count: 3, of: 20 }, { count: 0, of: 25 }, 0.95)!
    expect(below.interval[0]).toBeCloseTo(1.0445942896448313, 10)
    expect(below.interval[1]).toBe(Infinity)
  })

  it('has width where everything is counted on both sides', () => {
    const [low, high] = ratioInterval({ count: 20, of: 20 }, { count: 25, of: 25 }, 0.95)!.interval
    expect(low).toBeCloseTo(0.8388748419, 9)
    expect(high).toBeCloseTo(1.1536583528278247, 10)
  })

  it('is null when neither side counts anything', () => {
    expect(ratioInterval({ count: 0, of: 3 }, { count: 0, of: 4 }, 0.95)).toBeNull()
  })

  it('turns into its inverse when the sides are exchanged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 30 }), (a, b) => {
        const left = { count: a, of: 30 }
        const right = { count: b, of: 30 }
        const [low, high] = ratioInterval(left, right, 0.95)!.interval
        const [inverseLow, inverseHigh] = ratioInterval(right, left, 0.95)!.interval
        expect(1 / inverseLow).toBeCloseTo(high, 6)
        expect(1 / inverseHigh).toBeCloseTo(low, 6)
      }),
    )
  })
})

describe('pooled z', () => {
  it('gives the published value', () => {
    expect(pooledZ({ count: 1209, of: 5421 }, { count: 6931, of: 10_860 })).toBeCloseTo(-49.933625389647155, 10)
  })

  it('is null when nothing varies', () => {
    expect(pooledZ({ count: 0, of: 5 }, { count: 0, of: 9 })).toBeNull()
    expect(pooledZ({ count: 0, of: 0 }, { count: 1, of: 9 })).toBeNull()
  })
})
