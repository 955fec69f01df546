import { invalidConfidence, invalidCount, invalidDelta, invalidParameter } from '../errors.js'

/** What an auditor guessed about canaries that a fair coin put in or left out of one training run. */
export interface CanaryGuesses {
  /** Canaries, each included by a fair coin of its own; at least 1. */
  readonly canaries: number
  /** Guesses made; the auditor may abstain from the others. */
  readonly guesses: number
  /** Guesses that were right. */
  readonly correct: number
}

export interface OneRunOptions {
  /** In [0, 1): the delta of the claim that is tested. */
  readonly delta: number
  /** In (0, 1), 0.95 by default. */
  readonly confidence?: number
}

/**
 * A lower bound on epsilon from one training run.
 *
 * If the run is (epsilon, delta)-private, the number of right guesses is hardly larger than that of an auditor whom randomised
 * response with e^epsilon / (1 + e^epsilon) answers. The bound is the largest epsilon under which so many right guesses have at
 * most the chance 1 - confidence. It holds with that confidence whatever the canaries and however they were guessed, as
 * long as each was included by its own fair coin. It refutes; it never proves that a claim is true.
 *
 * @throws DP-E005 and DP-E018 for counts that do not fit one another, DP-E002, DP-E017
 * @see Steinke, Nasr, Jagielski 2023, arXiv 2305.08846, theorem 5.2
 */
export function oneRunAudit({ canaries, guesses, correct }: CanaryGuesses, options: OneRunOptions): number {
  const { delta, confidence = 0.95 } = options
  for (const [what, count, least] of [
    ['the number of canaries', canaries, 1],
    ['the number of guesses', guesses, 0],
    ['the number of right guesses', correct, 0],
  ] as const)
    if (!(Number.isSafeInteger(count) && count >= least)) throw invalidCount(what, count, least)
  if (guesses > canaries)
    throw invalidParameter('the number of guesses', guesses, `at most that of canaries, ${canaries}`)
  if (correct > guesses)
    throw invalidParameter('the number of right guesses', correct, `at most that of guesses, ${guesses}`)
  if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
  if (!(confidence > 0 && confidence < 1)) throw invalidConfidence(confidence)
  const isRefuted = (epsilon: number): boolean =>
    chanceOf({ canaries, guesses, correct }, epsilon, delta) <= 1 - confidence
  if (!isRefuted(0)) return 0
  let [low, high] = [0, 1]
  while (isRefuted(high)) {
    low = high
    high *= 2
    // Beyond it a right answer of randomised response is certain to the last digit.
    if (high > 100) return low
  }
  while (high - low > 1e-6) {
    const middle = (low + high) / 2
    if (isRefuted(middle)) low = middle
    else high = middle
  }
  return low
}

/** The most that so many right guesses can be expected for under (epsilon, delta). */
function chanceOf({ canaries, guesses, correct }: CanaryGuesses, epsilon: number, delta: number): number {
  const right = 1 / (1 + Math.exp(-epsilon))
  const chances = binomialChances(guesses, right)
  let atLeast = 0
  for (let i = guesses; i >= correct; i--) atLeast += chances[i]!
  let between = 0
  let worst = 0
  for (let i = 1; i <= correct; i++) {
    between += chances[correct - i]!
    worst = Math.max(worst, between / i)
  }
  return atLeast + 2 * canaries * delta * worst
}

/** P[exactly i of n] for all i, by the ratio of neighbours from the likeliest one, so that nothing overflows. */
function binomialChances(n: number, p: number): Float64Array {
  const chances = new Float64Array(n + 1)
  const likeliest = Math.min(n, Math.floor((n + 1) * p))
  const odds = p / (1 - p)
  chances[likeliest] = 1
  let total = 1
  for (let i = likeliest; i < n; i++) total += chances[i + 1] = (chances[i]! * (n - i) * odds) / (i + 1)
  for (let i = likeliest; i > 0; i--) total += chances[i - 1] = (chances[i]! * i) / ((n - i + 1) * odds)
  return chances.map(chance => chance / total)
}

/** How many canaries to guess about on either side; the auditor abstains from the others. */
export interface GuessCounts {
  /** The highest scores, taken for included; at least 0. */
  readonly included: number
  /** The lowest scores, taken for left out; at least 0. */
  readonly leftOut: number
}

/**
 * Guesses from the scores of canaries: the highest are taken for included, the lowest for left out, and the auditor abstains
 * from those between.
 *
 * A model that remembers its rows does well on all of them, and also on many rows that it never saw: where scores are losses, a
 * large loss tells more than a small one, and the guesses are best spent on `leftOut`.
 *
 * @param scores larger for canaries that look trained on, such as minus the loss; equal ones are taken in their order, which
 * must not follow from `included`
 * @param included what the coins said, by canary
 * @param counts how many to guess, as one number for either side alike or as two; must be chosen without looking at `included`
 * @throws DP-E005, DP-E018
 */
export function guessCanaries(
  scores: Float64Array,
  included: readonly boolean[],
  counts: number | GuessCounts,
): CanaryGuesses {
  if (scores.length !== included.length)
    throw invalidParameter('the number of coins', included.length, `that of scores, ${scores.length}`)
  const { included: high, leftOut: low } = typeof counts === 'number' ? { included: counts, leftOut: counts } : counts
  const least = typeof counts === 'number' ? 1 : 0
  for (const count of [high, low])
    if (!(Number.isSafeInteger(count) && count >= least))
      throw invalidCount('the number of guesses on either side', count, least)
  if (high + low > scores.length)
    throw invalidParameter('the number of guesses', high + low, `at most that of canaries, ${scores.length}`)
  const order = Array.from(scores, (score, i) => ({ score: Number.isNaN(score) ? -Infinity : score, i })).sort(
    (a, b) => a.score - b.score || a.i - b.i,
  )
  const isIncluded = ({ i }: { readonly i: number }): boolean => included[i]!
  const correct =
    order.slice(0, low).filter(one => !isIncluded(one)).length +
    order.slice(order.length - high).filter(isIncluded).length
  return { canaries: scores.length, guesses: high + low, correct }
}
