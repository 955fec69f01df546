import { token, type ServiceToken } from '../services.js'
import type { Adjacency } from './privacy.js'
import type { Digest } from '../digest.js'
import type { JsonValue } from '../canonical-json.js'
import type { RecordBatch } from '../record-batch.js'
import type { DataConfig, ModelConfig, TrainingConfig } from '../config.js'

/** What is asked of the trainer: the config, the bound that the policy sets, and public facts about the data. */
export interface TrainingRequest {
  readonly data: DataConfig
  readonly model: ModelConfig
  readonly training: TrainingConfig
  /** The smallest epsilon that any obligation allows, with its delta; absent when nobody asks for one. */
  readonly privacyLimit?: { readonly epsilon: number; readonly delta: number }
  /** Number of training rows. Declared and public under add/remove-one only as the expected batch denominator. */
  readonly rows: number
  readonly classes: readonly string[]
}

/** Each step draws each record by itself with a probability. Neighbours: one record more or less. */
export interface PoissonSampling {
  readonly sampler: 'poisson'
  readonly samplingProbability: number
}

/**
 * Passes in a random order, each record once in each pass, cut into batches. No amplification by sampling is claimed. Neighbours:
 * one record exchanged for another, since the number of records is public.
 */
export interface ShuffledSampling {
  readonly sampler: 'shuffled'
  /** Batches of one pass: rows / batch, rounded up. */
  readonly stepsPerEpoch: number
}

/** Each step draws a batch of fixed size, all of that size equally likely. Neighbours: one record exchanged for another. */
export interface FixedSizeSampling {
  readonly sampler: 'fixed-size'
  /** Size of the batch divided by the number of records, in (0, 1]. Not a probability of independent draws. */
  readonly batchShare: number
}

/** How batches are drawn. The parameters of one sampler do not fit the accounting of another. */
export type Sampling = PoissonSampling | ShuffledSampling | FixedSizeSampling

/** Which data sets a sampler's accounting takes for neighbours. */
export const adjacencyOf = ({ sampler }: Pick<Sampling, 'sampler'>): Adjacency =>
  sampler === 'poisson' ? 'add-or-remove-one' : 'replace-one'

/** How batches are drawn, in words and numbers. */
export function samplingInWords(sampling: Sampling): string {
  switch (sampling.sampler) {
    case 'poisson':
      return `poisson sampling ${sampling.samplingProbability}`
    case 'shuffled':
      return `shuffled passes of ${sampling.stepsPerEpoch} batches, replace-one`
    case 'fixed-size':
      return `fixed-size batches of ${sampling.batchShare} of all records, replace-one`
  }
}

/**
 * The clipping norm follows a quantile of the gradients' norms, learned from a noisy count of those within it.
 *
 * @see Andrew, Thakkar, McMahan, Ramaswamy 2021, arXiv 1905.03871, algorithm 1
 */
export interface AdaptiveClipping {
  /** Share of the gradients that the norm is to leave as they are, in (0, 1). */
  readonly quantile: number
  /** How fast the norm follows: a step multiplies it by exp(-learningRate · (share - quantile)). In (0, 1]. */
  readonly learningRate: number
  /** Standard deviation of the noise in the count of gradients within the norm, in examples. */
  readonly countNoise: number
}

interface PrivacyTerms {
  /**
   * Standard deviation of the noise divided by the clipping norm. With adaptive clipping that of a step as a whole: the noisy
   * sum of gradients and the noisy count together tell as much as a sum with this noise alone.
   */
  readonly noiseMultiplier: number
  /** L2 bound on each example's gradient; with adaptive clipping that of the first step. */
  readonly clippingNorm: number
  /** Absent where the clipping norm stays as it is. */
  readonly adaptiveClipping?: AdaptiveClipping
  readonly accountant: string
  readonly epsilon: number
  readonly delta: number
  readonly unit: 'record'
}

/** How privacy is kept during training; sampler, noise and accounting cannot be chosen apart. */
export type PrivacyPlan = PrivacyTerms & Sampling

/** How gradients are clipped, in words and numbers. */
export const clippingInWords = ({
  clippingNorm,
  adaptiveClipping,
}: Pick<PrivacyPlan, 'clippingNorm' | 'adaptiveClipping'>): string =>
  adaptiveClipping
    ? `clipping adaptive from ${clippingNorm} to quantile ${adaptiveClipping.quantile}, count noise ${adaptiveClipping.countNoise}`
    : `clipping ${clippingNorm}`

/** Everything that must not drift apart, as one value with a digest. */
export interface TrainingPlan {
  readonly digest: Digest
  readonly engine: string
  readonly model: ModelConfig
  readonly classes: readonly string[]
  readonly steps: number
  /** Expected number of examples per step. */
  readonly logicalBatch: number
  /** Rows that one graph run takes. */
  readonly physicalBatch: number
  readonly optimizer: TrainingConfig['optimizer']
  readonly learningRate: number
  readonly parameters: number
  readonly privacy: PrivacyPlan | null
  /** Why this engine, in words. */
  readonly because: string
}

export interface TrainingData {
  /** Training rows; iterated as often as needed. */
  batches(): AsyncIterable<RecordBatch>
  /** Example weights by row id, mean 1, applied before clipping. */
  readonly weights?: ReadonlyMap<string, number>
}

export interface TrainingContext {
  /** 32 secret bytes from which sampling and noise streams derive: the same bytes replay the same training. */
  readonly secret: Uint8Array
  readonly signal?: AbortSignal
}

/** What a step tells its observers. All but step, epsilon, clipping norm and times are functions of private data. */
export interface StepReport {
  /** 1-based. */
  readonly step: number
  readonly steps: number
  /** Mean loss over the examples drawn; null for an empty draw. */
  readonly loss: number | null
  readonly batchSize: number
  /** Share of examples whose gradient was clipped; null without privacy. */
  readonly clippedFraction: number | null
  /** L2 bound on each example's gradient in this step; absent without privacy. Where it is adaptive, epsilon covers it. */
  readonly clippingNorm?: number
  /**
   * Median of the per-example gradient norms; without privacy the norm of the update's averaged gradient where it is bounded.
   * Null for an empty draw of a private step, and where no norm is taken.
   */
  readonly gradientNorm: number | null
  /** Spent so far; null without privacy. */
  readonly epsilon: number | null
  readonly durationMs: number
}

export interface ModelFile {
  /** Relative to the model folder, with `/`. */
  readonly name: string
  readonly digest: Digest
}

/** Class probabilities, row-major: `probabilities[row * classes.length + class]`. */
export interface Predictions {
  readonly classes: readonly string[]
  readonly probabilities: Float32Array
}

/**
 * A model of tables over the numbers that it sees, for explanations and attacks. Matrices are row-major, one row per
 * record and one column per name.
 */
export interface FeatureView {
  /**
   * Such as `age` or `region=org`. A number has the name of its column; every other name is `column=value` and stands for
   * an indicator of 0 or 1, `column=(missing)` among them.
   */
  readonly names: readonly string[]
  /** The data column behind each feature. */
  readonly columns: readonly string[]
  encode(batch: RecordBatch): Promise<Float32Array>
  /** Class probabilities, row-major. */
  probabilities(matrix: Float32Array): Promise<Float32Array>
  /** Gradient of each row's cross-entropy at its label with respect to its features; the shape of `matrix`. */
  lossGradient(matrix: Float32Array, labels: Int32Array): Promise<Float32Array>
}

export interface Model {
  predict(batch: RecordBatch): Promise<Predictions>
  /** Absent for models of text. */
  readonly features?: FeatureView
  close(): Promise<void>
}

export interface TrainingSession extends Model {
  /** Runs one step; undefined once all steps of the plan are done. */
  step(): Promise<StepReport | undefined>
  /** Epsilon spent by the steps run so far; null without privacy. */
  epsilonSpent(): number | null
  /**
   * Writes the model's files (weights as safetensors, `inference.onnx`, `model.json`) and checks them by reading back.
   * @throws TRAIN-E… when the run was a silent no-op: unchanged weights, missing noise, a non-finite value
   */
  export(
    directory: string,
  ): Promise<{ readonly files: readonly ModelFile[]; readonly facts: { readonly [key: string]: JsonValue } }>
}

export interface Trainer {
  /** @throws TRAIN-E… or DP-E… when no plan meets the request */
  plan(request: TrainingRequest): TrainingPlan | Promise<TrainingPlan>
  open(
    plan: TrainingPlan,
    data: TrainingData,
    request: TrainingRequest,
    context: TrainingContext,
  ): Promise<TrainingSession>
  /** A trained model from its folder. */
  load(directory: string): Promise<Model>
}

export const Trainer: ServiceToken<Trainer> = token<Trainer>('Trainer')

/** Weights that make label and group independent in the weighted training data. */
export interface Reweighing {
  /** One weight per row, mean 1 (Kamiran and Calders 2012, section 4.2). */
  weights(labels: readonly string[], groups: readonly string[]): Float64Array
}

export const Reweighing: ServiceToken<Reweighing> = token<Reweighing>('Reweighing')
