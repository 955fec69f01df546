import { describe, expect, it } from 'vitest'
import { noisyMax, sparseVector } from '../src/index.js'
import { misfit, tally } from './fits.js'
import { codeOf } from './support.js'

describe('the noisy maximum', () => {
  it('takes a smaller score as often as permute and flip does', () => {
    const options = { epsilon: 1.5, sensitivity: 2 }
    // Two candidates with a gap of 3: the worse one must come first and then be kept.
    const worse = Math.exp((-1.5 * 3) / 4) / 2
    const expected = new Map([
      ['0', worse],
      ['1', 1 - worse],
    ])
    expect(
      misfit(
        tally(20_000, () => noisyMax([4, 7], options).index),
        expected,
      ),
    ).toBeLessThan(5)
  })

  it('stays within its expected gap', () => {
    const scores = [0, 5, 9, 10, 10, 3]
    const runs = Array.from({ length: 2000 }, () => noisyMax(scores, { epsilon: 1, sensitivity: 1 }))
    const gap = runs.reduce((sum, { index }) => sum + 10 - scores[index]!, 0) / runs.length
    expect(gap).toBeLessThan(runs[0]!.expectedGapAtMost)
    expect(noisyMax([7], { epsilon: 1, sensitivity: 1 }).index).toBe(0)
  })

  it('refuses an empty list and broken numbers', async () => {
    expect(await codeOf(() => noisyMax([], { epsilon: 1, sensitivity: 1 }))).toBe('DP-E005')
    expect(await codeOf(() => noisyMax([1], { epsilon: 0, sensitivity: 1 }))).toBe('DP-E001')
    expect(await codeOf(() => noisyMax([1], { epsilon: 1, sensitivity: 0 }))).toBe('DP-E006')
  })
})

describe('the sparse vector', () => {
  const options = { epsilon: 2, sensitivity: 1, threshold: 100, positives: 4 }

  it('finds what lies far above, and ends after its true answers', async () => {
    const vector = sparseVector(options)
    for (let i = 0; i < 100; i++) expect(vector.isAbove(-900)).toBe(false)
    for (let i = 0; i < 4; i++) expect(vector.isAbove(1100)).toBe(true)
    expect(vector.left).toBe(0)
    expect(await codeOf(() => vector.isAbove(1100))).toBe('DP-E005')
    expect(await codeOf(() => sparseVector({ ...options, positives: 0 }))).toBe('DP-E005')
  })

  it('splits epsilon as Lyu, Su and Li do', () => {
    const { scales } = sparseVector(options)
    const [first, second] = [1 / scales.threshold, 8 / scales.query]
    expect(first + second).toBeLessThanOrEqual(2)
    expect(first + second).toBeCloseTo(2, 4)
    expect(second / first).toBeCloseTo(4, 4)
  })

  it('compares with the noise that it says', () => {
    const { threshold: b1, query: b2 } = sparseVector(options).scales
    // P[X - Y >= t] of two independent Laplace variables of scales b2 and b1.
    const tail = (t: number): number =>
      (b2 ** 2 * Math.exp(-t / b2) - b1 ** 2 * Math.exp(-t / b1)) / (2 * (b2 ** 2 - b1 ** 2))
    const expected = new Map([
      ['true', tail(6)],
      ['false', 1 - tail(6)],
    ])
    expect(
      misfit(
        tally(20_000, () => sparseVector(options).isAbove(94)),
        expected,
      ),
    ).toBeLessThan(5)
  })
})
