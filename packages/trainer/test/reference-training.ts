import { gaussianNoise, poissonSampler } from '@attestry/dp'
import type { TrainingPlan } from '@attestry/core'
import { initialWeights } from '../src/initial-weights.js'

type Vector = Float64Array
export type Parameters = Record<string, Vector>

/** One example: its inputs as a dense vector, its class, its weight. */
export interface Example {
  readonly input: Vector
  readonly label: number
  readonly weight: number
}

const dense = (weight: Vector, bias: Vector, x: Vector): Vector =>
  bias.map((b, row) => x.reduce((total, value, i) => total + value * weight[row * x.length + i]!, b))

const outer = (g: Vector, x: Vector): Vector =>
  Float64Array.from({ length: g.length * x.length }, (_, i) => g[Math.floor(i / x.length)]! * x[i % x.length]!)

const through = (weight: Vector, g: Vector, width: number): Vector =>
  Float64Array.from({ length: width }, (_, i) =>
    g.reduce((total, value, row) => total + value * weight[row * width + i]!, 0),
  )

function softmaxGradient(logits: Vector, label: number): Vector {
  const highest = Math.max(...logits)
  const exps = logits.map(z => Math.exp(z - highest))
  const total = exps.reduce((sum, e) => sum + e, 0)
  return exps.map((e, i) => e / total - (i === label ? 1 : 0))
}

/** One hidden ReLU layer, by hand. */
export function mlpGradient(p: Parameters, { input, label }: Example): Parameters {
  const before = dense(p['hidden.0.weight']!, p['hidden.0.bias']!, input)
  const hidden = before.map(x => Math.max(x, 0))
  const g = softmaxGradient(dense(p['head.weight']!, p['head.bias']!, hidden), label)
  const back = through(p['head.weight']!, g, hidden.length).map((x, i) => (before[i]! > 0 ? x : 0))
  return {
    'hidden.0.weight': outer(back, input),
    'hidden.0.bias': back,
    'head.weight': outer(g, hidden),
    'head.bias': g,
  }
}

/** Mean of embeddings and a linear layer, by hand. The input holds the share of every bucket. */
export function bagGradient(p: Parameters, { input, label }: Example): Parameters {
  const table = p['embedding.weight']!
  const dimension = table.length / input.length
  const mean = Float64Array.from({ length: dimension }, (_, i) =>
    input.reduce((total, share, token) => total + share * table[token * dimension + i]!, 0),
  )
  const g = softmaxGradient(dense(p['head.weight']!, p['head.bias']!, mean), label)
  return {
    'embedding.weight': outer(input, through(p['head.weight']!, g, dimension)),
    'head.weight': outer(g, mean),
    'head.bias': g,
  }
}

/**
 * Convolutions over the embeddings of words and a linear layer, by hand. The input holds the words in order; beyond the last
 * a window sees zeros. Where windows tie for the largest answer they share the gradient.
 */
export function convolutionGradient(p: Parameters, { input, label }: Example): Parameters {
  const table = p['embedding.weight']!
  const widths = Object.keys(p).flatMap(name => /^convolution\.(\d+)\.bias$/.exec(name)?.[1] ?? [])
  const filters = p[`convolution.${widths[0]!}.bias`]!.length
  const dimension = p[`convolution.${widths[0]!}.weight`]!.length / (filters * Number(widths[0]))
  const wordAt = (t: number, i: number): number => (t < input.length ? table[input[t]! * dimension + i]! : 0)
  const windowAt = (t: number, width: number): Vector =>
    Float64Array.from({ length: width * dimension }, (_, j) => wordAt(t + Math.floor(j / dimension), j % dimension))
  const answers = widths.map(width => {
    const [weight, bias] = ['weight', 'bias'].map(part => p[`convolution.${width}.${part}`]!) as [Vector, Vector]
    return Array.from(input, (_, t) => dense(weight, bias, windowAt(t, Number(width))))
  })
  const largest = answers.map(all =>
    Float64Array.from({ length: filters }, (_, f) => Math.max(...all.map(at => at[f]!))),
  )
  const found = Float64Array.from(largest.flatMap(values => Array.from(values, x => Math.max(x, 0))))
  const g = softmaxGradient(dense(p['head.weight']!, p['head.bias']!, found), label)
  const back = through(p['head.weight']!, g, found.length)
  const gradient: Parameters = { 'head.weight': outer(g, found), 'head.bias': g }
  const ofTable = (gradient['embedding.weight'] = new Float64Array(table.length))
  widths.forEach((width, w) => {
    const weight = p[`convolution.${width}.weight`]!
    const ofWeight = (gradient[`convolution.${width}.weight`] = new Float64Array(weight.length))
    const ofBias = (gradient[`convolution.${width}.bias`] = new Float64Array(filters))
    for (let f = 0; f < filters; f++) {
      const best = largest[w]![f]!
      if (best <= 0) continue
      const winners = [...input.keys()].filter(t => answers[w]![t]![f] === best)
      for (const t of winners) {
        const share = back[w * filters + f]! / winners.length
        ofBias[f]! += share
        windowAt(t, Number(width)).forEach((x, j) => {
          const at = f * Number(width) * dimension + j
          ofWeight[at]! += share * x
          const word = input[t + Math.floor(j / dimension)]
          if (word !== undefined) ofTable[word * dimension + (j % dimension)]! += share * weight[at]!
        })
      }
    }
  })
  return gradient
}

/**
 * DP-SGD as it is defined: one example at a time, in float64. It shares with the trainer only what is declared to be
 * common: initial weights, and the streams of sampling and noise.
 */
export function referenceTraining(
  plan: TrainingPlan,
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
  examples: readonly Example[],
  gradient: (p: Parameters, example: Example) => Parameters,
  { secret, seed, steps }: { readonly secret: Uint8Array; readonly seed: number; readonly steps: number },
): Parameters {
  const start = initialWeights(parameters, seed)
  const p: Parameters = Object.fromEntries(parameters.map(({ name }) => [name, Float64Array.from(start[name]!)]))
  const zeros = (): Parameters =>
    Object.fromEntries(Object.entries(p).map(([name, { length }]) => [name, new Float64Array(length)]))
  const [m, v] = [zeros(), zeros()]
  const sampler = poissonSampler({ secret, stream: 'training batches' })
  const noise = gaussianNoise({ secret, stream: 'training noise' })
  const counts = gaussianNoise({ secret, stream: 'clipping count noise' })
  const { privacy } = plan
  const adaptive = privacy?.adaptiveClipping
  let bound = privacy?.clippingNorm ?? Infinity
  const raised = !privacy
    ? 0
    : adaptive
      ? (privacy.noiseMultiplier ** -2 - (2 * adaptive.countNoise) ** -2) ** -0.5
      : privacy.noiseMultiplier
  for (let t = 1; t <= steps; t++) {
    const sums = zeros()
    let centred = 0
    for (const row of sampler.sample(examples.length, plan.logicalBatch / examples.length, t)) {
      const example = examples[row]!
      const g = gradient(p, example)
      const norm = Math.sqrt(Object.values(g).reduce((total, x) => total + x.reduce((s, y) => s + y * y, 0), 0))
      const most = bound * (1 - 1e-5)
      centred += example.weight * norm > most ? -0.5 : 0.5
      const factor = example.weight === 0 ? 0 : example.weight * Math.min(1, most / (example.weight * norm))
      for (const [name, x] of Object.entries(g)) x.forEach((y, i) => (sums[name]![i]! += factor * y))
    }
    if (privacy) {
      const z = noise.fill(new Float32Array(plan.parameters), t)
      let at = 0
      for (const { name } of parameters) sums[name] = sums[name]!.map(x => x + raised * bound * z[at++]!)
    }
    if (adaptive) {
      const noisy = centred + adaptive.countNoise * counts.fill(new Float64Array(1), t)[0]!
      bound *= Math.exp(-adaptive.learningRate * (0.5 + noisy / plan.logicalBatch - adaptive.quantile))
    }
    for (const { name } of parameters)
      sums[name]!.forEach((sum, i) => {
        const g = sum / plan.logicalBatch
        if (plan.optimizer === 'sgd') p[name]![i]! -= plan.learningRate * g
        else {
          m[name]![i] = 0.9 * m[name]![i]! + 0.1 * g
          v[name]![i] = 0.999 * v[name]![i]! + 0.001 * g * g
          const [mean, square] = [m[name]![i]! / (1 - 0.9 ** t), v[name]![i]! / (1 - 0.999 ** t)]
          p[name]![i]! -= (plan.learningRate * mean) / (Math.sqrt(square) + 1e-8)
        }
      })
  }
  return p
}
