import type { PrivacyEvent } from './events.js'
import { discreteGaussianOutcomes, outcomesLoss, responseOutcomes } from './losses/outcomes.js'
import type { BothWays } from './losses/privacy-loss.js'
import { sampledGaussianLoss } from './losses/sampled-gaussian.js'
import { sampledLaplaceLoss } from './losses/sampled-laplace.js'

/** The privacy loss of an event, for both ways of neighbouring; undefined where only its Rényi curve is known. */
export function eventLoss(event: PrivacyEvent): BothWays | undefined {
  switch (event.kind) {
    case 'gaussian':
      return sampledGaussianLoss(1, event.noiseMultiplier)
    case 'subsampled-gaussian':
      return sampledGaussianLoss(event.samplingProbability, event.noiseMultiplier)
    case 'laplace':
      return sampledLaplaceLoss(1, event.scale)
    case 'subsampled-laplace':
      return sampledLaplaceLoss(event.samplingProbability, event.scale)
    case 'discrete-gaussian':
      return outcomesLoss(
        discreteGaussianOutcomes(event.sigma, event.sensitivity),
        event.sensitivity / event.sigma ** 2,
      )
    case 'randomised-response':
      return outcomesLoss(responseOutcomes(event.epsilon, event.categories), event.epsilon)
    case 'approximate': {
      // Any (epsilon, delta)-private mechanism is a post-processing of this one.
      const rest = responseOutcomes(event.epsilon, 2).map(({ p, q }) => ({
        p: p * (1 - event.delta),
        q: q * (1 - event.delta),
      }))
      return outcomesLoss(rest, event.epsilon, event.delta)
    }
    case 'fixed-size-gaussian':
    case 'repeat-and-select':
      return undefined
    default:
      return event satisfies never
  }
}

/** Whether `eventLoss` knows the loss. */
export const hasLoss = (event: PrivacyEvent): boolean =>
  event.kind !== 'repeat-and-select' && event.kind !== 'fixed-size-gaussian'

/** Mass at an infinite loss: the delta of an event that is only known by epsilon and delta. */
export const infiniteMass = (event: PrivacyEvent): number => (event.kind === 'approximate' ? event.delta : 0)

/** The largest loss of an event; infinite when it has none. */
export function largestLoss(event: PrivacyEvent): number {
  switch (event.kind) {
    case 'laplace':
      return 1 / event.scale
    case 'subsampled-laplace': {
      // Of removing a unit; adding one costs less.
      const { samplingProbability: q, scale } = event
      return scale < 1 / 700 ? 1 / scale + Math.log(q) : Math.log1p(q * Math.expm1(1 / scale))
    }
    case 'randomised-response':
      return event.epsilon
    case 'approximate':
      return event.delta === 0 ? event.epsilon : Infinity
    case 'gaussian':
    case 'subsampled-gaussian':
    case 'fixed-size-gaussian':
    case 'discrete-gaussian':
    case 'repeat-and-select':
      return Infinity
    default:
      return event satisfies never
  }
}
