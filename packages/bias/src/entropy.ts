import { invalidInput, lengthsDiffer } from './errors.js'
import type { GroupCounts } from './group-counts.js'
import type { Proportion } from './intervals.js'

/**
 * Generalized entropy of the benefits b = ŷ - y + 1, which are 0, 1 or 2: exact from counts. Label 1 must be the favourable
 * class. α = 1 is Theil's index, α = 0 the mean log deviation, √(2·GE(2)) the coefficient of variation.
 *
 * @returns null without labelled rows or when every benefit is 0; Infinity for α <= 0 when a benefit is 0
 * @see Speicher et al. 2018, KDD, equation 2: GE(α) = 1/(nα(α-1)) Σ[(b/μ)^α - 1]
 */
export function generalizedEntropy(counts: GroupCounts, alpha: number): number | null {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts
  const n = tp + fp + fn + tn
  const mean = (2 * fp + tp + tn) / n
  if (!(mean > 0)) return null
  const average = (f: (share: number) => number): number =>
    [
      [fn, 0],
      [tp + tn, 1],
      [fp, 2],
    ].reduce((sum, [rows, benefit]) => (rows! > 0 ? sum + rows! * f(benefit! / mean) : sum), 0) / n
  if (alpha === 1) return average(share => (share === 0 ? 0 : share * Math.log(share)))
  if (alpha === 0) return -average(share => Math.log(share))
  return average(share => share ** alpha - 1) / (alpha * (alpha - 1))
}

/** Theil's index: GE(1). */
export const theilIndex = (counts: GroupCounts): number | null => generalizedEntropy(counts, 1)

export interface DifferentialFairness {
  readonly epsilon: number
  /** Indices of the two cells that make it: the maximum is often ruled by cells of a handful. */
  readonly between: readonly [number, number]
  readonly rows: readonly [number, number]
}

/**
 * Smoothed empirical differential fairness: the largest |ln p_g - ln p_h| over both outcomes and all pairs of cells with
 * rows, p = (positives + concentration/2) / (rows + concentration).
 *
 * Pass base rates for the data, selection rates for a classifier; the difference of both is the bias amplification.
 *
 * @returns null with fewer than two cells
 * @see Foulds et al. 2020, ICDE, equation 8
 */
export function differentialFairness(cells: readonly Proportion[], concentration = 1): DifferentialFairness | null {
  const present = cells.flatMap((cell, index) => (cell.of > 0 ? [{ ...cell, index }] : []))
  if (present.length < 2) return null
  const outcomes = [
    (cell: Proportion): number => cell.count + concentration / 2,
    (cell: Proportion): number => cell.of - cell.count + concentration / 2,
  ]
  const extremes = outcomes.map(share => {
    const logs = present
      .map(cell => ({ cell, log: Math.log(share(cell) / (cell.of + concentration)) }))
      .sort((a, b) => a.log - b.log)
    return { low: logs[0]!, high: logs.at(-1)! }
  })
  const { low, high } = extremes.reduce((a, b) => (b.high.log - b.low.log > a.high.log - a.low.log ? b : a))
  return {
    epsilon: high.log - low.log,
    between: [low.cell.index, high.cell.index],
    rows: [low.cell.of, high.cell.of],
  }
}

/**
 * Consistency: 1 - mean |ŷ - mean ŷ of the k nearest rows|, the row itself among them. Euclidean, O(n²·d): scale the
 * features first and store how.
 *
 * @param features row-major, `outcomes.length` rows
 * @throws BIAS-E001 when the lengths do not fit; BIAS-E008 when k is not in 1 … n
 * @see Zemel et al. 2013, ICML, section 5 (AIF360's form)
 */
export function consistency(features: Float64Array, outcomes: ArrayLike<number>, k = 5): number {
  const n = outcomes.length
  const width = features.length / n
  if (!Number.isInteger(width) || width === 0) throw lengthsDiffer(n, features.length)
  if (!(Number.isInteger(k) && k >= 1 && k <= n))
    throw invalidInput(`${k} neighbours of ${n} rows`, 'k is a whole number from 1 to the number of rows')
  let apart = 0
  const distances = new Float64Array(n)
  for (let row = 0; row < n; row++) {
    for (let other = 0; other < n; other++) {
      let distance = 0
      for (let i = 0; i < width; i++) distance += (features[row * width + i]! - features[other * width + i]!) ** 2
      distances[other] = distance
    }
    const near = Array.from(distances, (distance, other) => ({ distance, other }))
      .sort((a, b) => a.distance - b.distance || Math.abs(a.other - row) - Math.abs(b.other - row))
      .slice(0, k)
    apart += Math.abs(outcomes[row]! - near.reduce((sum, { other }) => sum + outcomes[other]!, 0) / k)
  }
  return 1 - apart / n
}
