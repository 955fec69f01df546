import { seededRandom } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { attackedModel, attackSpace, smoothing, type SmoothingTask } from '../src/index.js'
import { logistic, tableOf, wide } from './models.js'

/** Rows at given distances from the plane a = 0, which is that of the smoothed model too. */
async function task(distances: readonly number[], more: Partial<SmoothingTask> = {}): Promise<SmoothingTask> {
  const view = logistic(['a', 'b'], [1, 0])
  return {
    model: attackedModel(view, 2),
    space: await attackSpace(view, wide(['a', 'b']), tableOf({ a: distances, b: distances.map(() => 3) })),
    labels: new Int32Array(distances.length).fill(1),
    rows: distances.map((_, i) => i),
    sigma: 0.1,
    selectionSamples: 100,
    samples: 2000,
    alpha: 0.001,
    confidence: 0.95,
    random: seededRandom(2),
    ...more,
  }
}

describe('radii by randomised smoothing', () => {
  it('of a linear model come near its distance from the plane, and never beyond', async () => {
    for (const distance of [0.5, 1, 2, 4]) {
      const { medianRadius, abstained } = await smoothing(await task([distance]))
      expect(abstained).toBe(0)
      // In shares of a range of 20.
      expect(medianRadius).toBeLessThanOrEqual(distance / 20)
      expect(medianRadius).toBeGreaterThan(0.6 * (distance / 20))
    }
  })

  it('hold with the probability that they state', async () => {
    // A true radius of 0.05 at alpha 0.05: at most 5 of 100 may be larger, 12 with a chance below one in 2,000.
    const distances = Array.from({ length: 100 }, () => 1)
    const { points } = await smoothing(await task(distances, { samples: 200, alpha: 0.05, sigma: 0.05 }))
    const beyond = points.find(({ radius }) => radius > 0.05)!
    expect(beyond.accuracy.value! * 100).toBeLessThanOrEqual(12)
    expect(points[0]!.accuracy.value).toBeGreaterThan(0.9)
  })

  it('abstain at the plane, and count only right classes', async () => {
    const { abstained, rows, points, medianRadius } = await smoothing(await task([0.001, 0.001, -5, 5]))
    expect([abstained, rows]).toEqual([2, 4])
    expect(medianRadius).toBeGreaterThan(0.1)
    expect(points[0]!.accuracy).toMatchObject({ value: 0.25, n: 4 })
    for (const [i, { accuracy }] of points.entries())
      if (i > 0) expect(accuracy.value).toBeLessThanOrEqual(points[i - 1]!.accuracy.value!)
  })

  it('leave rows out whose class is not known', async () => {
    const one = await task([1, 1])
    one.labels[0] = -1
    expect(await smoothing(one)).toMatchObject({ rows: 1 })
    const none = await smoothing(await task([1], { rows: [] }))
    expect(none).toMatchObject({ rows: 0, medianRadius: null })
    expect(none.points[0]!.accuracy).toMatchObject({ value: null, n: 0 })
  })
})
