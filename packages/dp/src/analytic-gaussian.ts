import { invalidDelta, invalidEpsilon } from './errors.js'
import { scale } from './events.js'
import { erfcx, normalCdf } from './normal.js'

/**
 * The delta of one Gaussian release at an epsilon, rounded up.
 *
 * delta = Phi(mu/2 - epsilon/mu) - e^epsilon Phi(-mu/2 - epsilon/mu), with mu the sensitivity divided by the standard
 * deviation. Both terms share the factor e^(-a^2/2) with a = mu/2 - epsilon/mu, so that e^epsilon is never formed.
 *
 * @see Balle, Wang 2018, arXiv 1805.06530, theorem 8
 */
export function gaussianDelta(mu: number, epsilon: number): number {
  const a = mu / 2 - epsilon / mu
  const b = -mu / 2 - epsilon / mu
  const common = 0.5 * Math.exp((-a * a) / 2)
  const first = a < 0 ? common * erfcx(-a * Math.SQRT1_2) : normalCdf(a)
  const difference = Math.max(0, first - common * erfcx(-b * Math.SQRT1_2))
  // What rounding can hide: a few units in the last place of the larger term, and of the exponent.
  return Math.min(1, difference * (1 + 1e-13) + first * 2e-15)
}

/** The smallest epsilon >= 0 with `gaussianDelta(mu, epsilon) <= delta`, rounded up; infinite at delta 0. */
export function gaussianEpsilon(mu: number, delta: number): number {
  if (delta === 0) return Infinity
  if (gaussianDelta(mu, 0) <= delta) return 0
  let low = 0
  let high = 1
  while (gaussianDelta(mu, high) > delta) {
    low = high
    high *= 2
    if (high === Infinity) return Infinity
  }
  return bisect(low, high, epsilon => gaussianDelta(mu, epsilon) <= delta)
}

/**
 * The standard deviation with which one Gaussian release is (epsilon, delta)-private, rounded up in its last digits.
 *
 * Exact for every epsilon. The textbook sqrt(2 ln(1.25/delta)) / epsilon adds 30 % too much at epsilon 1 and too little
 * at epsilon 16.
 *
 * @param target `sensitivity` is the largest L2 distance between the results of neighbouring data sets, from declared
 *   bounds; sigma has its unit
 * @throws DP-E001, DP-E002, DP-E006 for numbers out of range
 * @see Balle, Wang 2018, arXiv 1805.06530, algorithm 1
 * @example
 *   analyticGaussianSigma({ epsilon: 1, delta: 1e-5, sensitivity: 1 })    // 3.7306...
 */
export function analyticGaussianSigma(target: {
  readonly epsilon: number
  readonly delta: number
  readonly sensitivity: number
}): number {
  const { epsilon, delta } = target
  if (!(epsilon > 0 && Number.isFinite(epsilon))) throw invalidEpsilon(epsilon)
  if (!(delta > 0 && delta < 1)) throw invalidDelta(delta, '(0, 1)')
  const sensitivity = scale('the sensitivity', target.sensitivity)
  const isEnough = (sigma: number): boolean => gaussianDelta(1 / sigma, epsilon) <= delta
  let high = 1
  while (!isEnough(high)) high *= 2
  let low = high / 2
  while (isEnough(low)) {
    high = low
    low /= 2
  }
  return bisect(low, high, isEnough) * sensitivity
}

/** The smallest double, up to one step, for which a monotone condition holds; `high` holds and `low` does not. */
function bisect(low: number, high: number, holds: (value: number) => boolean): number {
  while (true) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) return high
    if (holds(middle)) high = middle
    else low = middle
  }
}
