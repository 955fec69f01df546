import { describe, expect, it } from 'vitest'
import {
  accountant,
  batchSampler,
  calibrateNoise,
  fixedSizeGaussian,
  gaussian,
  rdpCurve,
  subsampledGaussian,
  trainingEpsilon,
  trainingEvent,
  trainingNoise,
} from '../src/index.js'
import { secretOf } from './support.js'

const options = { secret: secretOf(3), stream: 'batches' }

describe('what a sampler costs', () => {
  it('is a sampled release for Poisson, as it always was', () => {
    const poisson = { sampler: 'poisson', samplingProbability: 0.02, noiseMultiplier: 1.1 } as const
    expect(trainingEvent(poisson, 30)).toEqual({ event: subsampledGaussian(poisson), count: 30 })
    const target = { epsilon: 2, delta: 1e-5, steps: 100 }
    expect(trainingNoise(poisson, target)).toBe(calibrateNoise({ ...target, samplingProbability: 0.02 }))
  })

  it('is one release of twice the norm in each pass that was begun, when shuffled', () => {
    const shuffled = { sampler: 'shuffled', stepsPerEpoch: 10, noiseMultiplier: 3 } as const
    for (const [steps, passes] of [
      [1, 1],
      [10, 1],
      [11, 2],
      [50, 5],
    ] as const)
      expect(trainingEvent(shuffled, steps)).toEqual({ event: gaussian({ noiseMultiplier: 1.5 }), count: passes })
    // Five Gaussian releases of sigma 1.5 are one of sigma 1.5 / sqrt(5).
    const one = accountant().compose(gaussian({ noiseMultiplier: 1.5 / Math.sqrt(5) }))
    expect(trainingEpsilon(shuffled, 50, 1e-5).upper).toBeCloseTo(one.epsilon(1e-5).upper, 9)
  })

  it('is for exchanging a record when the size is fixed, and never below the tighter form of the theorem', () => {
    const found = accountant()
      .compose(fixedSizeGaussian({ batchShare: 0.01, noiseMultiplier: 1 }), 1000)
      .epsilon(1e-6)
    expect(found.adjacency).toBe('replace-one')
    // The difference form of theorem 27 in the same source gives 4.0212 in dp_accounting 0.6.0.
    expect(found.upper).toBeGreaterThan(4.0212)
    expect(found.upper).toBeLessThan(4.0212 * 1.5)
    expect(found.lower).toBe(0)
  })

  it('has at order 2 the value of theorem 9', () => {
    const [q, sigma] = [0.1, 2]
    const r = 2 / (2 * sigma ** 2)
    const exact = Math.log1p(q ** 2 * Math.min(4 * Math.expm1(r), 2 * Math.exp(r)))
    const event = fixedSizeGaussian({ batchShare: q, noiseMultiplier: sigma })
    expect(rdpCurve(event, [2])[0]).toBeCloseTo(exact, 14)
    // The chord from ln A(1) = 0, divided by alpha - 1, is flat up to order 2.
    expect(rdpCurve(event, [1.5])[0]).toBeCloseTo(exact, 14)
  })

  it('is never above that of every record in every batch', () => {
    for (const batchShare of [0.001, 0.3, 1])
      for (const noiseMultiplier of [0.3, 1, 10]) {
        const sampled = accountant().compose(fixedSizeGaussian({ batchShare, noiseMultiplier }), 20)
        const all = accountant().compose(gaussian({ noiseMultiplier }), 20)
        expect(sampled.epsilon(1e-5).upper).toBeLessThanOrEqual(all.epsilon(1e-5).upper)
      }
  })

  it('does not compose with releases for adding or removing a record', () => {
    const mixed = accountant().compose(fixedSizeGaussian({ batchShare: 0.1, noiseMultiplier: 1 }))
    expect(() => mixed.compose(subsampledGaussian({ samplingProbability: 0.1, noiseMultiplier: 1 }))).toThrowError(
      expect.objectContaining({ code: 'DP-E019' }),
    )
  })

  it('is read back from what an accountant wrote', () => {
    const written = accountant().compose(fixedSizeGaussian({ batchShare: 0.1, noiseMultiplier: 2 }), 7)
    expect(accountant.fromJSON(JSON.parse(JSON.stringify(written))).epsilon(1e-5)).toEqual(written.epsilon(1e-5))
  })
})

describe('batches', () => {
  it('of a shuffled pass hold every unit once, in another order in each pass', () => {
    const { sample } = batchSampler(options, { sampler: 'shuffled', stepsPerEpoch: 4 }, 30)
    const passes = [0, 1].map(pass => [1, 2, 3, 4].map(step => sample(100, 4 * pass + step)))
    for (const pass of passes) {
      expect(pass.map(({ length }) => length)).toEqual([30, 30, 30, 10])
      expect(pass.flatMap(batch => [...batch]).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    }
    expect(passes[0]).not.toEqual(passes[1])
    const again = batchSampler(options, { sampler: 'shuffled', stepsPerEpoch: 4 }, 30)
    expect(again.sample(100, 7)).toEqual(passes[1]![2])
  })

  it('of a fixed size hold each unit, and each pair, equally often', () => {
    const { sample } = batchSampler(options, { sampler: 'fixed-size', batchShare: 0.3 }, 3)
    const steps = 20_000
    const [single, pairs] = [new Float64Array(10), new Float64Array(100)]
    for (let step = 1; step <= steps; step++) {
      const drawn = sample(10, step)
      expect(new Set(drawn).size === 3 && drawn.length === 3).toBe(true)
      for (const one of drawn) {
        single[one]!++
        for (const other of drawn) if (one < other) pairs[10 * one + other]!++
      }
    }
    const near = (count: number, p: number) =>
      expect(Math.abs(count - p * steps)).toBeLessThan(5 * Math.sqrt(steps * p * (1 - p)))
    for (const count of single) near(count, 3 / 10)
    for (const [i, count] of pairs.entries()) if (Math.floor(i / 10) < i % 10) near(count, 6 / 90)
  })

  it('are refused for fewer units than a batch holds', () => {
    const { sample } = batchSampler(options, { sampler: 'fixed-size', batchShare: 0.3 }, 3)
    expect(() => sample(2, 1)).toThrowError(expect.objectContaining({ code: 'DP-E005' }))
    expect(() => sample(10, 0)).toThrowError(expect.objectContaining({ code: 'DP-E005' }))
  })
})
