import { seededRandom } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import {
  eachColumn,
  groupByColumn,
  logLoss,
  meanContributions,
  partialDependence,
  permutationImportance,
} from '../src/index.js'
import { each, sigmoid } from './models.js'

const random = seededRandom(7)
const rows = 200
const matrix = Float64Array.from({ length: rows * 3 }, () => 2 * random() - 1)
const score = ([a, b]: readonly number[]): number => sigmoid(4 * a! + b!)
const labels = Array.from({ length: rows }, (_, row) => score([...matrix.subarray(row * 3, row * 3 + 2)]) > 0.5)

describe('permutation importance', () => {
  it('puts features in the order of what they do, and gives one that does nothing exactly 0', async () => {
    const found = await permutationImportance({
      predict: each(3, score),
      matrix,
      width: 3,
      groups: eachColumn(['a', 'b', 'c']),
      loss: (prediction, row) => logLoss(prediction, labels[row]!),
      repeats: 3,
      confidence: 0.95,
      random: seededRandom(1),
    })
    expect(found.map(({ feature }) => feature)).toEqual(['a', 'b', 'c'])
    expect(found[0]!.interval![0]).toBeGreaterThan(found[1]!.interval![1])
    expect(found[1]!.interval![0]).toBeGreaterThan(0)
    expect(found[2]).toMatchObject({ value: 0, interval: [0, 0], n: rows })
    expect(found[0]!.value).toBeGreaterThan(found[0]!.interval![0])
  })

  it('exchanges the columns of one feature together', async () => {
    const indicators = Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1)
    const found = await permutationImportance({
      predict: async rows => {
        for (let row = 0; row < rows.length; row += 2) expect(rows[row]! + rows[row + 1]!).toBe(1)
        return new Float64Array(rows.length / 2)
      },
      matrix: indicators,
      width: 2,
      groups: groupByColumn(['region', 'region']),
      loss: () => 0,
      repeats: 5,
      confidence: 0.95,
      random: seededRandom(1),
    })
    expect(found).toMatchObject([{ feature: 'region', n: 4, interval: null }])
  })
})

it('the log loss stays finite for a probability of 0', () => {
  expect(logLoss(0, true)).toBeCloseTo(16.118, 3)
  expect(logLoss(0.5, false)).toBeCloseTo(Math.LN2, 12)
})

it('mean contributions are means of sizes, so that opposite signs do not cancel', () => {
  const of = (a: number, b: number) => ({
    base: 0,
    prediction: a + b,
    residual: 0,
    contributions: [
      { feature: 'a', value: a, standardError: null },
      { feature: 'b', value: b, standardError: null },
    ],
  })
  const settings = { confidence: 0.95, random: seededRandom(1) }
  expect(meanContributions([of(1, -3), of(-1, 5)], settings)).toMatchObject([
    { feature: 'b', value: 4 },
    { feature: 'a', value: 1 },
  ])
  expect(meanContributions([], settings)).toEqual([])
})

describe('partial dependence', () => {
  it('is the mean over rows with the spread of their own curves', async () => {
    const curve = await partialDependence({
      predict: each(2, ([a, b]) => a! * b!),
      matrix: Float64Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5),
      width: 2,
      group: { name: 'a', places: [0] },
      settings: [[0], [10]],
    })
    expect(curve[0]).toEqual({ mean: 0, low: 0, high: 0 })
    expect(curve[1]).toEqual({ mean: 30, low: 14, high: 46 })
  })
})
