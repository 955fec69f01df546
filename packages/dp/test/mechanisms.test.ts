import { describe, expect, it } from 'vitest'
import {
  auditMechanism,
  estimateShares,
  noisyCount,
  noisyHistogram,
  noisyMean,
  noisyQuantile,
  noisySum,
  randomisedResponse,
  type StatisticOptions,
} from '../src/index.js'
import { misfit, tally } from './fits.js'
import { codeOf, secretOf } from './support.js'

const seeds = Array.from({ length: 4000 }, (_, i) =>
  secretOf(i).map((byte, place) => byte ^ (place < 2 ? i >> (8 * place) : 0)),
)
const adjacencies = ['add-or-remove-one', 'replace-one'] as const
const deviationOf = (values: readonly number[], truth: number): number =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - truth) ** 2, 0) / values.length)

describe('noisy statistics', () => {
  const flags = Array.from({ length: 100 }, (_, i) => i % 4 === 0)
  const statistics: [string, number, (options: StatisticOptions) => { value: number; sigma: number }][] = [
    ['count', 25, options => noisyCount(flags, options)],
    [
      'sum',
      3 + 10 - 5 + 2.5,
      options => noisySum([3, 99, -99, Number.NaN], { ...options, bounds: { min: -5, max: 10 } }),
    ],
    [
      'histogram',
      2,
      options => {
        const made = noisyHistogram(['a', 'b', 'a', 'z'], { ...options, categories: ['a', 'b', 'c'] })
        return { ...made, value: made.value.get('a')! }
      },
    ],
  ]
  it.each(statistics)('a %s has the noise that it says', (_, truth, make) => {
    for (const delta of [0, 1e-5]) {
      const made = seeds.map(unsafeSeed => make({ epsilon: 1, delta, adjacency: 'replace-one', unsafeSeed }))
      const values = made.map(({ value }) => value)
      const { sigma } = made[0]!
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      // Five standard errors; the squares of Laplace noise have a kurtosis of 6, those of Gaussian noise of 3.
      expect(Math.abs(mean - truth)).toBeLessThan((5 * sigma) / Math.sqrt(values.length))
      expect(Math.abs(deviationOf(values, truth) / sigma - 1)).toBeLessThan(
        (5 * Math.sqrt(5)) / 2 / Math.sqrt(values.length),
      )
    }
  })

  it('take their sensitivity from the neighbouring relation', () => {
    const bounds = { min: -5, max: 10 }
    const categories = ['a', 'b']
    const of = (delta: number): number[][] =>
      adjacencies.map(adjacency => [
        noisyCount(flags, { epsilon: 1, delta, adjacency }).sensitivity,
        noisySum([1], { epsilon: 1, delta, adjacency, bounds }).sensitivity,
        noisyHistogram(['a'], { epsilon: 1, delta, adjacency, categories }).sensitivity,
      ])
    expect(of(0)).toEqual([
      [1, 10, 1],
      [1, 15, 2],
    ])
    expect(of(1e-5)).toEqual([
      [1, 10, 1],
      [1, 15, Math.SQRT2],
    ])
  })

  it('refuse a relation, bounds or categories that nobody declared', async () => {
    const options = { epsilon: 1, adjacency: 'replace-one' } as const
    expect(await codeOf(() => noisyCount(flags, { epsilon: 1 } as never))).toBe('DP-E043')
    expect(await codeOf(() => noisySum([1], options as never))).toBe('DP-E040')
    expect(await codeOf(() => noisySum([1], { ...options, bounds: { min: 1, max: 1 } }))).toBe('DP-E040')
    expect(await codeOf(() => noisyHistogram([], { ...options, categories: ['a', 'a'] }))).toBe('DP-E044')
  })
})

describe('a noisy mean', () => {
  const values = Array.from({ length: 500 }, (_, i) => (i % 10 === 0 ? Number.NaN : 20 + (i % 7)))
  const clipped = values.map(value => (Number.isNaN(value) ? 50 : value))
  const truth = clipped.reduce((a, b) => a + b, 0) / clipped.length
  const bounds = { min: 0, max: 100 }

  it.each(adjacencies)('lies around the mean of the clipped values (%s)', adjacency => {
    const means = seeds
      .slice(0, 1000)
      .map((_, i) => noisyMean(values, { epsilon: 1, adjacency, bounds, unsafeSeed: seeds[i]! }).value)
    const average = means.reduce((a, b) => a + b, 0) / means.length
    // Noise of the sum 100 (replaced) or 2 x 50 (half of epsilon) over 500 rows, as a mean of 1000 runs.
    expect(Math.abs(average - truth)).toBeLessThan((5 * 100 * Math.SQRT2) / 500 / Math.sqrt(1000) + 0.05)
    expect(deviationOf(means, truth)).toBeGreaterThan(0.2)
    expect(deviationOf(means, truth)).toBeLessThan(0.4)
  })

  it('spends what it says: all of epsilon on the sum where the number is public, else half on each', () => {
    const options = { epsilon: 2, delta: 1e-6, bounds }
    const replaced = noisyMean(values, { ...options, adjacency: 'replace-one' })
    expect([replaced.sum.epsilon, replaced.sum.sensitivity, replaced.count]).toEqual([2, 100, null])
    const added = noisyMean(values, { ...options, adjacency: 'add-or-remove-one' })
    expect([added.sum.epsilon, added.sum.delta, added.sum.sensitivity]).toEqual([1, 5e-7, 50])
    expect([added.count!.epsilon, added.count!.delta, added.count!.sensitivity]).toEqual([1, 5e-7, 1])
  })

  it('stays within the bounds, and needs values where their number is public', async () => {
    const wild = seeds
      .slice(0, 50)
      .map(() => noisyMean([99], { epsilon: 0.01, adjacency: 'add-or-remove-one', bounds }).value)
    for (const value of wild) expect(value >= 0 && value <= 100).toBe(true)
    expect(await codeOf(() => noisyMean([], { epsilon: 1, adjacency: 'replace-one', bounds }))).toBe('DP-E005')
  })
})

describe('a noisy quantile', () => {
  const values = Array.from({ length: 2001 }, (_, i) => i / 20)
  const options = { epsilon: 1, bounds: { min: 0, max: 200 }, adjacency: 'add-or-remove-one' } as const

  it.each([0.1, 0.5, 0.9])('of %d is near it, as many ranks as it says', quantile => {
    const runs = Array.from({ length: 200 }, () => noisyQuantile(values, { ...options, quantile, parts: 2000 }))
    const missed = runs.map(({ value }) => Math.abs(value * 20 - quantile * 2001))
    expect(missed.reduce((a, b) => a + b, 0) / runs.length).toBeLessThan(runs[0]!.expectedRankErrorAtMost + 2)
    expect(runs.some(({ value }) => value !== runs[0]!.value)).toBe(true)
  })

  it('is not told apart between neighbours by more than epsilon, and is with half the noise', () => {
    const inputs = { first: [0, 1], second: [0, 1, 1] }
    const audited = (epsilon: number, claim: number): boolean =>
      auditMechanism({
        runs: 60_000,
        falseAlarmRate: 1e-6,
        epsilon: claim,
        delta: 0,
        run: input =>
          noisyQuantile(inputs[input], {
            quantile: 0.9,
            epsilon,
            bounds: { min: 0, max: 1 },
            adjacency: 'add-or-remove-one',
            parts: 1,
          }).value,
      }).isRefuted
    expect(audited(2, 2)).toBe(false)
    expect(audited(8, 1)).toBe(true)
  })

  it('refuses what nobody declared', async () => {
    expect(await codeOf(() => noisyQuantile(values, { ...options, quantile: 1 }))).toBe('DP-E018')
    expect(await codeOf(() => noisyQuantile(values, { ...options, quantile: 0.5, parts: 0 }))).toBe('DP-E018')
    expect(await codeOf(() => noisyQuantile(values, { ...options, quantile: 0.5, bounds: { min: 1, max: 0 } }))).toBe(
      'DP-E040',
    )
  })
})

describe('randomised response', () => {
  const options = { epsilon: 1.2, categories: ['a', 'b', 'c'], unsafeSeed: secretOf(5) }

  it('keeps the truth e^epsilon times as often as it gives any other answer', () => {
    const answers = randomisedResponse(
      Array.from({ length: 200_000 }, () => 'b'),
      options,
    )[Symbol.iterator]()
    const kept = Math.exp(1.2) / (Math.exp(1.2) + 2)
    const expected = new Map([
      ['a', (1 - kept) / 2],
      ['b', kept],
      ['c', (1 - kept) / 2],
    ])
    expect(
      misfit(
        tally(200_000, () => answers.next().value),
        expected,
      ),
    ).toBeLessThan(5)
  })

  it('lets the shares be estimated without bias', () => {
    const truth = Array.from({ length: 100_000 }, (_, i) => (i % 10 < 7 ? 'a' : 'b'))
    const estimate = estimateShares(randomisedResponse(truth, options), options)
    for (const [category, share] of [
      ['a', 0.7],
      ['b', 0.3],
      ['c', 0],
    ] as const) {
      const found = estimate.get(category)!
      expect(Math.abs(found.share - share)).toBeLessThan(5 * found.standardError)
      expect(found.standardError).toBeLessThan(0.01)
    }
  })

  it('refuses an answer that is no category, and a broken epsilon', async () => {
    expect(await codeOf(() => randomisedResponse(['d'], options))).toBe('DP-E044')
    expect(await codeOf(() => randomisedResponse(['a'], { ...options, epsilon: -1 }))).toBe('DP-E001')
  })
})
