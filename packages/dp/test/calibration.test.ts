import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountant, calibrateNoise, subsampledGaussian, type CalibrationTarget } from '../src/index.js'
import { codeOf, golden } from './support.js'

const spent = (sigma: number, { samplingProbability, steps, delta }: CalibrationTarget): number =>
  accountant()
    .compose(subsampledGaussian({ samplingProbability, noiseMultiplier: sigma }), steps)
    .epsilon(delta).upper

const rows = (golden()?.calibration ?? []).map(row => ({
  ...row,
  target: { epsilon: row.target_epsilon, delta: row.delta, samplingProbability: row.q, steps: row.steps },
}))

describe('calibrated noise', () => {
  it.skipIf(rows.length === 0)('is below the golden Rényi value, which pays for a looser proof', () => {
    const byRdp = rows.filter(row => row.method.startsWith('rdp/'))
    expect(byRdp).toHaveLength(16)
    for (const { target, sigma } of byRdp) expect(calibrateNoise(target)).toBeLessThan(sigma)
  })

  it.skipIf(rows.length === 0)('is the golden value of a tight accountant to within 0.002', () => {
    const tight = rows.filter(row => row.method.startsWith('pld'))
    expect(tight).toHaveLength(3)
    for (const { target, sigma } of tight) expect(Math.abs(calibrateNoise(target) - sigma)).toBeLessThan(0.002)
  })

  it('never spends more than asked, and leaves at most a ten-thousandth, or one step of the search', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 50, noNaN: true }),
        fc.double({ min: 1e-10, max: 1e-2, noNaN: true }),
        fc.double({ min: 1e-4, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 20_000 }),
        (epsilon, delta, samplingProbability, steps) => {
          const target = { epsilon, delta, samplingProbability, steps }
          const sigma = calibrateNoise(target)
          expect(spent(sigma, target)).toBeLessThanOrEqual(epsilon)
          if (sigma > 0.01 && spent(sigma, target) < epsilon * (1 - 1.01e-4))
            expect(spent(Math.round(sigma * 1e4 - 1) / 1e4, target)).toBeGreaterThan(epsilon)
          expect(sigma).toBe(Number(sigma.toFixed(4)))
        },
      ),
      { numRuns: 10 },
    )
  })

  it('takes well under a second for settings from tiny to huge', () => {
    for (const epsilon of [0.01, 0.1, 1, 10, 100, 1000]) {
      // Time of the processor: a busy machine does not count.
      const start = process.cpuUsage()
      calibrateNoise({ epsilon, delta: 1e-6, samplingProbability: 0.01, steps: 1000 })
      const { user, system } = process.cpuUsage(start)
      expect((user + system) / 1000).toBeLessThan(1000)
    }
  })

  it('refuses what cannot be meant or met', async () => {
    const target = { epsilon: 1, delta: 1e-5, samplingProbability: 0.01, steps: 100 }
    const code = (change: Partial<CalibrationTarget>): Promise<string | undefined> =>
      codeOf(() => calibrateNoise({ ...target, ...change }))
    for (const epsilon of [0, -1, Infinity, Number.NaN]) expect(await code({ epsilon })).toBe('DP-E001')
    for (const delta of [0, 1, -1, 2, Number.NaN]) expect(await code({ delta })).toBe('DP-E002')
    for (const samplingProbability of [0, -0.5, 1.0001, Number.NaN])
      expect(await code({ samplingProbability })).toBe('DP-E003')
    for (const steps of [0, -1, 2.5, Number.NaN]) expect(await code({ steps })).toBe('DP-E005')
    expect(await code({ epsilon: 1e-6, delta: 1e-30, samplingProbability: 1, steps: 1e9 })).toBe('DP-E004')
  })
})
