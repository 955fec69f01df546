import type { PrivacyPlan } from '@attestry/core'
import { gaussianNoise, nextClippingNorm, type ClippedCount } from '@attestry/dp'
import { checkNoiseOfCount, checkNormMoved, noNoise, tallyOne, type NoiseTally } from './guards.js'

/** The clipping norm of a run, from step to step. Never told of a step that released no gradients with it. */
export interface ClippingNorm {
  /** For the next step. */
  current(): number
  /**
   * Takes a step's count, with its noise. Changes nothing where the plan's norm is fixed.
   *
   * @throws TRAIN-E010 without noise, TRAIN-E021 when the norm moved otherwise than by the plan
   */
  follow(step: number, count: ClippedCount): void
  /** Undefined where the plan's norm is fixed. Plain data. */
  progress(): ClippingProgress | undefined
  /** What it did, for the evidence; undefined where the plan's norm is fixed. @throws TRAIN-E010 */
  account(steps: number): ClippingAccount | undefined
}

/** Where a clipping norm stands. */
export interface ClippingProgress {
  readonly norm: number
  readonly noise: Readonly<NoiseTally>
}

/** How a clipping norm followed its quantile. A type and no interface, so that it is JSON. */
export type ClippingAccount = {
  readonly quantile: number
  readonly learningRate: number
  readonly countNoise: number
  readonly firstNorm: number
  readonly lastNorm: number
  readonly countNoiseDraws: number
  readonly countNoiseVariance: number
}

/** Standard normal noise for the count of a step. */
export type CountNoise = (step: number) => number

export interface ClippingNormOptions {
  readonly privacy: Pick<PrivacyPlan, 'clippingNorm' | 'adaptiveClipping'>
  /** The public number of examples of a step. */
  readonly batch: number
  /** 32 secret bytes. */
  readonly secret: Uint8Array
  readonly from?: ClippingProgress | undefined
}

/** Replaced in tests by broken ones. */
export interface ClippingNormParts {
  readonly countNoise?: ((secret: Uint8Array) => CountNoise) | undefined
  readonly nextNorm?: typeof nextClippingNorm | undefined
}

/** From a stream of its own: the noise of gradients must not be used for a second release. */
const countNoiseOf = (secret: Uint8Array): CountNoise => {
  const source = gaussianNoise({ secret, stream: 'clipping count noise' })
  return step => source.fill(new Float64Array(1), step)[0]!
}

/** The clipping norm that a plan asks for: fixed, or after a quantile. What it does follows from secret, step and counts alone. */
export function clippingNormOf(
  { privacy, batch, secret, from }: ClippingNormOptions,
  { countNoise = countNoiseOf, nextNorm = nextClippingNorm }: ClippingNormParts = {},
): ClippingNorm {
  const { adaptiveClipping, clippingNorm: first } = privacy
  if (!adaptiveClipping)
    return { current: () => first, follow: () => {}, progress: () => undefined, account: () => undefined }
  const noiseOf = countNoise(secret)
  const fed: NoiseTally = { ...(from?.noise ?? noNoise()) }
  let norm = from?.norm ?? first
  return {
    current: () => norm,
    follow(step, count) {
      const move = { first, adaptiveClipping, batch, noise: noiseOf(step) }
      tallyOne(move.noise, fed)
      const next = nextNorm(norm, count, move)
      checkNormMoved(norm, next, count, move)
      norm = next
    },
    progress: () => ({ norm, noise: { ...fed } }),
    account: steps => ({
      ...adaptiveClipping,
      firstNorm: first,
      lastNorm: norm,
      countNoiseDraws: fed.draws,
      countNoiseVariance: checkNoiseOfCount(fed, steps),
    }),
  }
}
