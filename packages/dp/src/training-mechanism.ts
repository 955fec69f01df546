import type { Sampling } from '@attestry/core'
import { accountant } from './accountants.js'
import { calibrate } from './calibration.js'
import { fixedSizeGaussian, gaussian, subsampledGaussian } from './events.js'
import type { CountedEvent, EpsilonBounds } from './accountant.js'

/** A sampler with the noise of a step: all that decides what steps cost. */
export type SampledNoise = Sampling & {
  /** Standard deviation of the noise divided by the clipping norm. */
  readonly noiseMultiplier: number
}

/**
 * What `steps` steps of training release. The only place where a sampler is given its accounting.
 *
 * Poisson: a sampled Gaussian release per step, for adding or removing a record. Shuffled: a record is in one batch of a pass,
 * whichever; so a pass is one Gaussian release of twice the clipping norm, for exchanging a record, without any amplification.
 * Fixed size: a release over a random batch per step, of twice the clipping norm, for exchanging a record.
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
