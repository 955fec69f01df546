import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Sampling } from '@attestry/core'
import { gaussianNoise, poissonSampler } from '@attestry/dp'
import {
  checkBatches,
  checkBatchSizes,
  checkNoise,
  checkNoiseEffect,
  checkNoiseOfCount,
  checkWeights,
  drawGuard,
  noNoise,
  tally,
  tallyOne,
  type NoiseTally,
} from '../src/guards.js'

const refused = (code: string): unknown => expect.objectContaining({ code })
const secretOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)

describe('the guard on batch sizes', () => {
  const sizesOf = (rows: number, q: number, steps: number, byte: number): number[] => {
    const sampler = poissonSampler({ secret: secretOf(byte), stream: 'guard' })
    return Array.from({ length: steps }, (_, step) => sampler.sample(rows, q, step).length)
  }

  it('finds batches that are not those of a pass, or not of the fixed size', () => {
    const shuffled = { rows: 50, batch: 20, sampling: { sampler: 'shuffled', stepsPerEpoch: 3 } } as const
    checkBatches([20, 20, 10, 20], shuffled)
    expect(() => checkBatches([20, 10, 20], shuffled)).toThrowError(refused('TRAIN-E012'))
    const fixed = { rows: 50, batch: 20, sampling: { sampler: 'fixed-size', batchShare: 0.4 } } as const
    checkBatches([20, 20, 20], fixed)
    expect(() => checkBatches([20, 19, 20], fixed)).toThrowError(refused('TRAIN-E012'))
  })

  it('lets Poisson samples pass, whatever their probability', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1e-4, 0.001, 0.01, 0.1, 0.5, 0.9, 1),
        fc.constantFrom(3, 50, 800),
        fc.constantFrom(1, 10, 31, 120),
        fc.nat(255),
        (q, rows, steps, byte) => checkBatchSizes(sizesOf(rows, q, steps, byte), rows, q),
      ),
      { numRuns: 300 },
    )
  })

  it.each([
    ['of a fixed size', Array.from({ length: 40 }, () => 50), 0.125],
    ['of a fixed size of one', Array.from({ length: 400 }, () => 1), 1 / 400],
    ['twice too large', Array.from({ length: 12 }, (_, i) => 90 + 2 * i), 0.125],
    ['all empty', Array.from({ length: 40 }, () => 0), 0.125],
    ['of all rows or none', Array.from({ length: 40 }, (_, i) => (i % 8 === 0 ? 400 : 0)), 0.125],
    ['that miss one row of certain draws', [400, 399, 400], 1],
  ])('stops batches %s', (_what, sizes, q) => {
    expect(() => checkBatchSizes(sizes, 400, q)).toThrowError(refused('TRAIN-E012'))
  })
})

describe('the guard on what is drawn', () => {
  const shuffled = { sampler: 'shuffled', stepsPerEpoch: 2 } as const
  const check = (sampling: Sampling, ...steps: readonly (readonly number[])[]): void => {
    const guard = drawGuard(6, sampling)
    for (const [i, drawn] of steps.entries()) guard(Int32Array.from(drawn), i + 1)
  }

  it('lets each example come once a pass, and any number of times without passes', () => {
    check(shuffled, [0, 2, 4], [1, 3, 5], [0, 1, 2], [3, 4, 5])
    check({ sampler: 'poisson', samplingProbability: 0.5 }, [0, 5], [0, 5], [])
    // Went on in the middle of a pass.
    drawGuard(6, shuffled)(Int32Array.of(1, 3, 5), 2)
  })

  it.each<readonly [string, Sampling, readonly (readonly number[])[]]>([
    [
      'twice in a pass',
      shuffled,
      [
        [0, 2, 4],
        [1, 2, 5],
      ],
    ],
    [
      'twice in a pass after others',
      shuffled,
      [
        [0, 2, 4],
        [1, 3, 5],
        [0, 1, 2],
        [2, 3, 4],
      ],
    ],
    ['twice in a step', { sampler: 'fixed-size', batchShare: 0.5 }, [[0, 2, 2]]],
    ['that is not there', { sampler: 'fixed-size', batchShare: 0.5 }, [[0, 2, 6]]],
    ['below the first', { sampler: 'fixed-size', batchShare: 0.5 }, [[-1, 2, 3]]],
  ])('stops an example %s', (_what, sampling, steps) => {
    expect(() => check(sampling, ...steps)).toThrowError(refused('TRAIN-E012'))
  })
})

describe('the guard on the noise of counts', () => {
  const drawsOf = (steps: number, change: (z: number) => number): NoiseTally => {
    const fed = noNoise()
    const source = gaussianNoise({ secret: secretOf(3), stream: 'guard' })
    for (let step = 1; step <= steps; step++) tallyOne(change(source.fill(new Float64Array(1), step)[0]!), fed)
    return fed
  }

  it('lets it pass for any number of steps', () => {
    for (const steps of [1, 2, 7, 40, 400])
      expect(
        checkNoiseOfCount(
          drawsOf(steps, z => z),
          steps,
        ),
      ).toBeGreaterThan(0)
  })

  it('stops missing draws, other deviations, another mean, and none at all', () => {
    expect(() =>
      checkNoiseOfCount(
        drawsOf(40, z => z),
        41,
      ),
    ).toThrowError(refused('TRAIN-E010'))
    for (const change of [(z: number) => z / 3, (z: number) => 2.5 * z, (z: number) => z + 0.9])
      expect(() => checkNoiseOfCount(drawsOf(60, change), 60)).toThrowError(refused('TRAIN-E010'))
    for (const none of [0, NaN, Infinity]) expect(() => tallyOne(none, noNoise())).toThrowError(refused('TRAIN-E010'))
  })
})

describe('the guard on what noise does', () => {
  const noise = gaussianNoise({ secret: secretOf(5), stream: 'guard' }).fill(new Float32Array(90), 1)
  const moved = (scale: number): Float32Array[] => [noise.slice(0, 40), noise.slice(40)].map(z => z.map(x => scale * x))

  it('measures its scale to a thousandth, however few parameters there are', () => {
    expect(checkNoiseEffect(moved(0.7), 0.7, noise)).toBeGreaterThan(0.5)
    for (const wrong of [0.702, 0.698, -0.7, 0])
      expect(() => checkNoiseEffect(moved(wrong), 0.7, noise)).toThrowError(refused('TRAIN-E010'))
  })

  it('stops noise that was not fed', () => {
    const other = gaussianNoise({ secret: secretOf(6), stream: 'guard' }).fill(new Float32Array(90), 1)
    expect(() => checkNoiseEffect(moved(0.7), 0.7, other)).toThrowError(refused('TRAIN-E010'))
  })
})

describe('the guard on noise', () => {
  it('lets the noise of any secret pass, and counts every draw', () => {
    for (let byte = 0; byte < 50; byte++) {
      const noise = gaussianNoise({ secret: secretOf(byte), stream: 'guard' })
      const fed = noNoise()
      for (let step = 1; step <= 3; step++) tally(noise.fill(new Float32Array(2000), step), fed)
      expect(fed).toMatchObject({ draws: 6000, sampled: 3072 })
      expect(checkNoise(fed, 3, 2000)).toBeCloseTo(1, 0)
    }
  })

  it('stops missing draws, another scale and another mean', () => {
    const noise = gaussianNoise({ secret: secretOf(1), stream: 'guard' }).fill(new Float32Array(2000), 1)
    const after = (change: (z: number) => number) => {
      const fed = noNoise()
      for (let step = 0; step < 5; step++) tally(noise.map(change), fed)
      return () => checkNoise(fed, 5, 2000)
    }
    expect(after(z => z)).not.toThrow()
    expect(after(z => 1.2 * z)).toThrowError(/variance/)
    expect(after(z => 0.8 * z)).toThrowError(/variance/)
    expect(after(z => z / Math.sqrt(1.04) + 0.2)).toThrowError(/mean/)
    expect(() => checkNoise({ ...noNoise(), draws: 1999, sampled: 1999, squares: 1999 }, 1, 2000)).toThrowError(
      refused('TRAIN-E010'),
    )
  })
})

describe('the guard on weights', () => {
  const before = { a: Float32Array.of(1, 2), b: Float32Array.of(3) }

  it('lets weights pass that all moved', () => {
    expect(() => checkWeights(before, { a: Float32Array.of(1, 2.5), b: Float32Array.of(4) }, 3)).not.toThrow()
  })

  it('stops a weight that stayed, or is not finite', () => {
    const stayed = { a: Float32Array.of(1, 2.5), b: Float32Array.of(3) }
    expect(() => checkWeights(before, stayed, 3)).toThrowError(refused('TRAIN-E008'))
    const wild = { a: Float32Array.of(1, Infinity), b: Float32Array.of(4) }
    expect(() => checkWeights(before, wild, 3)).toThrowError(refused('TRAIN-E009'))
  })
})
