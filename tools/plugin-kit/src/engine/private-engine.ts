/**
 * A trainer with differential privacy as the battery sees it: one step at a time, plain SGD with learning rate 1.
 *
 * Examples are numbered from 0. An engine that takes several physical batches for a step must give the same sum whatever their
 * size. Steps are counted from 1; the noise of different steps is independent.
 */
export interface PrivateEngine {
  readonly plan: {
    readonly samplingProbability: number
    /** Standard deviation of the noise divided by the clipping norm. */
    readonly noiseMultiplier: number
    readonly clippingNorm: number
    /** The public number that sums are divided by. */
    readonly logicalBatch: number
  }
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
  /** What the accountant is told after so many steps. */
  accounted(steps: number): Promise<{
    readonly samplingProbability: number
    readonly noiseMultiplier: number
    readonly steps: number
  }>
}
