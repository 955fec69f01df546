import { invalidConfidence, invalidDelta, invalidParameter } from '../errors.js'
import { logBinomialRow } from '../log-space.js'
import { nextWord } from '../keystream.js'
import { wordsFor, type RandomOptions } from '../mechanisms/random-words.js'
import { unusableAudit } from './errors.js'

/** What came out when somebody guessed which canaries a model was trained on. */
export interface CanaryGuesses {
  /** Canaries, each included by its own fair coin; 1 to 1,000,000. */
  readonly canaries: number
  /** Canaries that were guessed on; the guesser abstained from the others. */
  readonly guesses: number
  /** Guesses that were right, included or not. */
  readonly correct: number
  /** The delta at which epsilon is bounded, in [0, 1). */
  readonly delta: number
}

const mostCanaries = 1_000_000

/**
 * The chance of so many right guesses, at most, when the training is (epsilon, delta)-private for adding or removing one
 * canary: P[B >= v] + 2 m delta max over i of P[v - i <= B < v] / i, with B binomial of r guesses that are each right with
 * probability e^epsilon / (1 + e^epsilon).
 *
 * Sums of binomial terms, without simulation or approximation.
 *
 * @see Steinke, Nasr, Jagielski 2023, arXiv 2305.08846, theorem 5.2
 */
function pValueAt({ canaries, guesses, correct, delta }: CanaryGuesses): (epsilon: number) => number {
  const ways = logBinomialRow(guesses)
  return epsilon => {
    const logRight = -Math.log1p(Math.exp(-epsilon))
    const logWrong = logRight - epsilon
    const chanceOf = (right: number): number => Math.exp(ways[right]! + right * logRight + (guesses - right) * logWrong)
    let atLeast = 0
    for (let right = guesses; right >= correct; right--) atLeast += chanceOf(right)
    if (delta === 0) return Math.min(1, atLeast)
    let justBelow = 0
    let steepest = 0
    for (let i = 1; i <= correct; i++) {
      justBelow += chanceOf(correct - i)
      steepest = Math.max(steepest, justBelow / i)
    }
    return Math.min(1, atLeast + 2 * canaries * delta * steepest)
  }
}

/**
 * Epsilon is at least this, with the stated confidence, when so many guesses about the canaries of one training run were
 * right; 0 when they show nothing.
 *
 * The number of guesses has to be fixed before the outcome is seen: the best of several numbers is no bound. The training
 * may have any number of other records, and the guesser may have seen everything but the coins.
 *
 * @param confidence how often such a bound is not above the true epsilon, in (0, 1)
 * @returns at most 64, which a million right guesses do not reach
 * @throws DP-E018 for counts that do not fit together; DP-E002, DP-E017 for a delta or confidence out of range
 * @see Steinke, Nasr, Jagielski 2023, arXiv 2305.08846, theorem 5.2
 * @example
 *   epsilonFromGuesses({ canaries: 1000, guesses: 100, correct: 98, delta: 1e-5 }, 0.95) // 2.7109
 */
export function epsilonFromGuesses(outcome: CanaryGuesses, confidence: number): number {
  const { canaries, guesses, correct, delta } = outcome
  for (const [what, value, least, most] of [
    ['the number of canaries', canaries, 1, mostCanaries],
    ['the number of guesses', guesses, 1, canaries],
    ['the number of correct guesses', correct, 0, guesses],
  ] as const)
    if (!(Number.isSafeInteger(value) && value >= least && value <= most))
      throw invalidParameter(what, value, `a whole number from ${least} to ${most}`)
  if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
  if (!(confidence > 0 && confidence < 1)) throw invalidConfidence(confidence)

  // Every epsilon that the guesses refute is a valid bound, whether or not all smaller ones are found to be refuted.
  const pValue = pValueAt(outcome)
  const isRefuted = (epsilon: number): boolean => pValue(epsilon) <= 1 - confidence
  if (!isRefuted(0)) return 0
  let low = 0
  let high = 64
  while (high - low > 1e-9) {
    const middle = (low + high) / 2
    if (isRefuted(middle)) low = middle
    else high = middle
  }
  return low
}

/** The canaries of one training run, and what the trained model says of each. */
export interface OneRunAudit {
  /** One per canary, larger for those that look trained on, such as minus the loss. */
  readonly scores: ArrayLike<number>
  /** The coin of each canary: whether it was trained on. */
  readonly included: ArrayLike<boolean>
  /**
   * How many canaries are guessed on, an even number fixed before the scores are seen: the half with the highest scores
   * are guessed to be included, the half with the lowest not to be.
   */
  readonly guesses: number
  /** What is claimed of the training. */
  readonly epsilon: number
  readonly delta: number
  /** In (0, 1), such as 0.95. */
  readonly confidence: number
}

/** What the audit of one training run found. */
export interface OneRunAuditResult extends CanaryGuesses {
  readonly confidence: number
  /** Epsilon is at least this at `delta`; 0 when nothing could be shown. */
  readonly epsilonAtLeast: number
  /** The claim does not hold. An audit refutes a claim; it never proves one. */
  readonly isRefuted: boolean
}

/**
 * Tries to refute the epsilon that is claimed of a training, from one run with canaries in it.
 *
 * Unlike the attack on rows of the data, its confidence holds for a single run: nothing is random but the coins.
 *
 * @throws DP-E060 for scores and coins that do not fit together, a NaN, or an odd number of guesses; and what
 * `epsilonFromGuesses` throws
 */
export function auditOneRun({ scores, included, guesses, epsilon, delta, confidence }: OneRunAudit): OneRunAuditResult {
  const canaries = scores.length
  if (included.length !== canaries)
    throw unusableAudit(`there are ${canaries} scores and ${included.length} coins of canaries`)
  if (Array.from(scores).some(Number.isNaN)) throw unusableAudit('the score of a canary is NaN')
  if (guesses % 2 !== 0 || guesses > canaries)
    throw unusableAudit(`${guesses} guesses on ${canaries} canaries, which is not an even number of them`)
  const fromHighest = Array.from({ length: canaries }, (_, i) => i).sort((a, b) =>
    scores[a]! > scores[b]! ? -1 : scores[a]! < scores[b]! ? 1 : 0,
  )
  const half = guesses / 2
  const correct =
    fromHighest.slice(0, half).filter(i => included[i]!).length +
    fromHighest.slice(canaries - half).filter(i => !included[i]!).length
  const outcome = { canaries, guesses, correct, delta }
  const epsilonAtLeast = epsilonFromGuesses(outcome, confidence)
  return { ...outcome, confidence, epsilonAtLeast, isRefuted: epsilonAtLeast > epsilon }
}

/**
 * A fair coin for each of `count` canaries, from the operating system's generator: true for those to train on.
 *
 * @throws DP-E018 unless count is a whole number from 1 to 1,000,000; DP-E010 for a seed that is not 32 bytes
 */
export function canaryCoins(count: number, options: RandomOptions = {}): boolean[] {
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= mostCanaries))
    throw invalidParameter('the number of canaries', count, `a whole number from 1 to ${mostCanaries}`)
  const { words } = wordsFor(options)
  return Array.from({ length: count }, () => nextWord(words) >= 2 ** 31)
}
