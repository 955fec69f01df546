import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultOrders, rdpCurve, rdpSubsampledGaussian } from '../src/rdp.js'
import { codeOf, golden } from './support.js'

const rdp = (q: number, sigma: number, alpha: number): number =>
  rdpSubsampledGaussian({ samplingProbability: q, noiseMultiplier: sigma }, alpha)

const exact = golden()?.rdp_exact ?? []

describe('the Rényi divergence of a sampled Gaussian step', () => {
  it.skipIf(exact.length === 0)('agrees with 40-digit arithmetic to 1e-12 at whole and fractional orders', () => {
    for (const row of exact) {
      const error = rdp(row.q, row.sigma, row.alpha) / Number(row.rdp_exact) - 1
      expect(Math.abs(error), JSON.stringify(row)).toBeLessThan(1e-12)
    }
    expect(exact.filter(row => Number.isInteger(row.alpha)).length).toBeGreaterThan(20)
    expect(exact.filter(row => !Number.isInteger(row.alpha)).length).toBeGreaterThan(15)
  })

  it('has the values of two rows by 40-digit arithmetic', () => {
    expect(Math.abs(rdp(1e-6, 20, 1.1) / 1.3767201800832146e-15 - 1)).toBeLessThan(1e-12)
    expect(Math.abs(rdp(0.9, 0.5, 32) / 63.891240758030631 - 1)).toBeLessThan(1e-12)
  })

  it('agrees between its two routes: the sum at a whole order, the quadrature right beside it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -6, max: -0.01, noNaN: true }),
        fc.double({ min: 0.2, max: 30, noNaN: true }),
        fc.integer({ min: 2, max: 20 }),
        (logQ, sigma, alpha) => {
          const sum = rdp(10 ** logQ, sigma, alpha)
          const beside = rdp(10 ** logQ, sigma, alpha + 1e-9)
          expect(Math.abs(beside / sum - 1)).toBeLessThan(1e-6)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('grows with the order and with sampling, and falls with noise', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-5, max: 0.9, noNaN: true }),
        fc.double({ min: 0.05, max: 30, noNaN: true }),
        fc.double({ min: 1.05, max: 60, noNaN: true }),
        (q, sigma, alpha) => {
          const here = rdp(q, sigma, alpha) * (1 - 1e-12)
          expect(rdp(q, sigma, alpha + 0.5)).toBeGreaterThanOrEqual(here)
          expect(rdp(q * 1.1, sigma, alpha)).toBeGreaterThanOrEqual(here)
          expect(rdp(q, sigma * 0.9, alpha)).toBeGreaterThanOrEqual(here)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('never exceeds that of the step without sampling, and equals it at probability 1', () => {
    for (const alpha of [1.5, 2, 7.3, 40]) {
      expect(rdp(0.3, 0.1, alpha)).toBeLessThanOrEqual(alpha / (2 * 0.1 ** 2))
      expect(rdp(0.3, 0.2, alpha)).toBeLessThan(alpha / (2 * 0.2 ** 2))
      expect(rdp(1, 2, alpha)).toBeCloseTo(alpha / 8, 14)
    }
  })

  it('does not step down where very small noise switches to the convex bound', () => {
    const above = rdpCurve({ kind: 'subsampled-gaussian', samplingProbability: 0.01, noiseMultiplier: 0.15 })
    const below = rdpCurve({ kind: 'subsampled-gaussian', samplingProbability: 0.01, noiseMultiplier: 0.1499999 })
    for (const i of defaultOrders.keys()) expect(below[i]!).toBeGreaterThanOrEqual(above[i]!)
  })

  it('refuses orders at or below 1', async () => {
    for (const alpha of [1, 0.5, Number.NaN, Infinity]) expect(await codeOf(() => rdp(0.1, 1, alpha))).toBe('DP-E009')
  })
})
