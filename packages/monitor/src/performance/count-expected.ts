import { calibrated, type Calibration } from './calibration.js'
import type { ExpectedCounts, ScoreBins } from './expected.js'

/** Bins over scores from 0 to 1 for an expected ROC curve. */
export const aucBins = 1000

/** The bin of a score from 0 to 1. */
export const aucBinOf = (score: number): number => Math.min(aucBins - 1, Math.floor(score * aucBins))

type Writable<T> = { -readonly [name in keyof T]: T[name] }

export const noneExpected = (): Writable<ExpectedCounts> => ({
  selected: 0,
  selectedPositive: 0,
  selectedVariance: 0,
  rest: 0,
  restPositive: 0,
  restVariance: 0,
})

/** Adds a row with calibrated probability `p`. */
export function addExpected(counts: Writable<ExpectedCounts>, p: number, isSelected: boolean): void {
  if (isSelected) {
    counts.selected++
    counts.selectedPositive += p
    counts.selectedVariance += p * (1 - p)
  } else {
    counts.rest++
    counts.restPositive += p
    counts.restVariance += p * (1 - p)
  }
}

/** What two windows add up to. */
export const mergeExpected = (a: ExpectedCounts, b: ExpectedCounts): ExpectedCounts => ({
  selected: a.selected + b.selected,
  selectedPositive: a.selectedPositive + b.selectedPositive,
  selectedVariance: a.selectedVariance + b.selectedVariance,
  rest: a.rest + b.rest,
  restPositive: a.restPositive + b.restPositive,
  restVariance: a.restVariance + b.restVariance,
})

/**
 * Counts rows at once.
 *
 * @param scores from 0 to 1; a row whose score is no such number takes no part
 * @param selected whether each row was predicted positive
 */
export function countExpected(
  scores: ArrayLike<number>,
  selected: ArrayLike<boolean>,
  calibration: Calibration,
): { readonly counts: ExpectedCounts; readonly bins: ScoreBins } {
  const counts = noneExpected()
  const zeros = (): Float64Array => new Float64Array(aucBins)
  const bins = { positive: zeros(), negative: zeros(), variance: zeros() }
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!
    if (!(score >= 0 && score <= 1)) continue
    const p = calibrated(calibration, score)
    addExpected(counts, p, selected[row]!)
    const bin = aucBinOf(score)
    bins.positive[bin]! += p
    bins.negative[bin]! += 1 - p
    bins.variance[bin]! += p * (1 - p)
  }
  return { counts, bins }
}
