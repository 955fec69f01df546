import { describe, expect, it } from 'vitest'
import { accountant, gaussian, groupEpsilon, laplace, subsampledGaussian } from '../src/index.js'
import { codeOf } from './support.js'

describe('the epsilon of a group', () => {
  it('is that of the k-fold sensitivity for Gaussian releases without sampling', () => {
    const single = accountant().compose(gaussian({ noiseMultiplier: 10 }), 5)
    const triple = accountant().compose(gaussian({ noiseMultiplier: 10 / 3 }), 5)
    expect(groupEpsilon(single, 3, 1e-6)).toBeCloseTo(triple.epsilon(1e-6).upper, 9)
  })

  it('is k times that of one without a delta', () => {
    expect(groupEpsilon(accountant().compose(laplace({ scale: 4 }), 2), 5, 0)).toBeCloseTo(2.5, 9)
  })

  it('satisfies the lemma for sampled steps: some delta of one unit grows to no more than that of the group', () => {
    const single = accountant().compose(subsampledGaussian({ samplingProbability: 0.005, noiseMultiplier: 2 }), 500)
    for (const size of [2, 3, 5]) {
      const group = groupEpsilon(single, size, 1e-5)
      const one = single.delta(group / size)
      const grown = (one * Math.expm1(group)) / Math.expm1(group / size)
      expect(grown).toBeLessThanOrEqual(1e-5 * 1.01)
      expect(grown).toBeGreaterThan(1e-5 * 0.9)
      expect(group).toBeGreaterThan(size * single.epsilon(1e-5).lower)
    }
  })

  it('is the epsilon itself for a group of one, and infinite where the lemma proves nothing', () => {
    const single = accountant().compose(subsampledGaussian({ samplingProbability: 0.5, noiseMultiplier: 0.5 }), 100)
    expect(groupEpsilon(single, 1, 1e-5)).toBe(single.epsilon(1e-5).upper)
    expect(groupEpsilon(single, 50, 1e-5)).toBe(Infinity)
  })

  it('refuses a size that is no number of units', async () => {
    for (const size of [0, 1.5, Number.NaN])
      expect(await codeOf(() => groupEpsilon(accountant(), size, 1e-5))).toBe('DP-E005')
    expect(await codeOf(() => groupEpsilon(accountant(), 2, 1))).toBe('DP-E002')
  })
})
