import type { AdaptiveClipping, Sampling } from '@attestry/core'

/** The plan that an engine trains by. */
export type EnginePlan = Sampling & {
  /**
   * Standard deviation of the noise divided by the clipping norm; with adaptive clipping that of sum and count together, so
   * that the sum gets more.
   */
  readonly noiseMultiplier: number
  /** With adaptive clipping that of the first step. */
  readonly clippingNorm: number
  /** Absent where the clipping norm is fixed. */
  readonly adaptiveClipping?: AdaptiveClipping
  /** The public number that sums are divided by; the size of batches where that is fixed. */
  readonly logicalBatch: number
}

/** What an accountant is told of some steps. */
export type Accounted = Sampling & { readonly noiseMultiplier: number; readonly steps: number }

/**
 * A trainer with differential privacy as the battery sees it: one step at a time, plain SGD with learning rate 1.
 *
 * Examples are numbered from 0. An engine that takes several physical batches for a step must give the same sum whatever their
 * size. Steps are counted from 1; the noise of different steps is independent.
 */
export interface PrivateEngine {
  readonly plan: EnginePlan
  /** How many examples there are; at least 32. Some must have gradients longer than the clipping norm. */
  readonly examples: number
  /** An example whose gradient is not finite, where one can be made. */
  readonly nonFinite?: number
  /** The examples that training draws at a step. */
  sample(step: number): readonly number[] | Promise<readonly number[]>
  /** What a step releases before it divides: the sum of clipped gradients, with or without its noise. */
  sum(
    examples: readonly number[],
    options: { readonly step: number; readonly noise: boolean; readonly physicalBatch?: number },
  ): Promise<Float64Array>
  /** What a step of training changes in the weights. */
  update(
    examples: readonly number[],
    options: { readonly step: number; readonly noise: boolean },
  ): Promise<Float64Array>
  /** With adaptive clipping: the norm after a step that clipped these examples to the first norm, with or without the count's noise. */
  nextNorm?(examples: readonly number[], options: { readonly step: number; readonly noise: boolean }): Promise<number>
  /** What the accountant is told after so many steps. */
  accounted(steps: number): Promise<Accounted>
}

/** Standard deviation of the noise in a sum of gradients (Andrew et al. 2021, arXiv 1905.03871, theorem 1). */
export function plannedDeviation({ noiseMultiplier: z, clippingNorm, adaptiveClipping }: EnginePlan): number {
  if (!adaptiveClipping) return z * clippingNorm
  return clippingNorm / Math.sqrt(z ** -2 - (2 * adaptiveClipping.countNoise) ** -2)
}
