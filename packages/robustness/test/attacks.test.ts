import { seededRandom, type FeatureView } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attackedModel, attackSpace, gradientAttack, randomNoise, randomSearch, type Norm } from '../src/index.js'
import { logistic, tableOf, wide } from './models.js'

const names = ['a', 'b', 'c', 'd']
const weights = [0.3, -0.8, 0.5, 0.2]
const point = { a: [2], b: [3], c: [1], d: [2] }

async function standing(
  view: FeatureView,
  columns: Readonly<Record<string, readonly number[]>>,
  labels: readonly number[],
  { norm, epsilon, steps = 20, starts = 2 }: { norm: Norm; epsilon: number; steps?: number; starts?: number },
): Promise<readonly number[]> {
  const space = await attackSpace(view, wide(Object.keys(columns)), tableOf(columns))
  return gradientAttack({
    model: attackedModel(view, 2),
    space,
    labels: Int32Array.from(labels),
    rows: labels.map((_, i) => i),
    norm,
    epsilon,
    steps,
    starts,
    random: seededRandom(1),
  })
}

describe('a gradient attack on a linear model', () => {
  // Its logit there is -0.9, so class 0 is right; strengths are shares of a range of 20.
  it.each([
    ['l-infinity', 0.5],
    ['l2', 0.8911327886790072],
  ] as const)('turns it at the distance of its plane and not before, in %s', async (norm, distance) => {
    const view = logistic(names, weights)
    expect(await standing(view, point, [0], { norm, epsilon: (distance * 0.999) / 20 })).toEqual([0])
    expect(await standing(view, point, [0], { norm, epsilon: (distance * 1.001) / 20 })).toEqual([])
  })

  it('is as strong with one step as with many in l-infinity', async () => {
    const view = logistic(names, weights)
    for (const steps of [1, 10])
      for (const [factor, rest] of [
        [0.999, [0]],
        [1.001, []],
      ] as const)
        expect(
          await standing(view, point, [0], { norm: 'l-infinity', epsilon: (0.5 * factor) / 20, steps, starts: 1 }),
        ).toEqual(rest)
  })

  it('finds exactly the rows whose plane is near enough, whatever the model', async () => {
    const weight = fc.double({ min: -2, max: 2, noNaN: true })
    const row = fc.tuple(...names.map(() => fc.double({ min: -4, max: 4, noNaN: true })))
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(...names.map(() => weight)),
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.constantFrom<Norm>('l-infinity', 'l2'),
        async (w, drawn, norm) => {
          const dual = norm === 'l2' ? Math.hypot(...w) : w.reduce((sum, x) => sum + Math.abs(x), 0)
          fc.pre(dual > 0.05)
          const epsilon = 2
          const logitOf = (x: readonly number[]): number => w.reduce((sum, one, i) => sum + one * x[i]!, 0)
          // At the plane itself, and just at the strength of the attack, rounding decides.
          const rows = drawn.filter(x => {
            const one = Math.abs(logitOf(x)) / dual
            return one > 1e-3 && Math.abs(one - epsilon) > 0.02
          })
          fc.pre(rows.length > 0)
          const logits = rows.map(logitOf)
          const distances = logits.map(z => Math.abs(z) / dual)
          const columns = Object.fromEntries(names.map((name, i) => [name, rows.map(x => x[i]!)]))
          const left = await standing(
            logistic(names, w),
            columns,
            logits.map(z => (z > 0 ? 1 : 0)),
            { norm, epsilon: epsilon / 20, steps: 30 },
          )
          expect(left).toEqual(distances.flatMap((one, i) => (one > epsilon ? [i] : [])))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('does not leave the declared range, and turns certain models too', async () => {
    // At 9.9 of at most 10, only 0.1 is left towards the plane at 10.5.
    const steep = logistic(['a'], [50], -525)
    expect(await standing(steep, { a: [9.9] }, [0], { norm: 'l-infinity', epsilon: 1 })).toEqual([0])
    // All but certain: the loss of the right class has no gradient left in 32 bits.
    const certain = logistic(['a'], [100], -100)
    expect(await standing(certain, { a: [9] }, [1], { norm: 'l-infinity', epsilon: 0.5 })).toEqual([])
  })

  it('moves no category and no missing value', async () => {
    const view: FeatureView = {
      ...logistic(['a', 'a=(missing)', 'kind=x'], [1, 0, 5], -2),
      columns: ['a', 'a', 'kind'],
      encode: async batch =>
        Float32Array.from(batch.rowIds.flatMap((_, i) => [(batch.columns['a']!.values as Float64Array)[i]!, i, 1])),
    }
    const data = { ...wide(['a']), features: { a: { min: -10, max: 10 }, kind: { values: ['x'] } } }
    const space = await attackSpace(view, data, tableOf({ a: [1, 0] }))
    expect([space.attacked, space.fixed, [...space.isFree]]).toEqual([['a'], ['kind'], [1, 0]])
    const model = attackedModel(view, 2)
    const attack = {
      model,
      space,
      labels: Int32Array.of(1, 1),
      rows: [0, 1],
      norm: 'l-infinity' as const,
      epsilon: 0.5,
      random: seededRandom(1),
    }
    expect(await gradientAttack({ ...attack, steps: 10, starts: 2 })).toEqual([1])
    expect(await randomSearch(attack, 50)).toEqual([1])
    expect(model.queries()).toBeGreaterThan(50)
  })

  it('refuses a model whose answers are none', async () => {
    const view = logistic(['a'], [1])
    const broken = { ...view, lossGradient: async () => new Float32Array([NaN]) }
    await expect(standing(broken, { a: [5] }, [1], { norm: 'l2', epsilon: 0.5 })).rejects.toMatchObject({
      code: 'ROBUST-E002',
    })
    const short = { ...view, probabilities: async () => new Float32Array(1) }
    await expect(standing(short, { a: [5] }, [1], { norm: 'l2', epsilon: 0.5 })).rejects.toMatchObject({
      code: 'ROBUST-E002',
    })
  })
})

describe('attacks without gradients', () => {
  const rows = Array.from({ length: 200 }, (_, i) => 0.02 + i * 0.02)
  const columns = { a: rows, b: rows.map(() => 0), c: rows.map(() => 0), d: rows.map(() => 0) }
  const attack = async () => {
    const view = logistic(names, [1, 1, 1, 1])
    return {
      model: attackedModel(view, 2),
      space: await attackSpace(view, wide(names), tableOf(columns)),
      labels: new Int32Array(200).fill(1),
      rows: rows.map((_, i) => i),
      norm: 'l-infinity' as const,
      epsilon: 0.03,
      random: seededRandom(5),
    }
  }

  it('are in order: noise is weaker than search, which is no stronger than gradients', async () => {
    const noise = await randomNoise(await attack())
    const search = await randomSearch(await attack(), 60)
    const gradient = await gradientAttack({ ...(await attack()), steps: 20, starts: 2 })
    expect(noise.length).toBeGreaterThan(search.length)
    expect(search.length).toBeGreaterThanOrEqual(gradient.length)
    // Four columns of up to 0.6 each: everything below 2.4 turns, and search finds the corner.
    expect(gradient.length).toBe(rows.filter(x => x > 2.4 + 1e-6).length)
    expect(search.length - gradient.length).toBeLessThanOrEqual(2)
  })
})
