import { accountant } from './accountant.js'
import { invalidCount, invalidDelta, invalidEpsilon, noNoiseSuffices } from './errors.js'
import { probability, subsampledGaussian } from './events.js'

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
 * never spends more than asked.
 *
 * @returns at least 0.01, a multiple of 0.0001
 * @throws DP-E001, DP-E002, DP-E003, DP-E005 for numbers out of range
 * @throws DP-E004 when no multiplier up to 100000 suffices
 * @example
 *   calibrateNoise({ epsilon: 3, delta: 1e-5, samplingProbability: 0.02, steps: 500 })
 */
export function calibrateNoise(target: CalibrationTarget): number {
  const { epsilon, delta, steps } = target
  if (!(epsilon > 0 && Number.isFinite(epsilon))) throw invalidEpsilon(epsilon)
  if (!(delta > 0 && delta < 1)) throw invalidDelta(delta, '(0, 1)')
  const samplingProbability = probability(target.samplingProbability)
  if (!(Number.isSafeInteger(steps) && steps >= 1)) throw invalidCount('the number of steps', steps, 1)

  const isEnough = (n: number): boolean =>
    accountant()
      .compose(subsampledGaussian({ samplingProbability, noiseMultiplier: n / perUnit }), steps)
      .epsilon(delta) <= epsilon

  let high = perUnit
  while (!isEnough(high)) {
    if (high >= largest * perUnit) throw noNoiseSuffices(epsilon, delta, largest)
    high = Math.min(2 * high, largest * perUnit)
  }
  let low = Math.floor(high / 2)
  while (isEnough(low)) {
    high = low
    if (high <= smallest * perUnit) return high / perUnit
    low = Math.max(Math.floor(low / 2), smallest * perUnit)
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high / perUnit
}
