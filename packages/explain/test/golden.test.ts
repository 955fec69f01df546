import { seededRandom } from '@attestry/core'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { shared, skipNote } from '@attestry/plugin-kit'
import { eachColumn, exactShapley, integratedGradients, linearShapley, sampledShapley } from '../src/index.js'
import { each, sigmoid } from './models.js'

interface Golden {
  readonly shapley_exact: {
    readonly background: readonly (readonly number[])[]
    readonly x: readonly number[]
    readonly cases: Readonly<Record<string, { base: number; phi: readonly number[]; fx: number }>>
  }
  readonly integrated_gradients: {
    readonly w: readonly number[]
    readonly x: readonly number[]
    readonly baseline: readonly number[]
    readonly ig_midpoint_200k: readonly number[]
    readonly 'f(x)-f(0)': number
  }
  readonly published: {
    readonly shap_tests: {
      decision_tree_2x2_and_gate: { X: readonly number[][]; y: number[]; treeshap: readonly number[][] }
    }
  }
}

const found = shared('golden/fairness.json')
const golden = 'missing' in found ? undefined : (JSON.parse(readFileSync(found.path, 'utf8')) as Golden)

const models: Readonly<Record<string, (x: readonly number[]) => number>> = {
  'linear 1+2a-3b+0.5c': ([a, b, c]) => 1 + 2 * a! - 3 * b! + 0.5 * c!,
  'interaction a*b+c*d': ([a, b, c, d]) => a! * b! + c! * d!,
  'logit sigmoid(0.3a-0.8b+0.5cd-0.2)': ([a, b, c, d]) => sigmoid(0.3 * a! - 0.8 * b! + 0.5 * c! * d! - 0.2),
  'step (a>1)&(b>1) + 2*(c>0.5)': ([a, b, c]) => (a! > 1 && b! > 1 ? 1 : 0) + 2 * (c! > 0.5 ? 1 : 0),
}

describe.skipIf(!golden)(`golden Shapley values${skipNote(found)}`, () => {
  const game = (model: (x: readonly number[]) => number) => ({
    predict: each(4, model),
    row: Float64Array.from(golden!.shapley_exact.x),
    background: Float64Array.from(golden!.shapley_exact.background.flat()),
    groups: eachColumn(['a', 'b', 'c', 'd']),
  })

  it.each(Object.keys(models))('are met to 1e-12 by enumeration: %s', async name => {
    const { base, phi, fx } = golden!.shapley_exact.cases[name]!
    const got = await exactShapley(game(models[name]!))
    expect(got.base).toBeCloseTo(base, 12)
    expect(got.prediction).toBeCloseTo(fx, 12)
    expect(Math.abs(got.residual)).toBeLessThanOrEqual(1e-6)
    for (const [i, { value }] of got.contributions.entries()) expect(value).toBeCloseTo(phi[i]!, 12)
  })

  it('are all there', () => expect(Object.keys(golden!.shapley_exact.cases)).toEqual(Object.keys(models)))

  it('are met by two random orders and their reverses when features interact in pairs at most', async () => {
    const name = 'interaction a*b+c*d'
    const got = await sampledShapley({ ...game(models[name]!), pairs: 2, random: seededRandom(1) })
    const { phi } = golden!.shapley_exact.cases[name]!
    for (const [i, { value, standardError }] of got.contributions.entries()) {
      expect(value).toBeCloseTo(phi[i]!, 12)
      expect(standardError).toBeCloseTo(0, 7)
    }
  })

  it('are met within four standard errors by sampling where more features interact', async () => {
    const name = 'logit sigmoid(0.3a-0.8b+0.5cd-0.2)'
    const got = await sampledShapley({ ...game(models[name]!), pairs: 200, random: seededRandom(2) })
    const { phi } = golden!.shapley_exact.cases[name]!
    for (const [i, { value, standardError }] of got.contributions.entries()) {
      expect(standardError).toBeGreaterThan(0)
      expect(Math.abs(value - phi[i]!)).toBeLessThan(4 * standardError!)
      expect(standardError).toBeLessThan(0.01)
    }
  })

  it('follow in closed form for a linear model', () => {
    const { background, x, cases } = golden!.shapley_exact
    const means = x.map((_, i) => background.reduce((sum, row) => sum + row[i]!, 0) / background.length)
    const got = linearShapley([2, -3, 0.5, 0], 1, x, means, ['a', 'b', 'c', 'd'])
    const { phi, base, fx } = cases['linear 1+2a-3b+0.5c']!
    for (const [i, { value }] of got.contributions.entries()) expect(value).toBeCloseTo(phi[i]!, 12)
    expect([got.base, got.prediction]).toEqual([expect.closeTo(base, 12), expect.closeTo(fx, 12)])
  })

  it('are those that SHAP publishes for its and-gate, and not those of Saabas', async () => {
    const { X, y, treeshap } = golden!.published.shap_tests.decision_tree_2x2_and_gate
    const background = Float64Array.from(X.flat())
    for (const [i, row] of X.entries()) {
      const { contributions } = await exactShapley({
        predict: each(2, ([a, b]) => y[2 * a! + b!]!),
        row: Float64Array.from(row),
        background,
        groups: eachColumn(['a', 'b']),
      })
      expect(contributions.map(({ value }) => value)).toEqual(treeshap[i])
    }
  })

  it('are those that SHAP publishes for x0·x2 + x1 + x2 + x2·x3 over a background of zeros', async () => {
    const [x0, x1, x2, x3] = [0.5, -2, 3, 1.5] as const
    const got = await sampledShapley({
      predict: each(4, ([a, b, c, d]) => a! * c! + b! + c! + c! * d!),
      row: Float64Array.of(x0, x1, x2, x3),
      background: new Float64Array(4),
      groups: eachColumn(['0', '1', '2', '3']),
      pairs: 2,
      random: seededRandom(3),
    })
    const expected = [(x0 * x2) / 2, x1, x2 + (x0 * x2) / 2 + (x2 * x3) / 2, (x2 * x3) / 2]
    for (const [i, { value }] of got.contributions.entries()) expect(value).toBeCloseTo(expected[i]!, 12)
  })
})

describe.skipIf(!golden)(`golden integrated gradients${skipNote(found)}`, () => {
  it('are met to 1e-12 with 32 nodes, and complete', async () => {
    const { w, x, baseline, ig_midpoint_200k } = golden!.integrated_gradients
    const score = (row: readonly number[]): number => sigmoid(row.reduce((sum, value, i) => sum + value * w[i]!, 0))
    const got = await integratedGradients({
      predict: each(4, score),
      gradient: async matrix =>
        Float64Array.from(matrix, (_, at) => {
          const p = score([...matrix.subarray(4 * Math.floor(at / 4), 4 * Math.floor(at / 4) + 4)])
          return w[at % 4]! * p * (1 - p)
        }),
      row: Float64Array.from(x),
      baseline: Float64Array.from(baseline),
      groups: eachColumn(['a', 'b', 'c', 'd']),
    })
    for (const [i, { value }] of got.contributions.entries()) expect(value).toBeCloseTo(ig_midpoint_200k[i]!, 12)
    expect(got.prediction - got.base).toBeCloseTo(golden!.integrated_gradients['f(x)-f(0)'], 12)
    expect(Math.abs(got.residual)).toBeLessThan(1e-12)
  })
})
