import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyticGaussianSigma, gaussianDelta, gaussianEpsilon } from '../src/index.js'
import { codeOf, golden } from './support.js'

const rows = golden()?.gaussian ?? []

describe('the analytic Gaussian', () => {
  // Computed from Balle and Wang 2018, theorem 8, as printed by dp_accounting 0.6.0.
  it.each([
    [0.1, 30.7495661319777],
    [1, 3.73063163481594],
    [4, 1.08116184952024],
    [16, 0.344177428496499],
  ])('needs at epsilon %d and delta 1e-5 the standard deviation %d', (epsilon, sigma) => {
    expect(Math.abs(analyticGaussianSigma({ epsilon, delta: 1e-5, sensitivity: 1 }) / sigma - 1)).toBeLessThan(1e-12)
  })

  it.skipIf(rows.length === 0)('agrees with all golden rows to 1e-9, and is not below', () => {
    expect(rows).toHaveLength(20)
    for (const { epsilon, delta, sigma_analytic: expected } of rows) {
      const sigma = analyticGaussianSigma({ epsilon, delta, sensitivity: 1 })
      expect(Math.abs(sigma / expected - 1)).toBeLessThan(1e-9)
      expect(sigma).toBeGreaterThanOrEqual(expected * (1 - 1e-9))
    }
  })

  it('gives back the epsilon that sigma was made for, and grows with the sensitivity', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: 1e-12, max: 0.5, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (epsilon, delta, sensitivity) => {
          const sigma = analyticGaussianSigma({ epsilon, delta, sensitivity })
          expect(gaussianDelta(sensitivity / sigma, epsilon)).toBeLessThanOrEqual(delta * (1 + 1e-9))
          expect(gaussianEpsilon(sensitivity / sigma, delta) / epsilon).toBeCloseTo(1, 6)
        },
      ),
    )
  })

  it('refuses numbers out of range', async () => {
    const target = { epsilon: 1, delta: 1e-5, sensitivity: 1 }
    expect(await codeOf(() => analyticGaussianSigma({ ...target, epsilon: 0 }))).toBe('DP-E001')
    expect(await codeOf(() => analyticGaussianSigma({ ...target, delta: 0 }))).toBe('DP-E002')
    expect(await codeOf(() => analyticGaussianSigma({ ...target, sensitivity: -1 }))).toBe('DP-E006')
  })
})
