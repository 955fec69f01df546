import { badCounts } from './errors.js'
import { lowerBound, normalQuantile } from './statistics.js'

export interface RadiusInput {
  /** Noisy copies that were given the class. */
  readonly successes: number
  /** Noisy copies. */
  readonly trials: number
  /** Probability that the radius does not hold. */
  readonly alpha: number
  /** Standard deviation of the noise. */
  readonly sigma: number
}

/**
 * The L2 radius within which the smoothed model keeps its class, with probability at least 1 - alpha; null when the class is
 * not certain enough (the bound on its probability is at most one half).
 *
 * @throws ROBUST-E003
 * @see Cohen, Rosenfeld, Kolter 2019, arXiv 1902.02918, Theorem 1 and Algorithm CERTIFY
 */
export function certifiedRadius({ successes, trials, alpha, sigma }: RadiusInput): number | null {
  if (!(sigma > 0)) throw badCounts(`sigma ${sigma}`)
  const bound = lowerBound(successes, trials, alpha)
  return bound > 0.5 ? sigma * normalQuantile(bound) : null
}
