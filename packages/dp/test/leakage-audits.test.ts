import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proportionAtLeast, proportionAtMost } from '../src/beta.js'
import {
  canaryExposure,
  canarySequences,
  exactExposure,
  gaussianNoise,
  liraScores,
  logitConfidence,
  membershipInference,
  truePositiveRate,
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
  })
})

describe('the likelihood-ratio attack, measured', () => {
  // Whoever knew all difficulties would have an area of Phi(2 / sqrt 2) = 0.921, and at 1 % find Phi(2 - 2.326) = 0.372.
  it.each([32, 96])('comes near the best attack with %d shadow models, far above a threshold on the loss', count => {
    const shadows = Array.from({ length: count }, () => model(coins(), 2))
    const targets = Array.from({ length: 4 }, () => model(coins(), 2))
    const all = (scoresOf: (target: ShadowModel) => Float64Array): [number[], number[]] => {
      const parts = targets.map(target => split(scoresOf(target), target.included))
      return [parts.flatMap(([members]) => [...members]), parts.flatMap(([, others]) => [...others])]
    }
    const byRatio = all(({ confidences }) => liraScores(confidences, shadows))
    const byLoss = all(({ confidences }) => confidences)
    expect(Math.abs(membershipInference(...byRatio).auc - 0.921)).toBeLessThan(0.04)
    const [ratio, loss] = [truePositiveRate(...byRatio, 0.01), truePositiveRate(...byLoss, 0.01)]
    expect(ratio.interval[0]).toBeGreaterThan(2 * loss.interval[1])
    expect(ratio.interval[0]).toBeLessThan(0.372)
    const bound = (scores: [number[], number[]]): number => membershipInference(...scores).epsilonLowerBound.epsilon
    expect(bound(byRatio)).toBeGreaterThan(bound(byLoss) + 1)
  })

  it('finds nothing in models that forget, as often as its confidence says', () => {
    const shadows = Array.from({ length: 40 }, () => model(coins(), 0))
    const found = Array.from({ length: 60 }, () => {
      const { included, confidences } = model(coins(), 0)
      return split(liraScores(confidences, shadows), included)
    })
    const areas = found.map(scores => membershipInference(...scores))
    // 3 of 60 expected; 11 or more have a chance of 3e-4.
    expect(areas.filter(({ aucInterval: [low, high] }) => low > 0.5 || high < 0.5).length).toBeLessThan(11)
    expect(areas.filter(({ epsilonLowerBound }) => epsilonLowerBound.epsilon > 0).length).toBeLessThan(11)
  })
})

describe('the logit of a confidence', () => {
  it('keeps what is left of a probability that rounds to one, and stays finite', () => {
    expect(logitConfidence([0.2, 0.8], 1)).toBeCloseTo(Math.log(4), 12)
    expect(logitConfidence([0.2, 0.5, 0.3], 1)).toBeCloseTo(0, 12)
    expect(logitConfidence([1, 1e-20, 1e-20], 0)).toBeCloseTo(-Math.log(2e-20), 9)
    expect(logitConfidence([1, 0], 0)).toBeGreaterThan(100)
    expect(logitConfidence([1, 0], 1)).toBe(-logitConfidence([1, 0], 0))
  })
})

describe('the true positive rate at few false positives', () => {
  it('is by its definition the share of members above all but so many non-members', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(scores, scores, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (members, others, rate) => {
        const found = truePositiveRate(members, others, rate)
        const shareAbove = (values: readonly number[], limit: number): number =>
          values.filter(value => value > limit).length / values.length
        const allowed = Array.from({ length: 32 }, (_, i) => i - 1).filter(limit => shareAbove(others, limit) <= rate)
        expect(found.truePositiveRate).toBe(Math.max(...allowed.map(limit => shareAbove(members, limit))))
        expect(shareAbove(others, found.threshold)).toBeLessThanOrEqual(rate)
      }),
    )
  })

  it('has the interval of Clopper and Pearson, and says how little no false positive among few proves', () => {
    const found = truePositiveRate([5, 6, 7, 0], [1, 2, 3, 4], 0.001)
    expect(found).toMatchObject({ truePositiveRate: 0.75, threshold: 4, members: 4, nonMembers: 4 })
    expect(found.interval[0]).toBeCloseTo(proportionAtLeast(3, 4, 0.025), 12)
    expect(found.interval[1]).toBeCloseTo(proportionAtMost(3, 4, 0.025), 12)
    expect(found.falsePositiveRateAtMost).toBeCloseTo(1 - 0.025 ** (1 / 4), 12)
  })

  it('refuses what has no rate', async () => {
    expect(await codeOf(() => truePositiveRate([], [1], 0.1))).toBe('DP-E016')
    expect(await codeOf(() => truePositiveRate([1], [], 0.1))).toBe('DP-E016')
    expect(await codeOf(() => truePositiveRate([1], [Number.NaN], 0.1))).toBe('DP-E016')
    expect(await codeOf(() => truePositiveRate([1], [1], 0))).toBe('DP-E018')
    expect(await codeOf(() => truePositiveRate([1], [1], 0.1, 1))).toBe('DP-E017')
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

  it('is by its definition the rank among all texts of the kind, equally likely ones first', () => {
    const losses = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), losses, (loss, others) => {
        const sorted = [...others.map(other => ({ other })), { other: loss, isCanary: true }].sort(
          (a, b) => a.other - b.other || Number('isCanary' in a) - Number('isCanary' in b),
        )
        const rank = sorted.findIndex(one => 'isCanary' in one) + 1
        const found = exactExposure(loss, Float64Array.from(others))
        expect(found).toMatchObject({ rank, size: others.length + 1 })
        expect(found.bits).toBeCloseTo(Math.log2(sorted.length / rank), 12)
      }),
    )
  })

  it('has an interval that contains the exposure among all texts as often as it says', () => {
    const all = normals(5000)
    const exact = exactExposure(-1.3, all).bits
    const covered = Array.from({ length: 200 }, (_, run) => {
      const places = canarySequences({ symbols: Array.from(all.keys()), length: 1 }, 300, { unsafeSeed: secretOf(run) })
      const [low, high] = canaryExposure(
        -1.3,
        Float64Array.from(places, ([place]) => all[place!]!),
      ).interval
      return low <= exact && exact <= high
    })
    // 190 of 200 expected; below 176 has a chance of 1e-5.
    expect(covered.filter(Boolean).length).toBeGreaterThan(175)
  })

  it('refuses too few texts and a loss that is not a number', async () => {
    expect(await codeOf(() => canaryExposure(1, new Float64Array(99)))).toBe('DP-E005')
    expect(await codeOf(() => canaryExposure(Number.NaN, references))).toBe('DP-E018')
    expect(await codeOf(() => canaryExposure(1, references, 1))).toBe('DP-E017')
    expect(await codeOf(() => exactExposure(1, new Float64Array(0)))).toBe('DP-E005')
    expect(await codeOf(() => exactExposure(1, Float64Array.of(Number.NaN)))).toBe('DP-E018')
  })
})

describe('sequences for canaries', () => {
  const digits = [...'0123456789']

  it('are all different and of the space, and are all of it when as many are asked for', () => {
    const all = canarySequences({ symbols: digits, length: 3 }, 1000).map(digits => digits.join(''))
    expect(all.toSorted()).toEqual(Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0')))
    const long = canarySequences({ symbols: digits, length: 40 }, 50)
    expect(new Set(long.map(one => one.join(''))).size).toBe(50)
    expect(long.every(one => one.length === 40)).toBe(true)
  })

  it('are uniform, and never the same twice without a seed', () => {
    const counts = new Map<string, number>()
    for (let run = 0; run < 6000; run++)
      for (const [symbol] of canarySequences({ symbols: ['a', 'b', 'c'], length: 1 }, 1, { unsafeSeed: secretOf(run) }))
        counts.set(symbol!, (counts.get(symbol!) ?? 0) + 1)
    // Six standard errors of 36.5.
    for (const symbol of 'abc') expect(Math.abs(counts.get(symbol)! - 2000)).toBeLessThan(219)
    const draw = (): string[][] => canarySequences({ symbols: digits, length: 12 }, 3)
    expect(draw()).not.toEqual(draw())
  })

  it('refuse a space that cannot hold them', async () => {
    const code = (symbols: readonly string[], length: number, count: number) =>
      codeOf(() => canarySequences({ symbols, length }, count))
    expect(await code(['a'], 3, 1)).toBe('DP-E018')
    expect(await code(['a', 'a', 'b'], 3, 1)).toBe('DP-E018')
    expect(await code(digits, 0, 1)).toBe('DP-E005')
    expect(await code(digits, 2, 101)).toBe('DP-E018')
    expect(await code(digits, 40, 1_000_001)).toBe('DP-E018')
  })
})
