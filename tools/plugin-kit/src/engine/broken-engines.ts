import type { Sampling } from '@attestry/core'
import { exampleBatches, rows, type BrokenBatches } from './example-batches.js'
import { plannedDeviation, type EnginePlan, type PrivateEngine } from './private-engine.js'
import { cryptoUniform } from './uniform.js'

const ofSteps = [
  'no clipping',
  'clips the batch as a whole',
  'variance where the standard deviation belongs',
  'half the noise',
  'uniform noise',
  'the same noise in every step',
  'noise for each physical batch',
  'no noise for an empty batch',
  'tells the accountant another probability',
  'divides by the batch that was drawn',
  'floors the batch size',
  'Math.random',
  'batch normalisation',
  'a gradient that is not finite spreads',
  'weights that never change',
  'accumulation counted as one step',
] as const

const ofBatches = [
  'shuffled batches accounted as Poisson',
  'fixed-size batches accounted as Poisson',
  'draws more than it accounts for',
] as const

const ofShuffled = [
  'tells the accountant of Poisson draws where it shuffles',
  'draws an example twice in a pass',
] as const

const ofFixedSize = [
  'tells the accountant of Poisson draws where the size is fixed',
  'takes one batch after another where it is to draw',
  'never draws some of the examples',
  'draws each example by itself where the size is fixed',
] as const

const ofClippingNorm = [
  'counts without noise',
  'counts with half the noise',
  'counts with the noise of a gradient',
  'counts over the batch that was drawn',
  'counts an example as a whole',
  'does not raise the noise of gradients for the count',
] as const

/** What is wrong with a deliberately broken trainer. */
export type Breakage =
  | (typeof ofSteps)[number]
  | (typeof ofBatches)[number]
  | (typeof ofShuffled)[number]
  | (typeof ofFixedSize)[number]
  | (typeof ofClippingNorm)[number]

/** Every breakage. */
export const breakages: readonly Breakage[] = [
  ...ofSteps,
  ...ofBatches,
  ...ofShuffled,
  ...ofFixedSize,
  ...ofClippingNorm,
]

/** How the example trains: the sampler, and whether its clipping norm follows a quantile. */
export interface ExampleTraining {
  readonly sampler: Sampling['sampler']
  readonly isAdaptive: boolean
}

/** The training in which a breakage shows. */
const trainingOf = (broken: Breakage | undefined): ExampleTraining => ({
  sampler: isOneOf(ofShuffled, broken) ? 'shuffled' : isOneOf(ofFixedSize, broken) ? 'fixed-size' : 'poisson',
  isAdaptive: isOneOf(ofClippingNorm, broken),
})

const isOneOf = (some: readonly Breakage[], broken: Breakage | undefined): boolean => some.some(one => one === broken)

const features = 40
const batch = 21

const samplings: Readonly<Record<Sampling['sampler'], Sampling>> = {
  poisson: { sampler: 'poisson', samplingProbability: 0.0513 },
  shuffled: { sampler: 'shuffled', stepsPerEpoch: Math.ceil(rows / batch) },
  'fixed-size': { sampler: 'fixed-size', batchShare: batch / rows },
}

/** With so little noise in the count that the gradients need 1.7 times as much: that it is left out shows. */
const adaptiveClipping = { quantile: 0.5, learningRate: 0.2, countNoise: 0.8 }

/**
 * A logistic regression with private steps, in plain arrays: honest, or broken in one way. It shows what the battery
 * finds, and by which rule.
 *
 * @param training by default that in which the breakage shows; an honest one has Poisson batches and a fixed clipping norm
 */
export function exampleEngine(broken?: Breakage, training: ExampleTraining = trainingOf(broken)): PrivateEngine {
  const sampling = samplings[training.sampler]
  const plan: EnginePlan = {
    ...sampling,
    noiseMultiplier: 1.3,
    clippingNorm: 0.5,
    ...(training.isAdaptive && { adaptiveClipping }),
    logicalBatch: sampling.sampler === 'poisson' ? rows * sampling.samplingProbability : batch,
  }
  const table = Array.from({ length: rows }, (_, row) =>
    Float64Array.from({ length: features }, (_, i) =>
      row === rows - 1 ? Number.NaN : Math.sin(row * 3.1 + i * i * 0.7),
    ),
  )
  const labels = Array.from({ length: rows }, (_, row) => (Math.sin(row * 1.7) > 0 ? 1 : 0))
  const weights = Float64Array.from({ length: features }, (_, i) => Math.cos(i) / 5)
  // eslint-disable-next-line no-restricted-properties -- what the battery must find
  const uniform = broken === 'Math.random' ? () => Math.random() : cryptoUniform
  // Kept by step, so that a step asked for twice is the same step.
  const noiseOf = new Map<string, Float64Array>()

  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())

  const gradient = (row: number, inputs: Float64Array): Float64Array => {
    let score = 0
    for (let i = 0; i < features; i++) score += weights[i]! * inputs[i]!
    const miss = 1 / (1 + Math.exp(-score)) - labels[row]!
    return inputs.map(x => x * miss)
  }
  const scaled = (values: Float64Array, factor: number): Float64Array => values.map(x => x * factor)
  const clipped = (values: Float64Array): Float64Array =>
    scaled(values, Math.min(1, (plan.clippingNorm * (1 - 1e-9)) / (norm(values) || 1)))

  const gradientsOf = (examples: readonly number[]): Float64Array[] => {
    let inputs = examples.map(row => table[row]!)
    if (broken === 'batch normalisation' && inputs.length > 1) {
      const means = Float64Array.from(
        { length: features },
        (_, i) => inputs.reduce((a, x) => a + x[i]!, 0) / inputs.length,
      )
      inputs = inputs.map(values => values.map((x, i) => x - means[i]!))
    }
    const all = examples.map((row, k) => gradient(row, inputs[k]!))
    if (broken === 'a gradient that is not finite spreads') return all
    return all.map(values => (values.every(Number.isFinite) ? values : new Float64Array(features)))
  }
  const quietSum = (examples: readonly number[]): Float64Array => {
    const gradients = gradientsOf(examples)
    if (broken === 'no clipping') return total(gradients)
    if (broken === 'clips the batch as a whole') return clipped(total(gradients))
    return total(gradients.map(clipped))
  }
  const noise = (key: string): Float64Array => {
    const known = noiseOf.get(broken === 'the same noise in every step' ? 'one' : key)
    if (known) return known
    const deviation =
      {
        'variance where the standard deviation belongs': plan.noiseMultiplier ** 2 * plan.clippingNorm,
        'half the noise': plannedDeviation(plan) / 2,
        'does not raise the noise of gradients for the count': plan.noiseMultiplier * plan.clippingNorm,
      }[broken as string] ?? plannedDeviation(plan)
    const draw = (): number => (broken === 'uniform noise' ? (uniform() - 0.5) * Math.sqrt(12) : normal())
    const made = Float64Array.from({ length: features }, () => draw() * deviation)
    noiseOf.set(broken === 'the same noise in every step' ? 'one' : key, made)
    return made
  }

  const sum: PrivateEngine['sum'] = async (examples, { step, noise: isNoisy, physicalBatch = rows }) => {
    const parts = []
    for (let from = 0; from < examples.length; from += physicalBatch)
      parts.push(quietSum(examples.slice(from, from + physicalBatch)))
    const clean = total(parts.length > 0 ? parts : [new Float64Array(features)])
    if (!isNoisy || (examples.length === 0 && broken === 'no noise for an empty batch')) return clean
    const times = broken === 'noise for each physical batch' ? Math.max(1, parts.length) : 1
    return total([clean, ...Array.from({ length: times }, (_, part) => noise(`${step} ${part}`))])
  }

  const batches = exampleBatches(sampling, batch, uniform, ofBatch(broken))
  const countNoiseOf = new Map<number, number>()
  const countNoise = (step: number): number => {
    const known = countNoiseOf.get(step)
    if (known !== undefined) return known
    const scale = { 'counts without noise': 0, 'counts with half the noise': 0.5 }[broken as string] ?? 1
    const z =
      broken === 'counts with the noise of a gradient' ? noise(`${step} 0`)[3]! / plannedDeviation(plan) : normal()
    countNoiseOf.set(step, scale * z)
    return scale * z
  }
  const nextNorm: NonNullable<PrivateEngine['nextNorm']> = async (examples, { step, noise: isNoisy }) => {
    const { quantile, learningRate, countNoise: deviation } = adaptiveClipping
    const norms = gradientsOf(examples).map(norm)
    const within = norms.filter(one => one <= plan.clippingNorm).length
    const divisor = broken === 'counts over the batch that was drawn' ? Math.max(1, norms.length) : plan.logicalBatch
    const noisy = isNoisy ? deviation * countNoise(step) : 0
    const share =
      broken === 'counts an example as a whole'
        ? (within + noisy) / divisor
        : 1 / 2 + (within - norms.length / 2 + noisy) / divisor
    return plan.clippingNorm * Math.exp(-learningRate * (share - quantile))
  }

  return {
    plan,
    examples: rows,
    nonFinite: rows - 1,
    sample: batches,
    sum,
    async update(examples, options) {
      const divisor =
        broken === 'divides by the batch that was drawn'
          ? Math.max(1, examples.length)
          : broken === 'floors the batch size'
            ? Math.floor(plan.logicalBatch)
            : plan.logicalBatch
      const moved = scaled(await sum(examples, options), -1 / divisor)
      return broken === 'weights that never change' ? new Float64Array(features) : moved
    },
    ...(training.isAdaptive && { nextNorm }),
    accounted: async steps => ({
      ...told(broken, sampling),
      noiseMultiplier: plan.noiseMultiplier,
      steps: broken === 'accumulation counted as one step' ? Math.ceil(steps / 4) : steps,
    }),
  }
}

function told(broken: Breakage | undefined, sampling: Sampling): Sampling {
  const samplingProbability = batch / rows
  switch (broken) {
    case 'tells the accountant another probability':
      return { sampler: 'poisson', samplingProbability: samplingProbability / 2 }
    case 'tells the accountant of Poisson draws where it shuffles':
    case 'tells the accountant of Poisson draws where the size is fixed':
      return { sampler: 'poisson', samplingProbability }
    default:
      return sampling
  }
}

function ofBatch(broken: Breakage | undefined): BrokenBatches | undefined {
  switch (broken) {
    case 'shuffled batches accounted as Poisson':
      return 'one after another'
    case 'fixed-size batches accounted as Poisson':
      return 'a fixed size'
    case 'draws more than it accounts for':
      return 'too many'
    case 'draws an example twice in a pass':
      return 'anew in a pass'
    case 'draws each example by itself where the size is fixed':
      return 'by themselves'
    case 'takes one batch after another where it is to draw':
      return 'one after another'
    case 'never draws some of the examples':
      return 'not the last'
    default:
      return undefined
  }
}

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0))

function total(parts: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(features)
  for (const part of parts) for (const [i, x] of part.entries()) sum[i]! += x
  return sum
}
