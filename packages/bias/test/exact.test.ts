import { describe, expect, it } from 'vitest'
import {
  benjaminiHochberg,
  binomial,
  bootstrap,
  clopperPearson,
  detectableDifference,
  fisherExact,
  holm,
  hypergeometric,
  mcnemarExact,
  normalCdf,
  permutationTest,
  rangeUnderEquality,
  seededRandom,
  shrinkRates,
  testOfEquality,
} from '../src/index.js'
import { countsOf } from './tables.js'

const refused = expect.objectContaining({ code: 'BIAS-E008' })
const moments = (draw: () => number, draws = 20_000): { mean: number; variance: number } => {
  const values = Array.from({ length: draws }, draw)
  const mean = values.reduce((sum, one) => sum + one, 0) / draws
  return { mean, variance: values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / draws }
}

describe('exact tests', () => {
  it("give Fisher's tea test and a value too small for a double, in logs", () => {
    expect(fisherExact({ count: 3, of: 4 }, { count: 1, of: 4 })!.p).toBeCloseTo(34 / 70, 12)
    expect(fisherExact({ count: 12, of: 66 }, { count: 1209, of: 1209 })!.logP).toBeLessThan(-100)
    const tiny = fisherExact({ count: 0, of: 2000 }, { count: 2000, of: 2000 })!
    expect(tiny.p).toBe(0)
    expect(tiny.logP).toBeLessThan(-2700)
    expect(tiny.logP).toBeGreaterThan(-2800)
    expect(fisherExact({ count: 0, of: 0 }, { count: 1, of: 2 })).toBeNull()
  })

  it('are used for small samples only', () => {
    expect(testOfEquality({ count: 3, of: 20 }, { count: 9, of: 400 })!.method).toBe('fisher-exact')
    expect(testOfEquality({ count: 2, of: 400 }, { count: 1, of: 400 })!.method).toBe('fisher-exact')
    const large = testOfEquality({ count: 1209, of: 5421 }, { count: 6931, of: 10_860 })!
    expect(large.method).toBe('pooled-z')
    // ln(2·Q(49.9336)) = -z²/2 - ln(z·√(2π)) + ln 2, to the first order of Mills' ratio.
    expect(large.logP).toBeCloseTo(
      -(49.933625389647155 ** 2) / 2 - Math.log(49.933625389647155 * 2.5066282746) + Math.LN2,
      2,
    )
    expect(2 * (1 - normalCdf(1.959963984540054))).toBeCloseTo(0.05, 12)
  })

  it('reject equal rates in at most 5 of 100 samples', () => {
    // Exact size over all outcomes of two samples of 15 at rate 0.3.
    const mass = (k: number): number => {
      let m = 0.7 ** 15
      for (let i = 1; i <= k; i++) m *= ((16 - i) / i) * (0.3 / 0.7)
      return m
    }
    let size = 0
    for (let a = 0; a <= 15; a++)
      for (let b = 0; b <= 15; b++)
        if (fisherExact({ count: a, of: 15 }, { count: b, of: 15 })!.p <= 0.05) size += mass(a) * mass(b)
    expect(size).toBeGreaterThan(0.01)
    expect(size).toBeLessThanOrEqual(0.05)
  })

  it('give the interval of Clopper and Pearson', () => {
    // Closed form for k = 0: 1 - (α/2)^(1/n).
    expect(clopperPearson({ count: 0, of: 10 }, 0.95)![1]).toBeCloseTo(1 - 0.025 ** 0.1, 12)
    const [low, high] = clopperPearson({ count: 5, of: 10 }, 0.95)!
    expect(low).toBeCloseTo(0.18708602844739855, 10)
    expect(high).toBeCloseTo(1 - low, 12)
    expect(clopperPearson({ count: 0, of: 0 }, 0.95)).toBeNull()
  })

  it('adjust for many', () => {
    const p = [0.01, 0.04, 0.03, 0.005]
    holm(p).forEach((one, i) => expect(one).toBeCloseTo([0.03, 0.06, 0.06, 0.02][i]!, 12))
    benjaminiHochberg(p).forEach((one, i) => expect(one).toBeCloseTo([0.02, 0.04, 0.04, 0.02][i]!, 12))
    expect(() => holm([Number.NaN])).toThrowError(refused)
  })

  it('pair two models, and say what a sample could have shown', () => {
    expect(mcnemarExact(1, 9)).toBeCloseTo((2 * 11) / 1024, 12)
    expect(detectableDifference({ count: 49, of: 98 }, { count: 50, of: 100 }, 0.95)).toBeCloseTo(
      2.801585218 * Math.sqrt(0.25 * (1 / 98 + 1 / 100)),
      6,
    )
  })
})

describe('draws', () => {
  it.each([
    [20, 0.2],
    [1000, 0.3],
    [1000, 0.97],
    [100_000, 0.5],
  ])('binomial(%d, %d) have their mean and variance', (n, p) => {
    const random = seededRandom(3)
    const { mean, variance } = moments(() => binomial(n, p, random))
    expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt((n * p * (1 - p)) / 20_000))
    expect(variance / (n * p * (1 - p))).toBeCloseTo(1, 1)
  })

  it('hypergeometric have their mean and variance', () => {
    const random = seededRandom(4)
    const { mean, variance } = moments(() => hypergeometric(100, 30, 40, random))
    expect(mean).toBeCloseTo(12, 1)
    expect(variance / ((12 * 0.7 * 60) / 99)).toBeCloseTo(1, 1)
  })
})

describe('resampling', () => {
  const difference = (groups: readonly { truePositives: number; falseNegatives: number }[]): number | null => {
    const [a, b] = groups.map(({ truePositives: tp, falseNegatives: fn }) => tp / (tp + fn))
    return Number.isFinite(a! - b!) ? a! - b! : null
  }

  it.each(['percentile', 'bca'] as const)('covers a true difference in about 95 of 100 samples (%s)', method => {
    const random = seededRandom(7)
    let covered = 0
    for (let trial = 0; trial < 300; trial++) {
      const [x, y] = [binomial(150, 0.6, random), binomial(150, 0.4, random)]
      const groups = [countsOf([x, 0, 150 - x, 0]), countsOf([y, 0, 150 - y, 0])]
      const { interval } = bootstrap(groups, difference, { confidence: 0.95, replicates: 400, method }, random)!
      if (interval[0] <= 0.2 && 0.2 <= interval[1]) covered++
    }
    expect(covered / 300).toBeGreaterThan(0.91)
    expect(covered / 300).toBeLessThan(0.985)
  })

  it('counts replicates without a value, and refuses too few', () => {
    const groups = [countsOf([1, 9, 0, 90]), countsOf([30, 10, 30, 30])]
    const settings = { confidence: 0.95, replicates: 1000, method: 'percentile' } as const
    // P(no positive drawn) = 0.99^100.
    expect(bootstrap(groups, difference, settings, seededRandom(1))!.undefinedShare).toBeCloseTo(0.366, 1)
    expect(() => bootstrap(groups, difference, { ...settings, replicates: 10 }, Math.abs as never)).toThrowError(
      refused,
    )
  })

  it('shows that many small equal groups have a large range by chance alone', () => {
    const small = Array.from({ length: 20 }, (_, i) => ({ count: 2 + (i % 5), of: 10 }))
    for (const test of [rangeUnderEquality, permutationTest]) {
      const { observed, expected, p } = test([small], seededRandom(2))!
      expect(observed).toBeCloseTo(0.4, 12)
      expect(expected).toBeGreaterThan(0.4)
      expect(p).toBeGreaterThan(0.5)
      expect(
        test(
          [
            [
              { count: 1, of: 90 },
              { count: 80, of: 90 },
            ],
          ],
          seededRandom(2),
        )!.p,
      ).toBeCloseTo(1 / 2001, 12)
      expect(test([[{ count: 1, of: 9 }]], seededRandom(2))).toBeNull()
    }
  })

  it('draws small groups towards the mean, and not where groups differ widely', () => {
    const alike = shrinkRates(Array.from({ length: 20 }, (_, i) => ({ count: 4 + (i % 3), of: 10 })))!
    expect(alike.strength).toBeGreaterThan(1000)
    expect(alike.rates[0]).toBeCloseTo(alike.mean, 2)
    const apart = shrinkRates(Array.from({ length: 20 }, (_, i) => ({ count: i % 2 ? 95 : 5, of: 100 })))!
    expect(apart.strength).toBeLessThan(10)
    expect(apart.rates[1]).toBeGreaterThan(0.9)
  })
})
