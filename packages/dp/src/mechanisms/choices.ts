import { invalidCount, invalidEpsilon } from '../errors.js'
import { scale } from '../events.js'
import { bernoulliExp, discreteLaplace, uniformBelow } from './exact-samplers.js'
import { wordsFor, type RandomOptions } from './random-words.js'
import { ceiling, exactRational } from './rational.js'

export interface ChoiceOptions extends RandomOptions {
  /** Above 0, for all answers together. */
  readonly epsilon: number
  /** How far one unit can move a score, above 0; declared, never read off the data. */
  readonly sensitivity: number
}

// Scores are rounded to a power of two far below the sensitivity; rounding can move a score by one step more.
function steps({ epsilon, sensitivity }: ChoiceOptions): { of: (score: number) => bigint; most: bigint } {
  if (!(typeof epsilon === 'number' && epsilon > 0 && Number.isFinite(epsilon))) throw invalidEpsilon(epsilon)
  const step = 2 ** (Math.floor(Math.log2(scale('the sensitivity', sensitivity))) - 20)
  return { of: score => BigInt(Math.round(scoreOf(score) / step)), most: BigInt(Math.floor(sensitivity / step)) + 1n }
}

// A throw that depends on the data would tell about them.
const scoreOf = (score: number): number => (Number.isFinite(score) ? score : 0)

/**
 * The place of the largest score, or of one nearly as large: epsilon-private, whatever the number of candidates.
 *
 * Permute and flip: candidates come up in random order, each is taken with probability e^(-epsilon gap / 2 sensitivity). Its
 * expected gap is at most that of the exponential mechanism, 2 sensitivity ln(candidates) / epsilon. A score that is not
 * finite counts as 0.
 *
 * @throws DP-E001, DP-E005, DP-E006
 * @see McKenna, Sheldon 2020, arXiv 2010.12603, algorithm 1
 */
export function noisyMax(
  scores: readonly number[],
  options: ChoiceOptions,
): {
  readonly index: number
  readonly epsilon: number
  readonly sensitivity: number
  readonly expectedGapAtMost: number
} {
  if (scores.length < 1) throw invalidCount('the number of scores', scores.length, 1)
  const { of, most } = steps(options)
  const { epsilon, sensitivity } = options
  const rate = exactRational(epsilon)
  const { words } = wordsFor(options)
  const left = scores.map((score, index) => ({ index, units: of(score) }))
  const best = left.reduce((a, { units }) => (units > a ? units : a), left[0]!.units)
  while (true) {
    const place = Number(uniformBelow(BigInt(left.length), words))
    const { index, units } = left[place]!
    if (bernoulliExp((best - units) * rate.num, 2n * most * rate.den, words))
      return { index, epsilon, sensitivity, expectedGapAtMost: (2 * sensitivity * Math.log(scores.length)) / epsilon }
    left[place] = left[left.length - 1]!
    left.pop()
  }
}

/** Answers whether queries lie above a threshold, at the cost of those that do. */
export interface SparseVector {
  /** Whether a query's result lies at or above the threshold, by noisy comparison. @throws DP-E005 once all answers are used */
  isAbove(result: number): boolean
  /** How many more times `isAbove` may answer true. */
  readonly left: number
  readonly epsilon: number
  /** The b of the Laplace noise of the threshold and of each query. */
  readonly scales: { readonly threshold: number; readonly query: number }
}

/**
 * The sparse vector technique: any number of queries, of which `positives` may be answered true, for one epsilon.
 *
 * The threshold has noise of scale sensitivity / e1, drawn once; each query has noise of its own of scale
 * 2 positives sensitivity / e2. e1 : e2 is 1 : (2 positives)^(2/3), their sum epsilon. No noisy result is given out, noise
 * is never reused, and it ends after `positives` true answers: variants without one of these are not private.
 *
 * @throws DP-E001, DP-E005, DP-E006
 * @see Lyu, Su, Li 2017, arXiv 1603.01699, algorithm 1 and section 4.2
 */
export function sparseVector(
  options: ChoiceOptions & { readonly threshold: number; readonly positives: number },
): SparseVector {
  const { epsilon, sensitivity, positives } = options
  if (!(Number.isSafeInteger(positives) && positives >= 1)) throw invalidCount('positives', positives, 1)
  const { of, most } = steps(options)
  const { words } = wordsFor(options)
  const first = epsilon / (1 + (2 * positives) ** (2 / 3))
  // A hair less, so that the rounded parts do not add up to more than epsilon.
  const second = (epsilon - first) * (1 - 1e-12)
  const noiseOf = (times: bigint, part: number): bigint => {
    const { num, den } = exactRational(part)
    return ceiling({ num: times * most * den, den: num })
  }
  const [b1, b2] = [noiseOf(1n, first), noiseOf(2n * BigInt(positives), second)]
  const limit = of(options.threshold) + discreteLaplace({ num: b1, den: 1n }, words)
  const perStep = sensitivity / Number(most)
  let left = positives
  return {
    epsilon,
    scales: { threshold: Number(b1) * perStep, query: Number(b2) * perStep },
    get left() {
      return left
    },
    isAbove(result) {
      if (left === 0) throw invalidCount('the number of true answers left', left, 1)
      const isAbove = of(result) + discreteLaplace({ num: b2, den: 1n }, words) >= limit
      if (isAbove) left--
      return isAbove
    },
  }
}
