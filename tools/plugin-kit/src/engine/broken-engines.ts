import { randomBytes } from 'node:crypto'
import type { PrivateEngine } from './private-engine.js'

/** What is wrong with a deliberately broken trainer. */
export type Breakage =
  | 'no clipping'
  | 'clips the batch as a whole'
  | 'variance where the standard deviation belongs'
  | 'half the noise'
  | 'uniform noise'
  | 'the same noise in every step'
  | 'noise for each physical batch'
  | 'no noise for an empty batch'
  | 'shuffled batches accounted as Poisson'
  | 'draws more than it accounts for'
  | 'tells the accountant another probability'
  | 'divides by the batch that was drawn'
  | 'floors the batch size'
  | 'Math.random'
  | 'batch normalisation'
  | 'a gradient that is not finite spreads'
  | 'weights that never change'
  | 'accumulation counted as one step'

/** Every breakage. */
export const breakages: readonly Breakage[] = [
  'no clipping',
  'clips the batch as a whole',
  'variance where the standard deviation belongs',
  'half the noise',
  'uniform noise',
  'the same noise in every step',
  'noise for each physical batch',
  'no noise for an empty batch',
  'shuffled batches accounted as Poisson',
  'draws more than it accounts for',
  'tells the accountant another probability',
  'divides by the batch that was drawn',
  'floors the batch size',
  'Math.random',
  'batch normalisation',
  'a gradient that is not finite spreads',
  'weights that never change',
  'accumulation counted as one step',
]

const features = 40
const rows = 400
const plan = { samplingProbability: 0.0513, noiseMultiplier: 1.3, clippingNorm: 0.5, logicalBatch: rows * 0.0513 }

/**
 * A logistic regression with private steps, in plain arrays: honest, or broken in one way. It shows what the battery
 * finds, and by which rule.
 */
export function exampleEngine(broken?: Breakage): PrivateEngine {
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
  const drawn = new Map<number, number[]>()
  const noiseOf = new Map<string, Float64Array>()

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
        'half the noise': (plan.noiseMultiplier * plan.clippingNorm) / 2,
      }[broken as string] ?? plan.noiseMultiplier * plan.clippingNorm
    const draw = (): number =>
      broken === 'uniform noise'
        ? (uniform() - 0.5) * Math.sqrt(12)
        : Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
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

  const order = Array.from({ length: rows }, (_, i) => i)
  return {
    plan,
    examples: rows,
    nonFinite: rows - 1,
    sample(step) {
      const known = drawn.get(step)
      if (known) return known
      const q = plan.samplingProbability * (broken === 'draws more than it accounts for' ? 1.2 : 1)
      const size = Math.round(plan.logicalBatch)
      const made =
        broken === 'shuffled batches accounted as Poisson'
          ? Array.from({ length: size }, (_, i) => order[(step * size + i) % rows]!)
          : order.filter(() => uniform() < q)
      drawn.set(step, made)
      return made
    },
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
    accounted: async steps => ({
      samplingProbability:
        broken === 'tells the accountant another probability' ? plan.samplingProbability / 2 : plan.samplingProbability,
      noiseMultiplier: plan.noiseMultiplier,
      steps: broken === 'accumulation counted as one step' ? Math.ceil(steps / 4) : steps,
    }),
  }
}

/** Uniform in [0, 1) with 53 bits. */
function cryptoUniform(): number {
  if (at + 8 > pool.length) {
    pool = randomBytes(1 << 16)
    at = 0
  }
  const high = pool.readUInt32LE(at) >>> 5
  const low = pool.readUInt32LE(at + 4) >>> 6
  at += 8
  return (high * 2 ** 26 + low) / 2 ** 53
}
let pool = randomBytes(1 << 16)
let at = 0

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0))

function total(parts: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(features)
  for (const part of parts) for (const [i, x] of part.entries()) sum[i]! += x
  return sum
}
