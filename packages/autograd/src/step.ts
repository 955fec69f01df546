import { createHash } from 'node:crypto'
import { backward } from './backward.js'
import { encodeModel } from './encode.js'
import { badOptimiser } from './errors.js'
import { createGraph, flopsOf, type Flops, type Graph, type Value } from './graph.js'
import { add, div, min, mul } from './ops/arithmetic.js'
import { sqrt } from './ops/elementwise.js'
import { reduceSumSquare } from './ops/reduce.js'
import { needsCorrections, stateNames, update, type Optimiser } from './optimiser.js'
import { clipPerExample, gradientSums } from './per-example.js'
import { f32, sizeOf, type Shape } from './tensor.js'

/**
 * Builds the forward pass of a model for `batch` examples into a graph and gives the loss of each example, [batch].
 *
 * It declares its own inputs and parameters. The loss of an example may depend on that example alone.
 */
export type LossBuilder = (graph: Graph, batch: number) => Value

export interface StepOptions {
  readonly loss: LossBuilder
  /** Rows of one run. */
  readonly batch: number
  readonly optimiser: Optimiser
  /** Clip each example's gradient, and take noise as an input. */
  readonly isPrivate: boolean
  /**
   * Largest L2 norm of an update's gradient over all parameters together: a longer one is scaled down to it. It acts on the
   * averaged gradient, not on examples, and so protects nobody; a private step takes none.
   */
  readonly maxGradientNorm?: number
  /** Written into the file, such as a plan's digest. */
  readonly metadata?: Readonly<Record<string, string>>
}

export interface ParameterShape {
  readonly name: string
  readonly shape: Shape
}

/** An encoded step and what its caller must know. */
export interface CompiledStep {
  readonly model: Uint8Array
  /** SHA-256 of the bytes, 64 hex digits. */
  readonly digest: string
  readonly parameters: readonly ParameterShape[]
  /** Operations of one run. */
  readonly flops: Flops
}

/** Names of the scalars and vectors that steps take beside the model's own inputs. */
export const stepInputs = {
  /** [batch]: 1 for examples, 0 for padding */
  mask: 'mask',
  /** [batch]: example weights */
  weights: 'weights',
  clippingNorm: 'clippingNorm',
  /** sigma · C, the standard deviation of the noise */
  noiseScale: 'noiseScale',
  /** 1/L for the public expected batch size L */
  inverseBatch: 'inverseBatch',
  learningRate: 'learningRate',
  firstCorrection: 'firstCorrection',
  secondCorrection: 'secondCorrection',
} as const

/** Names of per-parameter tensors: accumulator, noise, optimiser state; as inputs, and as outputs with `new:`. */
export const sumOf = (parameter: string): string => `sum:${parameter}`
export const noiseOf = (parameter: string): string => `noise:${parameter}`
export const stateOf = (state: string, parameter: string): string => `${state}:${parameter}`
export const newOf = (name: string): string => `new:${name}`

/**
 * Forward, backward, norms and clipping of one physical batch: `new:sum:p = sum:p + Σ_i c_i g_i` for every parameter.
 *
 * Outputs besides: `loss` [batch], and where private `norms` [batch] and `clipped` [batch].
 * Without privacy `c_i = m_i·w_i`.
 *
 * @throws AUTOGRAD-E005, AUTOGRAD-E006 where a parameter has no per-example rule and the step is private
 */
export function compileAccumulate(options: StepOptions): CompiledStep {
  const graph = createGraph()
  sumGradients(graph, options, parameter => graph.input(sumOf(parameter.name), parameter.shape)).forEach(
    (sum, parameter) => graph.output(newOf(sumOf(parameter.name)), sum),
  )
  return finish(graph, 'accumulate', graph.parameters, options)
}

/**
 * The update of one logical step: `g = (sum + noiseScale·noise)·inverseBatch`, shortened where its norm is bounded (then
 * the norm before is the output `gradientNorm`, a scalar), then the optimiser. Noise enters here, once
 * per logical step, however many physical batches were summed.
 */
export function compileApply(options: StepOptions): CompiledStep {
  const shapes = createGraph()
  options.loss(shapes, options.batch)
  const graph = createGraph()
  const parameters = shapes.parameters.map(({ name, shape }) => graph.input(name, shape))
  const noise = noiseInputs(graph, options)
  const gradients = parameters.map(parameter => {
    const sum = graph.input(sumOf(parameter.name), parameter.shape)
    const scaled = noise?.(parameter)
    return [parameter, scaled ? add(graph, sum, scaled) : sum] as const
  })
  applyUpdates(graph, new Map(gradients), options)
  return finish(graph, 'apply', parameters, options)
}

/** Accumulate and apply in one graph, for a logical batch that is one physical batch. */
export function compileFused(options: StepOptions): CompiledStep {
  const graph = createGraph()
  const sums = sumGradients(graph, options, noiseInputs(graph, options))
  applyUpdates(graph, sums, options)
  return finish(graph, 'fused', graph.parameters, options)
}

function sumGradients(
  graph: Graph,
  { loss, batch, isPrivate }: StepOptions,
  start: ((parameter: Value) => Value) | undefined,
): ReadonlyMap<Value, Value> {
  const losses = loss(graph, batch)
  const mask = graph.input(stepInputs.mask, [batch])
  const weights = graph.input(stepInputs.weights, [batch])
  graph.output('loss', losses)
  // Each example's own gradient under privacy, so the seed is 1 and weighting waits for the clipping.
  const seed = isPrivate ? graph.constant(f32([batch], new Float32Array(batch).fill(1))) : mul(graph, mask, weights)
  backward(graph, losses, seed)
  return graph.within('sums', () => {
    const into = new Map(graph.parameters.flatMap(parameter => (start ? [[parameter, start(parameter)] as const] : [])))
    if (!isPrivate) return gradientSums(graph, null, into)
    const clippingNorm = graph.input(stepInputs.clippingNorm, [])
    const { norms, factors, clipped } = clipPerExample(graph, { mask, weights, clippingNorm })
    graph.output('norms', norms)
    graph.output('clipped', clipped)
    return gradientSums(graph, factors, into)
  })
}

/** Noise of a parameter, scaled to its standard deviation; undefined without privacy. */
function noiseInputs(graph: Graph, { isPrivate }: StepOptions): ((parameter: Value) => Value) | undefined {
  if (!isPrivate) return undefined
  const scale = graph.input(stepInputs.noiseScale, [])
  return ({ name, shape }) => mul(graph, graph.input(noiseOf(name), shape), scale)
}

// As in torch.nn.utils.clip_grad_norm_: it keeps the quotient finite.
const nextToZero = 1e-6

/** Gradients shortened together to an L2 norm of at most `most`, with what it was before. */
function withinNorm(
  graph: Graph,
  gradients: ReadonlyMap<Value, Value>,
  most: number,
): { readonly norm: Value; readonly gradients: ReadonlyMap<Value, Value> } {
  return graph.withoutTape(() => {
    const squares = [...gradients.values()].map(gradient =>
      reduceSumSquare(graph, gradient, { axes: gradient.shape.map((_, axis) => axis) }),
    )
    const norm = sqrt(
      graph,
      squares.reduce((sum, square) => add(graph, sum, square)),
    )
    const shrink = div(graph, graph.scalar(most), add(graph, norm, graph.scalar(nextToZero)))
    const factor = min(graph, graph.scalar(1), shrink)
    return { norm, gradients: new Map([...gradients].map(([of, gradient]) => [of, mul(graph, gradient, factor)])) }
  })
}

function applyUpdates(graph: Graph, sums: ReadonlyMap<Value, Value>, options: StepOptions): void {
  const { optimiser, maxGradientNorm, isPrivate } = options
  if (maxGradientNorm !== undefined && (isPrivate || !(maxGradientNorm > 0 && Number.isFinite(maxGradientNorm))))
    throw badOptimiser('maxGradientNorm', maxGradientNorm, isPrivate ? 'absent in a private step' : 'above 0')
  const inverseBatch = graph.input(stepInputs.inverseBatch, [])
  const learningRate = graph.input(stepInputs.learningRate, [])
  const corrections = needsCorrections(optimiser)
    ? { first: graph.input(stepInputs.firstCorrection, []), second: graph.input(stepInputs.secondCorrection, []) }
    : undefined
  graph.within('update', () => {
    const averaged = (sum: Value): Value => mul(graph, sum, inverseBatch)
    const bounded =
      maxGradientNorm && withinNorm(graph, new Map([...sums].map(([of, s]) => [of, averaged(s)])), maxGradientNorm)
    if (bounded) graph.output('gradientNorm', bounded.norm)
    for (const [parameter, sum] of sums) {
      const gradient = bounded ? bounded.gradients.get(parameter)! : averaged(sum)
      const state = Object.fromEntries(
        stateNames(optimiser).map(name => [name, graph.input(stateOf(name, parameter.name), parameter.shape)]),
      )
      const next = update(graph, optimiser, {
        parameter,
        gradient,
        learningRate,
        state,
        ...(corrections && { corrections }),
      })
      graph.output(newOf(parameter.name), next.parameter)
      for (const [name, value] of Object.entries(next.state)) graph.output(newOf(stateOf(name, parameter.name)), value)
    }
  })
}

function finish(graph: Graph, name: string, parameters: readonly Value[], { metadata }: StepOptions): CompiledStep {
  const model = encodeModel(graph, { name, ...(metadata && { metadata }) })
  return {
    model,
    digest: createHash('sha256').update(model).digest('hex'),
    parameters: parameters.map(({ name, shape }) => ({ name, shape })),
    flops: flopsOf(graph),
  }
}

/** Number of trainable elements. */
export const parameterCount = (parameters: readonly ParameterShape[]): number =>
  parameters.reduce((count, { shape }) => count + sizeOf(shape), 0)
