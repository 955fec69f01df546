import type { AccountantFactory, CountedEvent } from './accountant.js'
import { accountant, RdpAccountant } from './accountants.js'
import { invalidCount, invalidDelta, invalidEpsilon, noNoiseSuffices } from './errors.js'
import { subsampledGaussian } from './events.js'

/** What a training run may spend, and how it samples. */
export interface CalibrationTarget {
  /** Above 0, for the whole training. */
  readonly epsilon: number
  /** In (0, 1), for the whole training. */
  readonly delta: number
  /** In (0, 1]: a declared number, never read from a batch. */
  readonly samplingProbability: number
  /** Number of noisy releases, at least 1. */
  readonly steps: number
}

const perUnit = 10_000
const smallest = 0.01
const largest = 100_000

/**
 * The noise multiplier for which `steps` Poisson-sampled Gaussian steps stay within (epsilon, delta).
 *
 * It is the standard deviation of the noise divided by the clipping norm, so it has no unit. The search runs over whole
 * ten-thousandths and returns one at which the accountant was asked and answered at most `epsilon`: the printed value
 * never spends more than asked. It leaves at most a ten-thousandth of epsilon unspent, or the next smaller would spend more.
 *
 * @returns at least 0.01, a multiple of 0.0001
 * @throws DP-E001, DP-E002, DP-E003, DP-E005 for numbers out of range
 * @throws DP-E004 when no multiplier up to 100000 suffices
 * @example
 *   calibrateNoise({ epsilon: 3, delta: 1e-5, samplingProbability: 0.02, steps: 500 })
 */
export function calibrateNoise(target: CalibrationTarget): number {
  return calibrate(target, noiseMultiplier => ({
    event: subsampledGaussian({ samplingProbability: target.samplingProbability, noiseMultiplier }),
    count: target.steps,
  }))
}

/** The same for what any noise multiplier releases. */
export function calibrate(
  { epsilon, delta, steps }: Omit<CalibrationTarget, 'samplingProbability'>,
  releaseOf: (noiseMultiplier: number) => CountedEvent,
): number {
  if (!(epsilon > 0 && Number.isFinite(epsilon))) throw invalidEpsilon(epsilon)
  if (!(delta > 0 && delta < 1)) throw invalidDelta(delta, '(0, 1)')
  if (!(Number.isSafeInteger(steps) && steps >= 1)) throw invalidCount('the number of steps', steps, 1)

  const spent = (by: AccountantFactory, n: number): number => {
    const { event, count } = releaseOf(n / perUnit)
    return by().compose(event, count).epsilon(delta).upper
  }
  const loosely = leastEnough(n => spent(RdpAccountant, n) <= epsilon)
  if (loosely === undefined) throw noNoiseSuffices(epsilon, delta, largest)
  const slope = Math.log(spent(RdpAccountant, loosely) / spent(RdpAccountant, 1.02 * loosely)) / Math.log(1.02)
  return closeIn(n => spent(accountant, n), epsilon, loosely, slope) / perUnit
}

/** The least n in range for which it is enough, by doubling, halving and bisection. */
function leastEnough(isEnough: (n: number) => boolean): number | undefined {
  let high = perUnit
  while (!isEnough(high)) {
    if (high >= largest * perUnit) return undefined
    high = Math.min(2 * high, largest * perUnit)
  }
  let low = Math.floor(high / 2)
  while (isEnough(low)) {
    high = low
    if (high <= smallest * perUnit) return high
    low = Math.max(Math.floor(low / 2), smallest * perUnit)
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}

/** Which part of epsilon may stay unspent. */
const unspent = 1e-4

/**
 * From an n that is enough down to where nearly all of epsilon is spent, by the Illinois variant of the false position on
 * logarithms, in which epsilon is nearly straight.
 *
 * @param slope about how fast ln epsilon falls with ln n, for the first guess
 */
function closeIn(spent: (n: number) => number, epsilon: number, enough: number, slope: number): number {
  // 0 where half of what may stay unspent does, so that a guess that is nearly right is good enough.
  const miss = (n: number): number => Math.log(spent(n) / epsilon) + unspent / 2
  const isEnough = (value: number): boolean => value <= unspent / 2
  let high = enough
  let above = miss(high)
  let low = high
  let below = above
  while (isEnough(below)) {
    if (low <= smallest * perUnit) return low
    ;[high, above] = [low, below]
    const step = 1.003 * Math.exp(Math.max(0, -below / slope))
    low = Math.max(Math.floor(low / (step < 2 ? step : 2)), smallest * perUnit)
    below = miss(low)
  }
  let [weightLow, weightHigh] = [below, above]
  while (high - low > 1 && above < -unspent / 2) {
    const share = weightLow / (weightLow - weightHigh)
    const guess = Math.round(low * (high / low) ** (Number.isFinite(share) ? share : 0.5))
    const n = Math.min(high - 1, Math.max(low + 1, guess))
    const here = miss(n)
    if (isEnough(here)) {
      ;[high, above, weightHigh] = [n, here, here]
      weightLow /= 2
    } else {
      ;[low, weightLow] = [n, here]
      weightHigh /= 2
    }
  }
  return high
}
