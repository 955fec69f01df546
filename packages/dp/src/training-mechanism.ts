import { adjacencyOf, type Sampling } from '@attestry/core'
import { accountant } from './accountants.js'
import { calibrate } from './calibration.js'
import { fixedSizeGaussian, gaussian, subsampledGaussian } from './events.js'
import type { CountedEvent, EpsilonBounds } from './accountant.js'

/** A sampler with the noise of a step: all that decides what steps cost. */
export type SampledNoise = Sampling & {
  /** Standard deviation of the noise divided by the clipping norm; with adaptive clipping that of a step as a whole. */
  readonly noiseMultiplier: number
}

/**
 * What `steps` steps of training release. The only place where a sampler is given its accounting.
 *
 * Poisson: a sampled Gaussian release per step, for adding or removing a record. Shuffled: a record is in one batch of a pass,
 * whichever; so a pass is one Gaussian release of twice the clipping norm, for exchanging a record, without any amplification.
 * Fixed size: a release over a random batch per step, of twice the clipping norm, for exchanging a record.
 *
 * With adaptive clipping a step also releases a noisy count, and is still the same release: see `gradientNoise`. Exchanging a record
 * moves the count by 1 where adding or removing one moves it by 1/2, and the sum by twice the norm.
 */
export function trainingEvent(mechanism: SampledNoise, steps: number): CountedEvent {
  const exchanged = { noiseMultiplier: mechanism.noiseMultiplier / 2 }
  switch (mechanism.sampler) {
    case 'poisson':
      return { event: subsampledGaussian(mechanism), count: steps }
    case 'shuffled':
      return { event: gaussian(exchanged), count: Math.ceil(steps / mechanism.stepsPerEpoch) }
    case 'fixed-size':
      return { event: fixedSizeGaussian({ batchShare: mechanism.batchShare, ...exchanged }), count: steps }
    default:
      return mechanism satisfies never
  }
}

/** Passes over the data that steps come to, the last one counted in full; at least 1. */
export function passesOf(sampling: Sampling, steps: number): number {
  switch (sampling.sampler) {
    case 'poisson':
      return Math.max(1, Math.ceil(steps * sampling.samplingProbability - 1e-9))
    case 'shuffled':
      return Math.ceil(steps / sampling.stepsPerEpoch)
    case 'fixed-size':
      return Math.max(1, Math.ceil(steps * sampling.batchShare - 1e-9))
  }
}

/**
 * An upper bound on epsilon if nobody could be unsure which steps a record took part in: each record once per pass, in batches
 * that the attacker knows. For the same neighbours as the sampler's accounting. @throws DP-E002, DP-E005, DP-E006
 */
export function knownBatchesEpsilon(mechanism: SampledNoise, steps: number, delta: number): number {
  const sensitivity = adjacencyOf(mechanism) === 'replace-one' ? 2 : 1
  const pass = gaussian({ noiseMultiplier: mechanism.noiseMultiplier / sensitivity })
  return accountant().compose(pass, passesOf(mechanism, steps)).epsilon(delta).upper
}

/** What is proved about epsilon after `steps` steps, at least 1. @throws DP-E002, DP-E003, DP-E005, DP-E006 */
export function trainingEpsilon(mechanism: SampledNoise, steps: number, delta: number): EpsilonBounds {
  const { event, count } = trainingEvent(mechanism, steps)
  return accountant().compose(event, count).epsilon(delta)
}

/**
 * The noise multiplier for which `steps` steps of a sampler stay within (epsilon, delta).
 *
 * @returns a multiple of 0.0001, at least 0.01
 * @throws DP-E001 to DP-E005
 */
export const trainingNoise = (
  sampling: Sampling,
  { epsilon, delta, steps }: { readonly epsilon: number; readonly delta: number; readonly steps: number },
): number =>
  calibrate({ epsilon, delta, steps }, noiseMultiplier => trainingEvent({ ...sampling, noiseMultiplier }, steps))
