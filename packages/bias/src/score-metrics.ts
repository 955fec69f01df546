import { invalidInput, lengthsDiffer } from './errors.js'
import { wilson, type Interval } from './intervals.js'
import { twoSidedZ } from './normal.js'

export interface Auc {
  /** Null when there is no positive or no negative. */
  readonly value: number | null
  readonly reason?: string
  /** DeLong. Null with fewer than two rows on a side, or when nothing varies. */
  readonly interval: Interval | null
  readonly positives: number
  readonly negatives: number
}

/**
 * Area under the ROC curve: the share of pairs in which the positive scores higher, ties counting ½. Positives of one group
 * against negatives of another give the cross-group area.
 *
 * @throws BIAS-E008 when a score is not finite
 * @see DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44(3), for the interval
 */
export function auc(positives: Float64Array, negatives: Float64Array, confidence = 0.95): Auc {
  const [m, n] = [positives.length, negatives.length]
  for (const side of [positives, negatives])
    if (!side.every(Number.isFinite)) throw invalidInput('a score is not a finite number', 'remove or mend such rows')
  if (m === 0 || n === 0)
    return { value: null, reason: `${m} positives and ${n} negatives`, interval: null, positives: m, negatives: n }
  const placements = (own: Float64Array, others: Float64Array): Float64Array => {
    const sorted = others.slice().sort()
    return own.map(score => (firstAbove(sorted, score, false) + firstAbove(sorted, score, true)) / 2 / sorted.length)
  }
  const ofPositives = placements(positives, negatives)
  const ofNegatives = placements(negatives, positives).map(share => 1 - share)
  const value = mean(ofPositives)
  const variance = (values: Float64Array): number =>
    values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (values.length - 1) / values.length
  const deviation = m > 1 && n > 1 ? Math.sqrt(variance(ofPositives) + variance(ofNegatives)) : 0
  const half = twoSidedZ(confidence) * deviation
  const interval: Interval | null = deviation > 0 ? [Math.max(0, value - half), Math.min(1, value + half)] : null
  return { value, interval, positives: m, negatives: n }
}

/** Number of entries below `score`, or with `orEqual` at most it. */
function firstAbove(sorted: Float64Array, score: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < score || (orEqual && sorted[middle] === score)) low = middle + 1
    else high = middle
  }
  return low
}

const mean = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0) / values.length

export interface CalibrationBin {
  readonly from: number
  readonly to: number
  readonly n: number
  /** Null in an empty bin. */
  readonly meanScore: number | null
  readonly observed: number | null
  readonly interval: Interval | null
}

export interface Calibration {
  /** Expected calibration error Σ (n_b/n)·|observed - mean score|; null without rows. */
  readonly ece: number | null
  /** Mean score - observed rate: positive when scores are too high. */
  readonly inTheLarge: number | null
  readonly n: number
  readonly bins: readonly CalibrationBin[]
}

/**
 * Calibration over equal bins: bin min(⌊bins·score⌋, bins - 1).
 *
 * @param labels 1 for the positive class, 0 for others
 * @throws BIAS-E001 when lengths differ; BIAS-E008 when a score is not in [0, 1]
 */
export function calibration(
  scores: Float64Array,
  labels: ArrayLike<number>,
  confidence = 0.95,
  bins = 10,
): Calibration {
  if (scores.length !== labels.length) throw lengthsDiffer(scores.length, labels.length)
  const table = Array.from({ length: bins }, () => ({ n: 0, score: 0, positives: 0 }))
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!
    if (!(score >= 0 && score <= 1)) throw invalidInput('a score is not in [0, 1]', 'pass probabilities')
    const bin = table[Math.min(bins - 1, Math.floor(bins * score))]!
    bin.n++
    bin.score += score
    if (labels[row] === 1) bin.positives++
  }
  const n = scores.length
  const total = (f: (bin: (typeof table)[number]) => number): number => table.reduce((sum, bin) => sum + f(bin), 0)
  return {
    ece: n === 0 ? null : total(bin => Math.abs(bin.positives - bin.score)) / n,
    inTheLarge: n === 0 ? null : total(bin => bin.score - bin.positives) / n,
    n,
    bins: table.map((bin, i) => ({
      from: i / bins,
      to: (i + 1) / bins,
      n: bin.n,
      meanScore: bin.n === 0 ? null : bin.score / bin.n,
      observed: bin.n === 0 ? null : bin.positives / bin.n,
      interval: wilson({ count: bin.positives, of: bin.n }, confidence),
    })),
  }
}
