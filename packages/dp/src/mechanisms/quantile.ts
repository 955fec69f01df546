import { invalidParameter } from '../errors.js'
import type { Adjacency } from '@attestry/core'
import { checkAdjacency, checkBounds } from './aggregates.js'
import { noisyMax } from './choices.js'
import type { Bounds } from './grid-noise.js'
import type { RandomOptions } from './random-words.js'

export interface QuantileOptions extends RandomOptions {
  /** In (0, 1): 0.5 for the median. */
  readonly quantile: number
  /** Above 0. */
  readonly epsilon: number
  /** Declared, never read off the data. */
  readonly bounds: Bounds
  readonly adjacency: Adjacency
  /** Into how many equal parts the bounds are cut; the answer is one of their ends. 1000 by default, at most a million. */
  readonly parts?: number
}

/** A quantile, and how it was chosen. */
export interface NoisyQuantile {
  readonly value: number
  readonly epsilon: number
  /** How far one unit can move the score of a candidate. */
  readonly sensitivity: number
  /** By how many ranks the answer misses the quantile at most, in expectation, beyond what the parts are too coarse for. */
  readonly expectedRankErrorAtMost: number
}

/**
 * A value below which about a share of the values lies: epsilon-private.
 *
 * Each end of a part is scored by how many ranks it misses the quantile by, and one of the best is chosen (`noisyMax`). Values
 * outside the bounds count as lying at them, and missing ones (NaN) in the middle.
 *
 * @throws DP-E001, DP-E040, DP-E043; DP-E018 for a quantile or number of parts out of range
 * @see Smith 2011, "Privacy-preserving statistical estimation with optimal convergence rates", algorithm 2
 */
export function noisyQuantile(values: Iterable<number>, options: QuantileOptions): NoisyQuantile {
  const { quantile, parts = 1000 } = options
  const { min, max } = checkBounds(options.bounds)
  if (!(quantile > 0 && quantile < 1)) throw invalidParameter('the quantile', quantile, 'in (0, 1)')
  if (!(Number.isSafeInteger(parts) && parts >= 1 && parts <= 1e6))
    throw invalidParameter('the number of parts', parts, 'a whole number from 1 to 1,000,000')
  const candidates = Array.from({ length: parts + 1 }, (_, i) => (i === parts ? max : min + (i * (max - min)) / parts))
  const at = new Float64Array(parts + 1)
  let rows = 0
  for (const value of values) {
    const known = Number.isNaN(value) ? min + (max - min) / 2 : Math.min(max, Math.max(min, value))
    at[firstAtLeast(candidates, known)]!++
    rows++
  }
  let atMost = 0
  const scores = candidates.map((_, i) => -Math.abs((atMost += at[i]!) - quantile * rows))
  // A row that comes or goes moves the ranks below and the wanted rank; one that moves from end to end changes a rank by one.
  const sensitivity = checkAdjacency(options.adjacency) === 'replace-one' ? 1 : Math.max(quantile, 1 - quantile)
  const { index, epsilon, expectedGapAtMost } = noisyMax(scores, { ...options, sensitivity })
  return { value: candidates[index]!, epsilon, sensitivity, expectedRankErrorAtMost: expectedGapAtMost }
}

/** The first place in a rising list whose value is at least the given one, which is no larger than the last. */
function firstAtLeast(rising: readonly number[], value: number): number {
  let [low, high] = [0, rising.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rising[middle]! >= value) high = middle
    else low = middle + 1
  }
  return low
}
