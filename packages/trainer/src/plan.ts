import { chooseRuntime, type RuntimeOptions } from '@attestry/autograd'
import {
  digestOf,
  samplingInWords,
  type AdaptiveClippingConfig,
  type Digest,
  type PrivacyPlan,
  type Sampling,
  type TrainingPlan,
  type TrainingRequest,
} from '@attestry/core'
import { defaultCountNoise, gradientNoise, trainingEpsilon, trainingNoise } from '@attestry/dp'
import { architectureOf } from './architecture.js'
import { noRows, planMismatch, tooLarge } from './errors.js'
import { featureLayout, mostPositions } from './feature-layout.js'

/** Most parameters that the onnx engine takes: beyond, noise and optimiser state for every step are too much for a CPU. */
export const mostParameters = 33_554_432

const memoryForExamples = 268_435_456

/**
 * Makes the plan of a training run: everything that must not drift apart, as one value with a digest.
 *
 * q = min(1, batchSize / rows) is the sampling probability and q·rows the public divisor; steps = ceil(epochs / q). Shuffled
 * passes have ceil(rows / batch) steps each.
 * Privacy is kept when the config configures it or the policy limits epsilon: the smaller epsilon and delta hold, and
 * without `training.privacy` the clipping norm is 1. The noise multiplier is calibrated for all steps together.
 *
 * @throws TRAIN-E001 without the columns that the model reads, TRAIN-E002 without rows, TRAIN-E017 for a model too large
 * @throws DP-E… when no noise meets the bound, AUTOGRAD-E007 when no runtime is installed
 */
export function planTraining(request: TrainingRequest, runtime: RuntimeOptions = {}): TrainingPlan {
  const { data, model, classes } = request
  const layout = featureLayout(data, model)
  const architecture = architectureOf(model, layout, classes.length)
  if (architecture.parameterCount > mostParameters) throw tooLarge(architecture.parameterCount, mostParameters)
  const { name, because } = chooseRuntime(runtime)
  return planFor(request, {
    engine: 'onnx',
    layout,
    parameters: architecture.parameterCount,
    bytesPerExample: architecture.bytesPerExample(mostPositions(layout)),
    because: `onnx trains ${model.architecture} models of up to ${mostParameters.toLocaleString('en-GB')} parameters on a CPU; ${name}: ${because}`,
  })
}

/** What an engine says of a model for a plan. */
export interface EngineFacts {
  readonly engine: string
  /** How rows become inputs, as plain data: part of the plan's digest. */
  readonly layout: object
  /** Number of trained parameters. */
  readonly parameters: number
  /** Memory that one example takes while a step runs, roughly. */
  readonly bytesPerExample: number
  /** Memory that the examples of one graph run may take together; 256 MiB by default. */
  readonly memoryBytes?: number
  /** Why this engine, in words. */
  readonly because: string
}

/**
 * The plan of any engine: sampling, batches, steps and privacy follow from the request alone.
 *
 * @throws TRAIN-E002 without rows, and DP-E… when no noise meets the bound
 */
export function planFor(request: TrainingRequest, facts: EngineFacts): TrainingPlan {
  const { model, training, rows, classes } = request
  if (!(Number.isSafeInteger(rows) && rows >= 1)) throw noRows(rows)
  const logicalBatch = Math.min(training.batchSize, rows)
  const sampling = samplingFor(training.privacy?.sampler ?? 'poisson', logicalBatch, rows)
  const steps =
    sampling.sampler === 'shuffled'
      ? Math.ceil(training.epochs * sampling.stepsPerEpoch)
      : Math.ceil(training.epochs / (logicalBatch / rows))
  const privacy = planPrivacy(request, sampling, steps, logicalBatch)
  const plan: Omit<TrainingPlan, 'digest'> = {
    engine: facts.engine,
    model,
    classes,
    steps,
    logicalBatch,
    physicalBatch: physicalBatch(logicalBatch, rows, facts),
    optimizer: training.optimizer,
    learningRate: training.learningRate,
    parameters: facts.parameters,
    privacy,
    because: facts.because,
  }
  return { ...plan, digest: planDigest(plan, request, facts.layout) }
}

/** How a sampler draws batches of some rows, on average or exactly. */
export function samplingFor(sampler: Sampling['sampler'], logicalBatch: number, rows: number): Sampling {
  switch (sampler) {
    case 'poisson':
      return { sampler, samplingProbability: logicalBatch / rows }
    case 'shuffled':
      return { sampler, stepsPerEpoch: Math.ceil(rows / logicalBatch) }
    case 'fixed-size':
      return { sampler, batchShare: logicalBatch / rows }
  }
}

/** Digest of a plan with everything else that decides what training does: inputs, label, rows and seed. */
export const planDigest = (
  plan: Omit<TrainingPlan, 'digest'>,
  { data, training, rows }: TrainingRequest,
  layout: object,
): Digest => digestOf({ ...plan, layout, label: data.label, rows, seed: training.seed })

/**
 * Checks that a plan is the one that was made for a request, and that its accounting holds.
 *
 * @param layout how the engine makes inputs of rows, as it told `planFor`
 * @throws TRAIN-E005 when anything of it was changed, or its noise does not give its epsilon
 */
export function checkPlan({ digest, ...plan }: TrainingPlan, request: TrainingRequest, layout: object): void {
  if (planDigest(plan, request, layout) !== digest)
    throw planMismatch('the plan does not have the digest that it states for this request')
  const { privacy, steps, logicalBatch } = plan
  if (!privacy) {
    if (request.training.privacy || request.privacyLimit)
      throw planMismatch('privacy is asked for, and the plan has none')
    return
  }
  const { delta, epsilon } = privacy
  if (privacy.sampler !== (request.training.privacy?.sampler ?? 'poisson'))
    throw planMismatch(`the plan's sampler is '${privacy.sampler}', which was not asked for`)
  if (Boolean(privacy.adaptiveClipping) !== Boolean(request.training.privacy?.adaptiveClipping))
    throw planMismatch(
      `the plan's clipping is ${privacy.adaptiveClipping ? 'adaptive' : 'fixed'}, which was not asked for`,
    )
  // Throws when the count leaves no noise multiplier for the gradients.
  gradientNoise(privacy)
  const sampling = samplingFor(privacy.sampler, logicalBatch, request.rows)
  if (Object.entries(sampling).some(([name, value]) => (privacy as unknown as Record<string, unknown>)[name] !== value))
    throw planMismatch(
      `the plan says ${samplingInWords(privacy)}, its batch is ${logicalBatch} of ${request.rows} rows`,
    )
  const spent = trainingEpsilon(privacy, steps, delta).upper
  if (!(spent <= epsilon * (1 + 1e-9)))
    throw planMismatch(`${steps} steps with this noise spend epsilon ${spent}, the plan says ${epsilon}`)
}

function planPrivacy(
  { training: { privacy }, privacyLimit }: TrainingRequest,
  sampling: Sampling,
  steps: number,
  batch: number,
): PrivacyPlan | null {
  const bounds = [privacy, privacyLimit].filter(bound => bound !== undefined)
  if (bounds.length === 0) return null
  const delta = Math.min(...bounds.map(bound => bound.delta))
  const epsilon = Math.min(...bounds.map(bound => bound.epsilon))
  const { clippingNorm = 1, adaptiveClipping } = privacy ?? {}
  return privacyPlan({ epsilon, delta, clippingNorm, adaptiveClipping, sampling, steps, batch })
}

export interface PrivacyBound {
  /** What all steps together may spend. */
  readonly epsilon: number
  readonly delta: number
  /** L2 bound on each example's gradient; that of the first step where it is adaptive. */
  readonly clippingNorm: number
  readonly adaptiveClipping?: AdaptiveClippingConfig | undefined
  readonly sampling: Sampling
  readonly steps: number
  /** The public number of examples of a step. */
  readonly batch: number
}

/**
 * Privacy by a sampler, clipping of each example and Gaussian noise calibrated for all steps together.
 *
 * @throws DP-E021 when the count of adaptive clipping gets too little noise for that
 */
export function privacyPlan(bound: PrivacyBound): PrivacyPlan {
  const { epsilon, delta, clippingNorm, adaptiveClipping: adaptive, sampling, steps } = bound
  const noiseMultiplier = trainingNoise(sampling, { epsilon, delta, steps })
  const adaptiveClipping = adaptive && {
    quantile: adaptive.quantile,
    learningRate: adaptive.learningRate,
    countNoise: adaptive.countNoise ?? defaultCountNoise(noiseMultiplier, bound.batch),
  }
  if (adaptiveClipping) gradientNoise({ noiseMultiplier, adaptiveClipping })
  const spent = trainingEpsilon({ ...sampling, noiseMultiplier }, steps, delta)
  return {
    ...sampling,
    noiseMultiplier,
    clippingNorm,
    ...(adaptiveClipping && { adaptiveClipping }),
    accountant: spent.method,
    epsilon: spent.upper,
    delta,
    unit: 'record',
  }
}

/**
 * Rows of one graph run: the expected batch and two standard deviations of its Poisson size, so that most steps are one
 * run; never more than all rows, nor than the memory for activations holds. Larger draws take several runs.
 */
function physicalBatch(logicalBatch: number, rows: number, facts: EngineFacts): number {
  const wanted = Math.ceil((logicalBatch + 2 * Math.sqrt(logicalBatch)) / 8) * 8
  const fits = Math.max(1, Math.floor((facts.memoryBytes ?? memoryForExamples) / facts.bytesPerExample))
  return Math.max(1, Math.min(wanted, rows, fits))
}
