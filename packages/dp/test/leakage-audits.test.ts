import { describe, expect, it } from 'vitest'
import {
  canaryExposure,
  gaussianNoise,
  liraScores,
  logitConfidence,
  membershipInference,
  type ShadowModel,
} from '../src/index.js'
import { codeOf, secretOf } from './support.js'

const examples = 600
const noise = gaussianNoise({ secret: secretOf(11), stream: 'shadows' })
let draws = 0
const normals = (count: number): Float64Array => noise.fill(new Float64Array(count), ++draws)

/** Confidences of a model family in which hard examples differ: being trained on lifts each by `lift` of its own noise. */
const difficulty = normals(examples).map(value => 4 * value)
function model(included: readonly boolean[], lift: number): ShadowModel {
  const own = normals(examples)
  return { included, confidences: own.map((value, i) => difficulty[i]! + value + (included[i] ? lift : 0)) }
}
const coins = (): boolean[] => Array.from(normals(examples), value => value > 0)
const split = (scores: Float64Array, included: readonly boolean[]): [Float64Array, Float64Array] => [
  scores.filter((_, i) => included[i]),
  scores.filter((_, i) => !included[i]),
]

describe('the likelihood-ratio attack', () => {
  it('tells members apart where a threshold on the loss cannot, for examples of very different difficulty', () => {
    const shadows = Array.from({ length: 64 }, () => model(coins(), 2))
    const { included, confidences } = model(coins(), 2)
    const byLoss = membershipInference(...split(confidences, included))
    const byRatio = membershipInference(...split(liraScores(confidences, shadows), included))
    expect(byLoss.auc).toBeLessThan(0.7)
    expect(byRatio.auc).toBeGreaterThan(0.88)
    expect(byRatio.truePositiveRateAtOnePercent).toBeGreaterThan(2 * byLoss.truePositiveRateAtOnePercent)
  })

  it('works offline too, with shadow models that were trained on none of the examples', () => {
    const shadows = Array.from({ length: 32 }, () =>
      model(
        Array.from({ length: examples }, () => false),
        2,
      ),
    )
    const { included, confidences } = model(coins(), 2)
    expect(membershipInference(...split(liraScores(confidences, shadows), included)).auc).toBeGreaterThan(0.85)
  })

  it('finds nothing where training leaves no trace', () => {
    const shadows = Array.from({ length: 64 }, () => model(coins(), 0))
    const { included, confidences } = model(coins(), 0)
    const found = membershipInference(...split(liraScores(confidences, shadows), included))
    expect(found.aucInterval[0]).toBeLessThan(0.5)
    expect(found.auc).toBeLessThan(0.6)
    expect(found.epsilonLowerBound.epsilon).toBe(0)
  })

  it('refuses too few shadow models, and models of other examples', async () => {
    const none = Array.from({ length: 3 }, () =>
      model(
        Array.from({ length: examples }, () => false),
        0,
      ),
    )
    expect(await codeOf(() => liraScores(new Float64Array(examples), none))).toBe('DP-E005')
    expect(await codeOf(() => liraScores(new Float64Array(5), none))).toBe('DP-E018')
    expect(logitConfidence(0.5)).toBe(0)
    expect(Number.isFinite(logitConfidence(1))).toBe(true)
  })
})

describe('the exposure of a canary', () => {
  const references = Float64Array.from({ length: 1023 }, (_, i) => 10 + i / 100)

  it('is high for a text that the model finds likelier than all others, as far as they can show it', () => {
    const { bits, interval } = canaryExposure(2, references)
    expect(bits).toBe(10)
    expect(interval[0]).toBeGreaterThan(8)
    expect(interval[1]).toBe(Infinity)
  })

  it('is about one bit for a text in the middle', () => {
    const { bits, interval } = canaryExposure(10 + 511 / 100, references)
    expect(bits).toBeCloseTo(1, 1)
    expect(interval[0]).toBeLessThan(1)
    expect(interval[1]).toBeGreaterThan(1)
    expect(interval[1] - interval[0]).toBeLessThan(0.3)
  })

  it('refuses too few texts and a loss that is not a number', async () => {
    expect(await codeOf(() => canaryExposure(1, new Float64Array(99)))).toBe('DP-E005')
    expect(await codeOf(() => canaryExposure(Number.NaN, references))).toBe('DP-E018')
    expect(await codeOf(() => canaryExposure(1, references, 1))).toBe('DP-E017')
  })
})
