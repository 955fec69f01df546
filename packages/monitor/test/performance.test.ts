import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  calibrated,
  countExpected,
  estimateAuc,
  estimatePerformance,
  fitCalibration,
  givenCalibration,
  mergeExpected,
  type Estimate,
} from '../src/index.js'
import { random } from './tables.js'

interface Simulated {
  readonly scores: Float64Array
  readonly truths: boolean[]
  readonly selected: boolean[]
}

/** Rows whose truth is positive with probability `score`², so that scores are far from calibrated; `shift` moves inputs. */
function simulated(rows: number, seed: number, shift = 1, concept = (score: number) => score * score): Simulated {
  const next = random(seed)
  const scores = Float64Array.from({ length: rows }, () => next() ** shift)
  const truths = Array.from(scores, score => next() < concept(score))
  return { scores, truths, selected: Array.from(scores, score => score >= 0.6) }
}

/** Performance as the truths show it. */
function realised({ scores, truths, selected }: Simulated): Readonly<Record<string, number>> {
  const share = (of: (row: number) => boolean, among: (row: number) => boolean = () => true): number => {
    const rows = truths.map((_, row) => row).filter(among)
    return rows.filter(of).length / rows.length
  }
  const [precision, recall] = [
    share(
      r => truths[r]!,
      r => selected[r]!,
    ),
    share(
      r => selected[r]!,
      r => truths[r]!,
    ),
  ]
  const order = truths.map((_, row) => row).sort((a, b) => scores[a]! - scores[b]!)
  let [below, pairs] = [0, 0]
  for (const row of order)
    if (truths[row]) pairs += below
    else below++
  return {
    accuracy: share(r => selected[r] === truths[r]),
    precision,
    recall,
    specificity: share(
      r => !selected[r],
      r => !truths[r],
    ),
    f1: (2 * precision * recall) / (precision + recall),
    baseRate: share(r => truths[r]!),
    auc: pairs / (below * (truths.length - below)),
  }
}

const reference = simulated(40_000, 1)
const calibration = fitCalibration(reference.scores, reference.truths)
const estimated = (window: Simulated): Readonly<Record<string, Estimate>> => {
  const { counts, bins } = countExpected(window.scores, window.selected, calibration)
  const { rows: _, ...estimates } = estimatePerformance(counts)
  return { ...estimates, auc: estimateAuc(bins) }
}

describe('a calibration', () => {
  it('pools what falls', () => {
    const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    const truths = [false, true, false, false, true, true]
    const fitted = fitCalibration(
      [...Array(8).keys()].flatMap(() => scores),
      [...Array(8).keys()].flatMap(() => truths),
    )
    expect(fitted.scores).toEqual([0.1, 0.2, 0.4, 0.5, 0.6])
    expect(fitted.shares).toEqual([0, 1 / 3, 1 / 3, 1, 1])
    expect([0, 0.15, 0.3, 0.45, 1].map(score => calibrated(fitted, score))).toEqual([
      0,
      expect.closeTo(1 / 6, 12),
      1 / 3,
      expect.closeTo(2 / 3, 12),
      1,
    ])
  })

  it('never falls, and adds up to the positives that it was fitted on', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()), { minLength: 40, maxLength: 200 })
    fc.assert(
      fc.property(rows, drawn => {
        const scores = drawn.map(([score]) => score / 50)
        const truths = drawn.map(([, truth]) => truth)
        fc.pre(truths.includes(true) && truths.includes(false))
        const fitted = fitCalibration(scores, truths)
        const shares = scores.toSorted().map(score => calibrated(fitted, score))
        expect(shares).toEqual(shares.toSorted((a, b) => a - b))
        const total = scores.reduce((sum, score) => sum + calibrated(fitted, score), 0)
        expect(total).toBeCloseTo(truths.filter(Boolean).length, 9)
      }),
    )
  })

  it('is refused for few rows, one outcome, or lengths that differ', () => {
    const scores = Array.from({ length: 40 }, (_, i) => i / 40)
    for (const [some, truths] of [
      [scores.slice(0, 29), scores.slice(0, 29).map(score => score > 0.3)],
      [scores, scores.map(() => true)],
      [scores, [true, false]],
      [scores.map(() => Number.NaN), scores.map(score => score > 0.5)],
    ] as const)
      expect(() => fitCalibration(some, truths)).toThrow(expect.objectContaining({ code: 'MONITOR-E311' }))
  })
})

describe('performance without labels', () => {
  it('is that of the true labels, on inputs that have shifted', () => {
    const window = simulated(60_000, 2, 0.5)
    const [truth, estimates] = [realised(window), estimated(window)]
    expect(Math.abs(truth.accuracy! - realised(reference).accuracy!)).toBeGreaterThan(0.02)
    for (const [metric, { value }] of Object.entries(estimates))
      expect(Math.abs(value! - truth[metric]!), metric).toBeLessThan(0.01)
  })

  it('lies within two of its standard errors in 95 of 100 windows', () => {
    const misses: Record<string, number> = {}
    const perfect = { scores: [0, ...Array.from({ length: 200 }, (_, i) => (i + 1) / 200)] }
    const square = { ...perfect, shares: perfect.scores.map(score => score * score) }
    for (let seed = 1; seed <= 200; seed++) {
      const window = simulated(800, seed + 50)
      const { counts, bins } = countExpected(window.scores, window.selected, square)
      const { rows: _, ...estimates } = estimatePerformance(counts)
      const truth = realised(window)
      for (const [metric, { value, standardError }] of Object.entries({ ...estimates, auc: estimateAuc(bins) })) {
        misses[metric] ??= 0
        if (Math.abs(value! - truth[metric]!) > 1.96 * standardError!) misses[metric]++
      }
    }
    for (const [metric, count] of Object.entries(misses)) {
      expect(count, metric).toBeLessThanOrEqual(21)
      expect(count, metric).toBeGreaterThanOrEqual(2)
    }
  })

  it('is confidently wrong when the concept changes, as it says', () => {
    const window = simulated(20_000, 4, 1, score => 1 - score)
    const { value, standardError } = estimated(window).accuracy!
    expect(Math.abs(value! - realised(window).accuracy!)).toBeGreaterThan(20 * standardError!)
  })

  it('has golden values for three rows', () => {
    const { counts, bins } = countExpected([0.9, 0.8, 0.25], [true, true, false], givenCalibration)
    const { accuracy, precision, recall, specificity, f1, baseRate } = estimatePerformance(counts)
    expect(accuracy.value).toBeCloseTo((0.9 + 0.8 + 0.75) / 3, 14)
    expect(precision.value).toBeCloseTo(0.85, 14)
    expect(recall.value).toBeCloseTo(1.7 / 1.95, 14)
    expect(specificity.value).toBeCloseTo(0.75 / 1.05, 14)
    expect(f1.value).toBeCloseTo(3.4 / 3.95, 14)
    expect(baseRate.standardError).toBeCloseTo(Math.sqrt(0.09 + 0.16 + 0.1875) / 3, 14)
    expect(precision.standardError).toBeCloseTo(0.25, 14)
    expect(recall.standardError).toBeCloseTo(Math.sqrt(0.25 ** 2 * 0.25 + 1.7 ** 2 * 0.1875) / 1.95 ** 2, 14)
    expect(specificity.standardError).toBeCloseTo(Math.sqrt(0.75 ** 2 * 0.25 + 0.3 ** 2 * 0.1875) / 1.05 ** 2, 14)
    // Pairs: .9 over .2 and .75, .8 over .75, and half of each row against itself.
    const pairs = 0.9 * (0.2 + 0.75) + 0.8 * 0.75 + (0.9 * 0.1 + 0.8 * 0.2 + 0.25 * 0.75) / 2
    expect(estimateAuc(bins).value).toBeCloseTo(pairs / (1.95 * 1.05), 14)
  })

  it('has no value without a row to divide by, and takes no part in scores that are none', () => {
    const { counts, bins } = countExpected([Number.NaN, 1.5, 0.5], [true, true, false], givenCalibration)
    const { rows, precision, accuracy } = estimatePerformance(counts)
    expect([rows, precision, accuracy.value]).toEqual([1, { value: null, standardError: null }, 0.5])
    expect(estimateAuc({ ...bins, negative: [] }).value).toBeNull()
  })

  it('adds up over windows', () => {
    const [a, b] = [simulated(300, 8), simulated(500, 9)]
    const both = {
      scores: Float64Array.from([...a.scores, ...b.scores]),
      selected: [...a.selected, ...b.selected],
    }
    const of = ({ scores, selected }: Pick<Simulated, 'scores' | 'selected'>) =>
      countExpected(scores, selected, calibration).counts
    for (const [name, value] of Object.entries(mergeExpected(of(a), of(b))))
      expect(value, name).toBeCloseTo(of(both)[name as keyof ReturnType<typeof of>], 9)
  })
})
