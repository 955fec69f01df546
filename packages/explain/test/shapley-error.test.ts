import { seededRandom } from '@attestry/core'
import { expect, it } from 'vitest'
import { eachColumn, sampledShapley } from '../src/index.js'
import { each } from './models.js'

it('gives the standard error of the mean over pairs of orders', async () => {
  const pairs = 5
  // Only the first and the last of an order of three complete a·b·c: each pair gives 1/2 to two features and 0 to one.
  const { contributions } = await sampledShapley({
    predict: each(3, ([a, b, c]) => a! * b! * c!),
    row: Float64Array.of(1, 1, 1),
    background: Float64Array.of(0, 0, 0),
    groups: eachColumn(['a', 'b', 'c']),
    pairs,
    random: seededRandom(3),
  })
  expect(contributions.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 12)
  for (const { value, standardError } of contributions) {
    const halves = Math.round(value * 2 * pairs)
    const sample: readonly number[] = Array.from({ length: pairs }, (_, i) => (i < halves ? 0.5 : 0))
    const variance = sample.reduce((sum, one) => sum + (one - value) ** 2, 0) / (pairs - 1)
    expect(standardError).toBeCloseTo(Math.sqrt(variance / pairs), 12)
  }
  expect(contributions.some(({ standardError }) => standardError! > 0)).toBe(true)
})
