import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaussianNoise, membershipInference } from '../src/index.js'
import { codeOf, secretOf } from './support.js'

const noise = gaussianNoise({ secret: secretOf(5), stream: 'scores' })
let draw = 0
const normals = (n: number, mean: number): Float64Array =>
  noise.fill(new Float64Array(n), draw++).map(value => value + mean)

describe('the area under the curve', () => {
  it('counts pairs, ties half, and has the interval of DeLong, by their definitions', () => {
    const score = fc.integer({ min: 0, max: 8 })
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 2, maxLength: 12 }),
        fc.array(score, { minLength: 2, maxLength: 12 }),
        (members, others) => {
          const wins = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0)
          const above = members.map(a => mean(others.map(b => wins(a, b))))
          const below = others.map(b => mean(members.map(a => wins(a, b))))
          const error = Math.sqrt(variance(above) / members.length + variance(below) / others.length)
          const { auc, aucInterval } = membershipInference(members, others)
          expect(auc).toBeCloseTo(mean(above), 12)
          if (error < 1e-9) return
          expect(aucInterval[0]).toBeCloseTo(Math.max(0, mean(above) - 1.959963984540054 * error), 12)
          expect(aucInterval[1]).toBeCloseTo(Math.min(1, mean(above) + 1.959963984540054 * error), 12)
        },
      ),
    )
  })

  it('contains the truth about as often as it says', () => {
    // P[member above non-member] of two normals at distance 1 is Phi(1 / sqrt 2).
    const truth = 0.76024993890652
    const hits = Array.from({ length: 400 }, () => membershipInference(normals(80, 1), normals(60, 0)).aucInterval)
    const covered = hits.filter(([low, high]) => low <= truth && truth <= high).length
    // 380 of 400 expected; below 352 or at 400 has a chance of less than 1e-7 at a true coverage of 0.95.
    expect(covered).toBeGreaterThan(352)
    expect(covered).toBeLessThan(400)
  })

  it('keeps a width where the scores separate completely', () => {
    const { auc, aucInterval } = membershipInference([5, 6, 7, 8], [1, 2, 3])
    expect(auc).toBe(1)
    expect(aucInterval[0]).toBeCloseTo(0.025 ** (1 / 3), 12)
    expect(aucInterval[1]).toBe(1)
  })

  it('takes infinite scores for what they are', () => {
    expect(membershipInference([0, 0, -Infinity], [-Infinity, -Infinity]).auc).toBeCloseTo((2 * 1 + 0.5) / 3, 12)
  })
})

describe('the true positive rate at one per cent', () => {
  it('allows one false alarm in a hundred and not two', () => {
    const others = Array.from({ length: 100 }, (_, i) => (i < 2 ? 10 - i : 0))
    expect(membershipInference([9.5, 9, 8.5, -1], others).truePositiveRateAtOnePercent).toBe(0.25)
  })

  it('is 0 where the highest score is tied among too many non-members', () => {
    expect(membershipInference([1, 1, 1], [1, 1, 0, 0]).truePositiveRateAtOnePercent).toBe(0)
  })
})

describe('the lower bound on epsilon', () => {
  it('stays below the epsilon of a mechanism that has exactly that epsilon', () => {
    // Randomised response: the truth is told with probability e^epsilon / (1 + e^epsilon), which is epsilon-private.
    const epsilon = 1
    // z with Phi(z) = e / (1 + e), by 20-digit arithmetic.
    const toldBelow = 0.61601769267245
    const runs = Array.from({ length: 200 }, () => {
      const answers = (isMember: boolean): number[] =>
        [...normals(1000, 0)].map(z => (z < toldBelow === isMember ? 1 : 0))
      return membershipInference(answers(true), answers(false)).epsilonLowerBound.epsilon
    })
    // At most 5 % may be above; 24 or more of 200 has a chance of less than 1e-4 then.
    expect(runs.filter(found => found > epsilon).length).toBeLessThan(24)
    expect(Math.min(...runs)).toBeGreaterThan(0.5)
  })

  it('finds nothing where members look like everybody else', () => {
    const runs = Array.from({ length: 200 }, () => membershipInference(normals(300, 0), normals(300, 0)))
    expect(runs.filter(run => run.epsilonLowerBound.epsilon > 0).length).toBeLessThan(24)
  })

  it('exceeds 3 for a model that remembers its rows', () => {
    const { epsilonLowerBound: bound } = membershipInference(normals(2000, 3), normals(2000, 0), { delta: 1e-5 })
    expect(bound.epsilon).toBeGreaterThan(3)
    expect(bound.members).toBe(1000)
    expect(bound.epsilon).toBe(Math.log((bound.hitRateAtLeast - 1e-5) / bound.falseAlarmRateAtMost))
  })

  it('finds the guess that only non-members give away', () => {
    const others = normals(1000, 0).map((z, i) => (i % 10 < 4 ? -50 : z))
    const { epsilonLowerBound: bound } = membershipInference(normals(1000, 0), others)
    expect(bound.guess).toBe('non-member')
    expect(bound.epsilon).toBeGreaterThan(2)
  })

  it('gives nothing for what delta allows', () => {
    const [members, others] = [normals(400, 2), normals(400, 0)]
    expect(membershipInference(members, others, { delta: 0 }).epsilonLowerBound.epsilon).toBeGreaterThan(1)
    expect(membershipInference(members, others, { delta: 0.9 }).epsilonLowerBound.epsilon).toBe(0)
  })

  it('is measured on other rows than the threshold was chosen on', () => {
    const members = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 : 0))
    const { epsilonLowerBound } = membershipInference(members, new Float64Array(200))
    expect(epsilonLowerBound.epsilon).toBe(0)
  })
})

describe('membership inference', () => {
  it('refuses scores that it cannot use', async () => {
    expect(await codeOf(() => membershipInference([1], [1, 2]))).toBe('DP-E016')
    expect(await codeOf(() => membershipInference([1, 2], []))).toBe('DP-E016')
    expect(await codeOf(() => membershipInference([1, Number.NaN], [1, 2]))).toBe('DP-E016')
    expect(await codeOf(() => membershipInference([1, 2], [1, 2], { confidence: 1 }))).toBe('DP-E017')
    expect(await codeOf(() => membershipInference([1, 2], [1, 2], { delta: -1 }))).toBe('DP-E002')
  })
})

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const variance = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1)
