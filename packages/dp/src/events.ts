import type { Adjacency } from '@attestry/core'
import {
  invalidCount,
  invalidDelta,
  invalidEpsilon,
  invalidParameter,
  invalidSamplingProbability,
  invalidScale,
  unknownEvent,
} from './errors.js'

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
 * One release of a sum with Gaussian noise over a batch of fixed size, all batches of that size equally likely. Neighbours are two
 * data sets of the same size that differ in one unit, exchanged for another.
 */
export interface FixedSizeGaussianEvent {
  readonly kind: 'fixed-size-gaussian'
  /** Size of the batch divided by the number of units. */
  readonly batchShare: number
  /** Standard deviation of the noise divided by the most that exchanging a unit can move the sum: twice the clipping norm. */
  readonly noiseMultiplier: number
}

/** One release of a number with Laplace noise: `scale` is its b divided by the most that one unit can move the number. */
export interface LaplaceEvent {
  readonly kind: 'laplace'
  readonly scale: number
}

/**
 * One release of a number with Laplace noise, over a Poisson sample: each unit is drawn independently with `samplingProbability`.
 *
 * `scale` is the b of the noise divided by the most that one unit, where it is drawn, can move the number.
 */
export interface SubsampledLaplaceEvent {
  readonly kind: 'subsampled-laplace'
  readonly samplingProbability: number
  readonly scale: number
}

/**
 * One release of a whole number with discrete Gaussian noise, P[x] proportional to e^(-x^2 / 2 sigma^2).
 *
 * Unlike that of continuous noise its cost depends on sigma and sensitivity each, not on their ratio alone.
 */
export interface DiscreteGaussianEvent {
  readonly kind: 'discrete-gaussian'
  readonly sigma: number
  /** The most that one unit can move the number: a whole number. */
  readonly sensitivity: number
}

/** One answer given by k-ary randomised response. Neighbours are two answers of one unit: one replaced by the other. */
export interface RandomisedResponseEvent {
  readonly kind: 'randomised-response'
  /** ln of how much likelier the true answer is than any other one. */
  readonly epsilon: number
  readonly categories: number
}

/** Any mechanism of which no more is known than that it is (epsilon, delta)-private. */
export interface ApproximateEvent {
  readonly kind: 'approximate'
  readonly epsilon: number
  readonly delta: number
}

/**
 * The best of K runs of a private mechanism, K drawn at random without looking at the data: how tuning is paid for. Only the
 * best run may be released; what the others gave stays unseen.
 */
export interface RepeatAndSelectEvent {
  readonly kind: 'repeat-and-select'
  /** What one run releases, all of it together. */
  readonly run: readonly { readonly event: BaseEvent; readonly count: number }[]
  /** The distribution of K: Poisson, or the truncated negative binomial of this shape (1 geometric, 0 logarithmic). */
  readonly trials: 'poisson' | { readonly shape: number }
  /** Mean of K. */
  readonly mean: number
}

/** Releases that are not made of other releases. */
export type BaseEvent =
  | GaussianEvent
  | SubsampledGaussianEvent
  | FixedSizeGaussianEvent
  | LaplaceEvent
  | SubsampledLaplaceEvent
  | DiscreteGaussianEvent
  | RandomisedResponseEvent
  | ApproximateEvent

/**
 * What an accountant adds up. Meanings never change; a new mechanism is a new kind, and an accountant refuses a kind that
 * it has no proof for.
 */
export type PrivacyEvent = BaseEvent | RepeatAndSelectEvent

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

/**
 * A Gaussian release over a batch of fixed size. Only its Rényi curve is known.
 *
 * @throws DP-E003 unless the share lies in (0, 1], DP-E006 unless the noise multiplier is finite and above 0
 * @see Wang, Balle, Kasiviswanathan 2019, arXiv 1808.00087, theorem 9
 */
export function fixedSizeGaussian(options: {
  readonly batchShare: number
  readonly noiseMultiplier: number
}): FixedSizeGaussianEvent {
  return {
    kind: 'fixed-size-gaussian',
    batchShare: probability(options.batchShare),
    noiseMultiplier: scale('the noise multiplier', options.noiseMultiplier),
  }
}

/** A Laplace release. @throws DP-E006 unless the scale is finite and above 0 */
export function laplace(options: { readonly scale: number }): LaplaceEvent {
  return { kind: 'laplace', scale: scale('the scale', options.scale) }
}

/**
 * A Laplace release over a Poisson sample.
 *
 * @throws DP-E003 unless the sampling probability lies in (0, 1], DP-E006 unless the scale is finite and above 0
 */
export function subsampledLaplace(options: {
  readonly samplingProbability: number
  readonly scale: number
}): SubsampledLaplaceEvent {
  return {
    kind: 'subsampled-laplace',
    samplingProbability: probability(options.samplingProbability),
    scale: scale('the scale', options.scale),
  }
}

const largestDiscreteSigma = 10_000

/** A discrete Gaussian release. @throws DP-E018 unless 0 < sigma <= 10000 and the sensitivity is whole */
export function discreteGaussianEvent(options: {
  readonly sigma: number
  readonly sensitivity: number
}): DiscreteGaussianEvent {
  const { sigma, sensitivity } = options
  if (!(sigma > 0 && sigma <= largestDiscreteSigma))
    throw invalidParameter('sigma', sigma, `above 0 and at most ${largestDiscreteSigma}`)
  // Further apart the two distributions share no mass that a double can hold.
  if (!(Number.isSafeInteger(sensitivity) && sensitivity >= 1 && sensitivity <= 30 * sigma + 1))
    throw invalidParameter('the sensitivity', sensitivity, 'a whole number from 1 to 30 sigma')
  return { kind: 'discrete-gaussian', sigma, sensitivity }
}

/** One randomised answer. @throws DP-E001, DP-E018 unless there are 2 to 10^9 categories */
export function randomisedResponseEvent(options: {
  readonly epsilon: number
  readonly categories: number
}): RandomisedResponseEvent {
  const { epsilon, categories } = options
  if (!(epsilon > 0 && epsilon <= largestPure)) throw invalidEpsilon(epsilon, `above 0 and at most ${largestPure}`)
  if (!(Number.isSafeInteger(categories) && categories >= 2 && categories <= 1e9))
    throw invalidParameter('the number of categories', categories, 'a whole number from 2 to 10^9')
  return { kind: 'randomised-response', epsilon, categories }
}

// Beyond it e^-epsilon is below what a double tells from 0, and there is nothing private to speak of.
const largestPure = 500

/** A mechanism that somebody else proved (epsilon, delta)-private. @throws DP-E001, DP-E002 */
export function approximate(options: { readonly epsilon: number; readonly delta: number }): ApproximateEvent {
  const { epsilon, delta } = options
  if (!(epsilon > 0 && epsilon <= largestPure)) throw invalidEpsilon(epsilon, `above 0 and at most ${largestPure}`)
  if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
  return { kind: 'approximate', epsilon, delta }
}

/**
 * The best of a random number of runs.
 *
 * @param options `run` what one run releases; `mean` of the number of runs: above 0 for Poisson, at least 1 otherwise;
 *   `trials` its distribution, geometric by default
 * @throws DP-E018 for a mean or shape out of range, DP-E007 for an event that cannot be repeated
 * @see Papernot, Steinke 2022, arXiv 2110.03620, theorems 2 and 6
 */
export function repeatAndSelect(options: {
  readonly run: readonly { readonly event: PrivacyEvent; readonly count: number }[]
  readonly mean: number
  readonly trials?: RepeatAndSelectEvent['trials']
}): RepeatAndSelectEvent {
  const { mean, trials = { shape: 1 } } = options
  if (!(mean > 0 && mean <= 1e9 && (trials === 'poisson' || mean >= 1)))
    throw invalidParameter('the mean number of runs', mean, trials === 'poisson' ? 'in (0, 10^9]' : 'in [1, 10^9]')
  if (trials !== 'poisson' && !(trials.shape >= 0 && trials.shape <= 100))
    throw invalidParameter('the shape of the number of runs', trials.shape, 'in [0, 100]')
  const run = options.run.map(({ event, count }) => {
    const checked = checkEvent(event)
    if (checked.kind === 'repeat-and-select' || infinite(checked))
      throw unknownEvent(`${checked.kind} in repeated runs`)
    if (!(Number.isSafeInteger(count) && count >= 1)) throw invalidCount('the number of releases', count, 1)
    return { event: checked, count }
  })
  if (run.length === 0) throw invalidCount('the number of releases', 0, 1)
  return { kind: 'repeat-and-select', run, trials, mean }
}

const infinite = (event: BaseEvent): boolean => event.kind === 'approximate' && event.delta > 0

/** An event from outside, checked and copied. @throws DP-E007 for a kind that is not known, DP-E001 to DP-E006, DP-E018 */
export function checkEvent(event: unknown): PrivacyEvent {
  const given = (typeof event === 'object' && event !== null ? event : {}) as { readonly kind?: unknown }
  switch (given.kind) {
    case 'gaussian':
      return gaussian(given as GaussianEvent)
    case 'subsampled-gaussian':
      return subsampledGaussian(given as SubsampledGaussianEvent)
    case 'fixed-size-gaussian':
      return fixedSizeGaussian(given as FixedSizeGaussianEvent)
    case 'laplace':
      return laplace(given as LaplaceEvent)
    case 'subsampled-laplace':
      return subsampledLaplace(given as SubsampledLaplaceEvent)
    case 'discrete-gaussian':
      return discreteGaussianEvent(given as DiscreteGaussianEvent)
    case 'randomised-response':
      return randomisedResponseEvent(given as RandomisedResponseEvent)
    case 'approximate':
      return approximate(given as ApproximateEvent)
    case 'repeat-and-select': {
      const { run, mean, trials } = given as Partial<RepeatAndSelectEvent>
      if (
        !Array.isArray(run) ||
        typeof mean !== 'number' ||
        (trials !== 'poisson' && typeof trials?.shape !== 'number')
      )
        throw unknownEvent(given.kind)
      return repeatAndSelect({ run, mean, trials })
    }
    default:
      throw unknownEvent(given.kind)
  }
}

/** Which data sets an event takes for neighbours, where it is proved for one relation only. */
export function relationOf(event: PrivacyEvent): Adjacency | undefined {
  const isSampled = event.kind === 'subsampled-gaussian' || event.kind === 'subsampled-laplace'
  if (isSampled && event.samplingProbability < 1) return 'add-or-remove-one'
  if (event.kind === 'randomised-response' || event.kind === 'fixed-size-gaussian') return 'replace-one'
  if (event.kind === 'repeat-and-select')
    return event.run.map(({ event: one }) => relationOf(one)).find(relation => relation !== undefined)
  return undefined
}

export const isAdjacency = (value: unknown): value is Adjacency =>
  value === 'add-or-remove-one' || value === 'replace-one'

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
