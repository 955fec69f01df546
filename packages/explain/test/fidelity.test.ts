import { seededRandom } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import {
  agreementWithModel,
  coalitionValues,
  eachColumn,
  exactShapley,
  hidingCurves,
  measuredMean,
  plainReasons,
  rankAgreement,
  rankCorrelation,
  type Attribution,
  type Explained,
  type Game,
} from '../src/index.js'
import { each } from './models.js'

const one = { feature: 'f', value: 1, standardError: null }
const settings = () => ({ confidence: 0.95, random: seededRandom(1) })
const gameOf = (model: (row: readonly number[]) => number, row: readonly number[]): Game => ({
  predict: each(4, model),
  row: Float64Array.from(row),
  background: Float64Array.of(0, 0, 0, 0, 1, 1, 1, 1),
  groups: eachColumn(['a', 'b', 'c', 'd']),
})
const explainedBy = async (game: Game, attribution?: Attribution): Promise<Explained> => ({
  attribution: attribution ?? (await exactShapley(game)),
  shown: coalitions => coalitionValues(game, coalitions),
})
const linear = ([a, b, c, d]: readonly number[]): number => 0.4 * a! - 0.3 * b! + 0.2 * c! + 0.1 * d!

describe('agreement with the model', () => {
  it('is 1 for a model without interactions', async () => {
    const explained = await Promise.all(
      [
        [1, 0, 2, 1],
        [2, 1, 0, 0],
      ].map(row => explainedBy(gameOf(linear, row))),
    )
    const { overall, byRow } = await agreementWithModel(explained, 20, settings())
    expect(overall.value).toBeCloseTo(1, 12)
    expect(byRow[0]).toBeCloseTo(1, 12)
  })

  it('falls when contributions are given to the wrong features', async () => {
    const game = gameOf(linear, [1, 0, 2, 1])
    const right = await exactShapley(game)
    const wrong = { ...right, contributions: [...right.contributions].reverse() }
    const { overall } = await agreementWithModel([await explainedBy(game, wrong)], 20, settings())
    expect(overall.value).toBeLessThan(0.5)
  })

  it('is below 1 where features act only together', async () => {
    const parity = (row: readonly number[]): number => row.filter(value => value > 1).length % 2
    const { overall } = await agreementWithModel([await explainedBy(gameOf(parity, [2, 2, 2, 2]))], 20, settings())
    expect(overall.value).toBeLessThan(0.3)
  })

  it('is not assessed for a model that does not react', async () => {
    const { overall, byRow } = await agreementWithModel(
      [await explainedBy(gameOf(() => 0.5, [1, 0, 2, 1]))],
      20,
      settings(),
    )
    expect(overall).toEqual({
      value: null,
      interval: null,
      n: 1,
      reason: 'the model does not react to hidden features',
    })
    expect(byRow).toEqual([null])
  })
})

describe('hiding and showing', () => {
  it('the weightiest first moves the prediction faster than chance', async () => {
    const rows = [
      [2, 0, 2, 2],
      [3, 0, 1, 2],
      [2, -1, 2, 0],
    ]
    const explained = await Promise.all(rows.map(row => explainedBy(gameOf(linear, row))))
    const { deletion, insertion } = await hidingCurves(explained, seededRandom(2))
    expect(deletion.ordered).toBeLessThan(deletion.random!)
    expect(insertion.ordered).toBeGreaterThan(insertion.random!)
  })

  it('has nothing to say about no rows', async () => {
    const wide = { base: 0, prediction: 40, residual: 0, contributions: Array.from({ length: 40 }, () => one) }
    let asked = 0
    const count = async (some: readonly Uint8Array[]): Promise<Float64Array> => {
      asked += some.length
      return Float64Array.from(some, shown => shown.reduce((sum, is) => sum + is, 0))
    }
    const curves = await hidingCurves([{ attribution: wide, shown: count }], seededRandom(2))
    expect([asked, curves.insertion.ordered]).toEqual([48, 20])
    expect(await hidingCurves([], seededRandom(2))).toEqual({
      deletion: { ordered: null, random: null },
      insertion: { ordered: null, random: null },
    })
  })
})

describe('rank agreement', () => {
  it('is 1 for the same order, -1 for the reverse, and shares ranks of equal values', () => {
    expect(rankCorrelation([1, 2, 9], [0, 5, 6])).toBeCloseTo(1, 12)
    expect(rankCorrelation([1, 2, 9], [6, 5, 0])).toBeCloseTo(-1, 12)
    expect(rankCorrelation([1, 1, 2], [1, 2, 3])).toBeCloseTo(Math.sqrt(3) / 2, 12)
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNull()
  })

  it('leaves out pairs that do not vary, and is not assessed without any', () => {
    const pair = [
      [1, 2],
      [1, 2],
    ] as const
    expect(
      rankAgreement(
        [
          pair,
          [
            [0, 0],
            [1, 2],
          ],
        ],
        settings(),
      ),
    ).toMatchObject({ value: 1, n: 1 })
    expect(
      rankAgreement(
        [
          [
            [0, 0],
            [1, 2],
          ],
        ],
        settings(),
      ),
    ).toMatchObject({ value: null, n: 0 })
  })
})

it('an interval covers a known mean about as often as it says', () => {
  const random = seededRandom(5)
  let covered = 0
  for (let trial = 0; trial < 200; trial++) {
    const values = Array.from({ length: 60 }, () => random() ** 2)
    const [low, high] = measuredMean(values, { confidence: 0.95, random }).interval!
    if (low <= 1 / 3 && 1 / 3 <= high) covered++
  }
  expect(covered / 200).toBeGreaterThan(0.89)
  expect(covered / 200).toBeLessThan(0.99)
})

describe('plain reasons', () => {
  const one = (values: readonly number[], standardError: number | null = null): Attribution => ({
    base: 0.5,
    prediction: 0.5 + values.reduce((sum, value) => sum + value, 0),
    contributions: values.map((value, i) => ({ feature: `f${i}`, value, standardError })),
    residual: 0,
  })

  it('are the four weightiest, with a direction', () => {
    const reasons = plainReasons(one([0.01, -0.2, 0.1, 0.03, 0.06]), 'yes')
    expect(reasons.map(reason => reason.split(' ')[0])).toEqual(['f1', 'f2', 'f4', 'f3'])
    expect(reasons[0]).toBe(
      "f1 speaks against 'yes': it lowers the probability by 20.0 percentage points (50% of all that moves it)",
    )
    expect(reasons[1]).toMatch(/^f2 speaks for 'yes': it raises/)
  })

  it('leave out what is negligible or within the error of sampling', () => {
    expect(plainReasons(one([0.0005, 0.2]), 'yes')).toHaveLength(1)
    expect(plainReasons(one([0.1, 0.2], 0.06), 'yes')).toHaveLength(1)
    expect(plainReasons(one([0, 0]), 'yes')).toEqual([])
  })
})
