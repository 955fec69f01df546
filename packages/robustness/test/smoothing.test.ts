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

  it('are told for each group of people, and not for a small one', async () => {
    const distances = [...Array.from({ length: 12 }, () => 4), ...Array.from({ length: 12 }, () => 0.3), 4]
    const groups = [
      { attribute: 'sex', group: 'f', rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
      { attribute: 'sex', group: 'm', rows: [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23] },
      { attribute: 'sex', group: 'x', rows: [24] },
      { attribute: 'sex', group: 'nobody', rows: [] },
    ]
    const found = await smoothing(await task(distances, { groups, minGroup: 10, samples: 500 }))
    const [far, near, few] = found.groups
    expect(found.groups.map(({ group, rows }) => [group, rows])).toEqual([
      ['f', 12],
      ['m', 12],
      ['x', 1],
    ])
    expect(far!.medianRadius!).toBeGreaterThan(5 * near!.medianRadius!)
    expect(far!.points[2]!.accuracy).toMatchObject({ value: 1, n: 12, interval: [expect.any(Number), 1] })
    expect(near!.points[2]!.accuracy).toMatchObject({ value: 0, n: 12 })
    expect(few).toMatchObject({ medianRadius: null })
    expect(few!.points[0]!.accuracy).toEqual({ value: null, interval: null, n: 1, reason: 'fewer than 10 rows' })
    expect(found.points[2]!.accuracy.value).toBeCloseTo(13 / 25, 12)
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
