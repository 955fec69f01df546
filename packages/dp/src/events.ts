import { invalidSamplingProbability, invalidScale, unknownEvent } from './errors.js'

/**
 * One release of a sum with Gaussian noise, over all units.
 *
 * `noiseMultiplier` is the noise's standard deviation divided by the most that one unit can add to the sum (its L2
 * sensitivity, the clipping norm in training).
 */
export interface GaussianEvent {
  readonly kind: 'gaussian'
  readonly noiseMultiplier: number
}

/**
 * One release of a sum with Gaussian noise, over a Poisson sample: each unit is drawn independently with
 * `samplingProbability`. Shuffled or fixed-size batches are another mechanism, for which this event must not be used.
 */
export interface SubsampledGaussianEvent {
  readonly kind: 'subsampled-gaussian'
  readonly samplingProbability: number
  readonly noiseMultiplier: number
}

/**
 * What an accountant adds up. Meanings never change; a new mechanism is a new kind, and an accountant refuses a kind that
 * it has no proof for. Neighbouring data sets differ by one unit added or removed.
 */
export type PrivacyEvent = GaussianEvent | SubsampledGaussianEvent

/** A Gaussian release. @throws DP-E006 unless the noise multiplier is finite and above 0 */
export function gaussian(options: { readonly noiseMultiplier: number }): GaussianEvent {
  return { kind: 'gaussian', noiseMultiplier: scale('the noise multiplier', options.noiseMultiplier) }
}

/**
 * A Gaussian release over a Poisson sample: one step of DP-SGD.
 *
 * @throws DP-E003 unless the sampling probability lies in (0, 1]
 * @throws DP-E006 unless the noise multiplier is finite and above 0
 */
export function subsampledGaussian(options: {
  readonly samplingProbability: number
  readonly noiseMultiplier: number
}): SubsampledGaussianEvent {
  return {
    kind: 'subsampled-gaussian',
    samplingProbability: probability(options.samplingProbability),
    noiseMultiplier: scale('the noise multiplier', options.noiseMultiplier),
  }
}

/** An event from outside, checked and copied. @throws DP-E007 for a kind that is not known, DP-E003, DP-E006 */
export function checkEvent(event: unknown): PrivacyEvent {
  const given = (typeof event === 'object' && event !== null ? event : {}) as { readonly kind?: unknown }
  if (given.kind === 'gaussian') return gaussian(given as GaussianEvent)
  if (given.kind === 'subsampled-gaussian') return subsampledGaussian(given as SubsampledGaussianEvent)
  throw unknownEvent(given.kind)
}

/** @throws DP-E003 */
export function probability(q: unknown): number {
  if (typeof q === 'number' && q > 0 && q <= 1) return q
  throw invalidSamplingProbability(q)
}

/** @throws DP-E006 */
export function scale(what: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value
  throw invalidScale(what, value)
}
