import type { AdaptiveClipping } from '@attestry/core'
import { countTooQuiet, invalidParameter, invalidScale } from './errors.js'

/** What a step adds its noise by. */
export interface ClippedNoise {
  /** Of the step as a whole. */
  readonly noiseMultiplier: number
  readonly adaptiveClipping?: Pick<AdaptiveClipping, 'countNoise'>
}

/**
 * Standard deviation of the noise in the sum of gradients, divided by the clipping norm.
 *
 * With adaptive clipping a step releases that sum and the count of gradients within the norm, each of them counted as 1/2 or
 * -1/2 by whether it is. Divided by their noise, one example moves the two together by at most
 * (1 / z_g² + 1 / (2 σ_b)²)^(1/2), and exchanging one for another by twice as much. So the gradients get
 * z_g = (1 / z² - 1 / (2 σ_b)²)^(-1/2), for the step to be a Gaussian release of noise multiplier z.
 *
 * @see Andrew, Thakkar, McMahan, Ramaswamy 2021, arXiv 1905.03871, theorem 1
 * @throws DP-E006 unless both are finite and above 0, DP-E021 unless 2 σ_b > z
 */
export function gradientNoise({ noiseMultiplier: z, adaptiveClipping }: ClippedNoise): number {
  if (!(Number.isFinite(z) && z > 0)) throw invalidScale('the noise multiplier', z)
  if (!adaptiveClipping) return z
  const { countNoise } = adaptiveClipping
  if (!(Number.isFinite(countNoise) && countNoise > 0)) throw invalidScale('countNoise', countNoise)
  const share = z / (2 * countNoise)
  if (!(share < 1)) throw countTooQuiet(countNoise, z)
  return z / Math.sqrt((1 - share) * (1 + share))
}

/**
 * The noise of the count where nobody chose one: a twentieth of the batch, and at least five times the noise multiplier, by
 * which that of the gradients is raised by 0.51 % at most.
 *
 * @param batch examples of a step, expected @see Andrew et al. 2021, section 3.1, for the twentieth
 */
export const defaultCountNoise = (noiseMultiplier: number, batch: number): number =>
  Math.max(batch / 20, 5 * noiseMultiplier)

/** What a step saw of its clipping. Private: to be used with the noise alone. */
export interface ClippedCount {
  /** Gradients in the sum. */
  readonly examples: number
  /** Those of them that were longer than the norm. */
  readonly clipped: number
}

export interface NormStep {
  /** The norm of the first step. */
  readonly first: number
  readonly adaptiveClipping: AdaptiveClipping
  /** The public number of examples of a step; never the number that was drawn. */
  readonly batch: number
  /** Standard normal, drawn for this count alone. */
  readonly noise: number
}

/** The norm stays within this factor of where it began, so that floats hold it and its noise whatever the gradients do. */
const reach = 1000

/**
 * The clipping norm of the next step: C · exp(-η (b - γ)), with the noisy share of gradients within the norm
 * b = 1/2 + (Σ ±1/2 + σ_b · noise) / batch.
 *
 * Where fewer examples come than the batch, the share leans to 1/2. The norm stays from a thousandth to a thousand times the first.
 *
 * @see Andrew, Thakkar, McMahan, Ramaswamy 2021, arXiv 1905.03871, algorithm 1 @throws DP-E018 unless the norm is in that range
 */
export function nextClippingNorm(norm: number, { examples, clipped }: ClippedCount, step: NormStep): number {
  const { first, batch, noise } = step
  const { quantile, learningRate, countNoise } = step.adaptiveClipping
  if (!isWithinReach(norm, first))
    throw invalidParameter('the clipping norm', norm, `from ${first / reach} to ${first * reach}`)
  const share = 1 / 2 + (examples / 2 - clipped + countNoise * noise) / batch
  const next = norm * Math.exp(-learningRate * (share - quantile))
  return Math.min(first * reach, Math.max(first / reach, next))
}

/** Whether a clipping norm is one that adaptive clipping can have reached from its first. */
export const isWithinReach = (norm: number, first: number): boolean => norm >= first / reach && norm <= first * reach
