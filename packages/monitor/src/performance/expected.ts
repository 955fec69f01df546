/**
 * What is added up to know an expected confusion: rows with their calibrated probabilities, apart for rows that were
 * predicted positive and the rest. Sums of two windows add up.
 */
export interface ExpectedCounts {
  /** Rows predicted positive, Σ p over them, and Σ p (1 - p). */
  readonly selected: number
  readonly selectedPositive: number
  readonly selectedVariance: number
  /** The same over all other rows. */
  readonly rest: number
  readonly restPositive: number
  readonly restVariance: number
}

/** An estimate with the standard error that unknown labels alone would give it; null where its denominator is 0. */
export interface Estimate {
  readonly value: number | null
  readonly standardError: number | null
}

export interface EstimatedPerformance {
  readonly rows: number
  readonly accuracy: Estimate
  readonly precision: Estimate
  readonly recall: Estimate
  readonly specificity: Estimate
  readonly f1: Estimate
  /** Share of rows that are positive. */
  readonly baseRate: Estimate
}

/**
 * Estimates performance without labels from calibrated probabilities: the expected confusion TP = Σ p over rows predicted
 * positive, FN = Σ p over the others, and so on. Standard errors take rows as independent coins of probability p, and ratios
 * by their first derivatives.
 *
 * **Assumes that P(truth | score) is still that of the calibration**: inputs may shift, the concept may not. Where it has
 * changed the estimate is wrong and its standard error does not show it, so labels replace it as soon as they are known.
 *
 * @see NannyML documentation, Confidence-based Performance Estimation; Kivimäki et al. 2024, arXiv 2407.08649
 */
export function estimatePerformance(counts: ExpectedCounts): EstimatedPerformance {
  const { selected, selectedPositive: tp, selectedVariance: u, rest, restPositive: fn, restVariance: v } = counts
  const rows = selected + rest
  const [fp, tn] = [selected - tp, rest - fn]
  const all = selected + tp + fn
  return {
    rows,
    accuracy: ratio(tp + tn, rows, 1 / rows, 1 / rows, u, v),
    precision: ratio(tp, selected, 1 / selected, 0, u, v),
    recall: ratio(tp, tp + fn, fn / (tp + fn) ** 2, tp / (tp + fn) ** 2, u, v),
    specificity: ratio(tn, tn + fp, tn / (tn + fp) ** 2, fp / (tn + fp) ** 2, u, v),
    f1: ratio(2 * tp, all, (2 * (all - tp)) / all ** 2, (2 * tp) / all ** 2, u, v),
    baseRate: ratio(tp + fn, rows, 1 / rows, 1 / rows, u, v),
  }
}

/** @param a size of the derivative by Σ p of the selected rows, b by that of the rest */
const ratio = (over: number, under: number, a: number, b: number, u: number, v: number): Estimate =>
  under > 0
    ? { value: over / under, standardError: Math.sqrt(a * a * u + b * b * v) }
    : { value: null, standardError: null }

/** Bins of a score from 0 to 1, each with Σ p, Σ (1 - p) and Σ p (1 - p) of its rows. */
export interface ScoreBins {
  readonly positive: ArrayLike<number>
  readonly negative: ArrayLike<number>
  readonly variance: ArrayLike<number>
}

/**
 * The expected area under the ROC curve, exact to the width of a bin: rows of one bin count half.
 *
 * @see the same sources; the derivative of a ratio of sums gives the standard error
 */
export function estimateAuc({ positive, negative, variance }: ScoreBins): Estimate {
  const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((all, one) => all + one, 0)
  const [p, n] = [sum(positive), sum(negative)]
  if (p <= 0 || n <= 0) return { value: null, standardError: null }
  const bins = positive.length
  const won = new Float64Array(bins)
  const lost = new Float64Array(bins)
  let [below, above, pairs] = [0, 0, 0]
  for (let bin = 0; bin < bins; bin++) {
    won[bin] = below + negative[bin]! / 2
    pairs += positive[bin]! * won[bin]!
    below += negative[bin]!
  }
  for (let bin = bins - 1; bin >= 0; bin--) {
    lost[bin] = above + positive[bin]! / 2
    above += positive[bin]!
  }
  const auc = pairs / (p * n)
  let squares = 0
  for (let bin = 0; bin < bins; bin++) {
    // One row turning from negative to positive wins over the negatives below it and loses the positives above it.
    const change = (won[bin]! - lost[bin]!) / (p * n) - auc * (1 / p - 1 / n)
    squares += variance[bin]! * change * change
  }
  return { value: auc, standardError: Math.sqrt(squares) }
}
