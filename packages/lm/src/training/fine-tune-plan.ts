import { compileFused, sizeOf, type Bits, type Optimiser } from '@attestry/autograd'
import { digestOf, type AdaptiveClippingConfig, type Digest, type PrivacyPlan } from '@attestry/core'
import { privacyPlan } from '@attestry/trainer'
import { notPlannable } from '../models/errors.js'
import type { LanguageModel } from '../models/language-model.js'
import type { LearningSchedule } from '../text/sft-settings.js'
import { checkSettings } from './check-settings.js'
import { digestOfExamples } from './examples-digest.js'
import { isPackedRow, sftGraph, type TokenExample, type Tuning } from './sft-task.js'

export interface FineTuneSettings {
  readonly tuning: Tuning
  /** Passes over the examples; not read where `maxSteps` is given. */
  readonly epochs: number
  readonly maxSteps?: number
  /** Examples of one update, in expectation: batches are drawn by Poisson sampling. */
  readonly batchSize: number
  /** Examples that one run of the graph takes; by default `batchSize` and two standard deviations. */
  readonly physicalBatch?: number
  readonly optimiser: Optimiser
  readonly learningRate: number
  readonly schedule: LearningSchedule
  readonly seed: number
  /** Largest L2 norm of an update's averaged gradient; 0 or absent is no limit. Not read with privacy. */
  readonly maxGradientNorm?: number
  /** Compute each layer again on the way back instead of keeping its values: less memory for more work. */
  readonly gradientCheckpointing?: boolean
  /** Clipping and noise for each example, with a bound on what all steps together may spend. */
  readonly privacy?: {
    readonly epsilon: number
    readonly delta: number
    /** L2 bound on each example's gradient; that of the first step where it is adaptive. */
    readonly clippingNorm: number
    readonly adaptiveClipping?: AdaptiveClippingConfig | undefined
  }
}

/** What a fine-tuning run will do, before anything starts. */
export interface FineTunePlan {
  /** Of everything below. */
  readonly digest: Digest
  /** Of the training rows, as tokens. */
  readonly data: Digest
  readonly steps: number
  readonly logicalBatch: number
  readonly physicalBatch: number
  readonly learningRate: number
  readonly optimiser: Optimiser
  readonly schedule: LearningSchedule
  readonly seed: number
  /** Largest L2 norm of an update's averaged gradient; null without a limit, and with privacy, which clips each example's. */
  readonly maxGradientNorm: number | null
  /** Each layer is computed again on the way back. */
  readonly gradientCheckpointing: boolean
  readonly privacy: PrivacyPlan | null
  readonly tuning: Tuning
  /** Elements that are trained. */
  readonly trainable: number
  /** Elements of the base model. */
  readonly parameters: number
  /** Those of them that are kept in blocks of 8 and of 4 bits, and not in 32-bit floats. */
  readonly inBlocks: { readonly of8: number; readonly of4: number }
  /** Token positions of the longest row. */
  readonly length: number
  /** Floating-point operations in matrix products of all steps, at full batches of the longest row. */
  readonly flops: number
  /** Bytes in memory while a step runs, roughly: weights, adapters with their optimiser state, and activations. */
  readonly memory: number
}

/**
 * Plans a fine-tuning run. With privacy the noise is calibrated so that all steps together spend at most epsilon.
 *
 * @param model shapes are enough: weights need not be loaded
 * @throws LM-E064 without examples, for settings that cannot be followed, and for packed rows with privacy; DP-E… when no
 *   noise meets the bound; AUTOGRAD-E012 for an optimiser's setting or a norm out of its range
 */
export function planFineTune(
  model: Omit<LanguageModel, 'weights'>,
  examples: readonly TokenExample[],
  settings: FineTuneSettings,
): FineTunePlan {
  const { batchSize, epochs, learningRate, privacy, tuning, optimiser, schedule, seed } = settings
  const gradientCheckpointing = settings.gradientCheckpointing ?? false
  checkSettings(settings)
  const rows = examples.length
  if (rows === 0) throw notPlannable('there are no examples')
  const length = examples.reduce((most, { tokens }) => Math.max(most, tokens.length), 0)
  if (length < 2) throw notPlannable('no example has two tokens')
  if (length > model.config.maxPositions)
    throw notPlannable(`an example has ${length} tokens, the model takes ${model.config.maxPositions}`)
  const { vocabulary } = model.config
  if (examples.some(({ tokens }) => tokens.some(token => token < 0 || token >= vocabulary)))
    throw notPlannable(`an example holds a token outside of the vocabulary of ${vocabulary}`)
  if (tuning.kind === 'full' && model.quantised.size > 0)
    throw notPlannable('all weights are to be trained, and those in blocks of a few bits cannot be')
  if (privacy && examples.some(isPackedRow))
    throw notPlannable('packed rows mix examples, and privacy protects each example alone')
  const logicalBatch = Math.min(batchSize, rows)
  const samplingProbability = logicalBatch / rows
  const steps = settings.maxSteps ?? Math.ceil(epochs / samplingProbability)
  const physicalBatch = Math.min(rows, settings.physicalBatch ?? Math.ceil(logicalBatch + 2 * Math.sqrt(logicalBatch)))
  const graph = sftGraph({ model, tuning, isPacked: examples.some(isPackedRow), gradientCheckpointing })
  const rowLength = graph.lengthOf(examples)
  const isPrivate = privacy !== undefined
  const maxGradientNorm = isPrivate ? null : settings.maxGradientNorm || null
  const compiled = compileFused({
    loss: graph.loss(rowLength),
    batch: physicalBatch,
    optimiser,
    isPrivate,
    ...(maxGradientNorm !== null && { maxGradientNorm }),
  })
  const trainable = compiled.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0)
  const inBlocks = { of8: elementsInBlocks(model, 8), of4: elementsInBlocks(model, 4) }
  const plan = {
    data: digestOfExamples(examples),
    steps,
    logicalBatch,
    physicalBatch,
    learningRate,
    optimiser,
    schedule,
    seed,
    maxGradientNorm,
    gradientCheckpointing,
    privacy: privacy
      ? privacyPlan({
          ...privacy,
          sampling: { sampler: 'poisson', samplingProbability },
          steps,
          batch: logicalBatch,
        })
      : null,
    tuning,
    trainable,
    parameters: model.parameterCount,
    inBlocks,
    length,
    flops: compiled.flops.matmul * Math.ceil(logicalBatch / physicalBatch) * steps,
    memory: memoryOf(model, inBlocks, trainable, physicalBatch * rowLength, gradientCheckpointing),
  }
  return { ...plan, digest: digestOf(plan) }
}

const elementsInBlocks = ({ quantised, shapes }: Omit<LanguageModel, 'weights'>, bits: Bits): number =>
  [...quantised].reduce((total, [name, its]) => total + (its === bits ? sizeOf(shapes.get(name)!) : 0), 0)

/**
 * Four bytes each: weights, six arrays of what is trained, what a layer keeps for the way back, a block of logits. Weights
 * in blocks take 9 or 6 bits each, and one matrix at a time is in floats.
 */
function memoryOf(
  { config, parameterCount }: Omit<LanguageModel, 'weights'>,
  { of8, of4 }: FineTunePlan['inBlocks'],
  trainable: number,
  tokens: number,
  gradientCheckpointing: boolean,
): number {
  const ofLayer = 12 * config.hidden + 6 * config.intermediate
  // Of layers that are computed again their input is kept, and what the gradients of adapters are made of.
  const kept = gradientCheckpointing ? 4 * config.hidden * config.layers + ofLayer : ofLayer * config.layers
  const made = of8 + of4 > 0 ? config.hidden * config.intermediate : 0
  const floats = parameterCount - of8 - of4 + made
  const inFloats = 4 * (floats + 6 * trainable + tokens * kept + 2 * 256 * config.vocabulary)
  return Math.round(inFloats + (9 * of8 + 6 * of4) / 8)
}
