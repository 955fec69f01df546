import { badOptimiser } from './errors.js'
import type { Graph, Value } from './graph.js'
import { add, div, mul, sub } from './ops/arithmetic.js'
import { sqrt } from './ops/elementwise.js'

/**
 * How parameters move along a gradient. State tensors are inputs and outputs of the step, zero before the first.
 *
 * - `sgd`: momentum μ from 0 (none, the default) to below 1; `nesterov` looks ahead and acts with momentum only
 * - `adam`, `adamw`: β1 0.9, β2 0.999, ε 1e-8 unless given
 * - `lion`: β1 0.9, β2 0.99 unless given; every element moves by the learning rate, so take a tenth of AdamW's
 * - `weightDecay` λ, at least 0 (`adamw` 0.01 and `lion` 0 unless given), shrinks the parameter itself by `lr·λ`
 */
export type Optimiser =
  | { readonly kind: 'sgd'; readonly momentum?: number; readonly nesterov?: boolean }
  | { readonly kind: 'adam'; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number }
  | {
      readonly kind: 'adamw'
      readonly beta1?: number
      readonly beta2?: number
      readonly epsilon?: number
      readonly weightDecay?: number
    }
  | { readonly kind: 'lion'; readonly beta1?: number; readonly beta2?: number; readonly weightDecay?: number }

type OptimiserOf<K extends Optimiser['kind']> = Extract<Optimiser, { kind: K }>

/** What each setting must be for steps to go down and stay finite. */
const ranges = {
  momentum: { holds: (x: number) => x >= 0 && x < 1, says: 'from 0 to below 1' },
  beta1: { holds: (x: number) => x >= 0 && x < 1, says: 'from 0 to below 1' },
  beta2: { holds: (x: number) => x >= 0 && x < 1, says: 'from 0 to below 1' },
  epsilon: { holds: (x: number) => x > 0 && Number.isFinite(x), says: 'above 0' },
  weightDecay: { holds: (x: number) => x >= 0 && Number.isFinite(x), says: 'of at least 0' },
} as const

/** @throws AUTOGRAD-E012 for a setting that is out of its range */
export function checkOptimiser(optimiser: Optimiser): void {
  for (const [name, { holds, says }] of Object.entries(ranges)) {
    const value = (optimiser as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined && !(typeof value === 'number' && holds(value)))
      throw badOptimiser(name, Number(value), says)
  }
}

/** Names of the state tensors that an optimiser keeps per parameter, each of the parameter's shape. */
export function stateNames(optimiser: Optimiser): readonly ('m' | 'v')[] {
  switch (optimiser.kind) {
    case 'sgd':
      return optimiser.momentum ? ['m'] : []
    case 'adam':
    case 'adamw':
      return ['m', 'v']
    case 'lion':
      return ['m']
  }
}

/** Whether the optimiser reads `corrections`, which differ at every step. */
export const needsCorrections = (optimiser: Optimiser): optimiser is OptimiserOf<'adam' | 'adamw'> =>
  optimiser.kind === 'adam' || optimiser.kind === 'adamw'

export interface UpdateInputs {
  readonly parameter: Value
  readonly gradient: Value
  /** A scalar. */
  readonly learningRate: Value
  /** State by name, as `stateNames` lists it. */
  readonly state: Readonly<Record<string, Value>>
  /** `1/(1-β1^t)` and `1/(1-β2^t)` for step t from 1, scalars; there where `needsCorrections` says so. */
  readonly corrections?: { readonly first: Value; readonly second: Value }
}

/** A parameter and its state after a step. */
export interface Updated {
  readonly parameter: Value
  readonly state: Readonly<Record<string, Value>>
}

/**
 * One update of one parameter p by its gradient g.
 *
 * - SGD: `p - lr·g`. With momentum: `m' = μ m + g`, `p - lr·m'`; Nesterov: `p - lr·(g + μ m')`
 * - Adam: `m' = β1 m + (1-β1) g`, `v' = β2 v + (1-β2) g²`, `p - lr·(m'·k1)/(√(v'·k2) + ε)`
 * - AdamW: Adam from `p - lr·λ·p`, so that the decay is not divided by the root as an L2 penalty's gradient would be
 * - Lion: `p - lr·λ·p - lr·sign(β1 m + (1-β1) g)`, `m' = β2 m + (1-β2) g`
 *
 * @see Sutskever, Martens, Dahl, Hinton, ICML 2013 (momentum); Kingma, Ba 2015, arXiv 1412.6980, algorithm 1;
 * Loshchilov, Hutter 2019, arXiv 1711.05101, algorithm 2; Chen et al. 2023, arXiv 2302.06675, algorithm 2
 * @throws AUTOGRAD-E012 for a setting that is out of its range
 */
export function update(graph: Graph, optimiser: Optimiser, inputs: UpdateInputs): Updated {
  checkOptimiser(optimiser)
  return graph.withoutTape(() => {
    switch (optimiser.kind) {
      case 'sgd':
        return sgd(graph, optimiser, inputs)
      case 'adam':
        return adam(graph, optimiser, inputs)
      case 'adamw':
        return adam(graph, optimiser, decayed(graph, inputs, optimiser.weightDecay ?? 0.01))
      case 'lion':
        return lion(graph, optimiser, decayed(graph, inputs, optimiser.weightDecay ?? 0))
    }
  })
}

function sgd(graph: Graph, { momentum = 0, nesterov = false }: OptimiserOf<'sgd'>, inputs: UpdateInputs): Updated {
  const { parameter, gradient, learningRate, state } = inputs
  const along = (direction: Value): Value => sub(graph, parameter, mul(graph, direction, learningRate))
  if (!momentum) return { parameter: along(gradient), state: {} }
  const kept = (velocity: Value): Value => add(graph, mul(graph, velocity, graph.scalar(momentum)), gradient)
  const m = kept(state.m!)
  return { parameter: along(nesterov ? kept(m) : m), state: { m } }
}

function adam(graph: Graph, options: OptimiserOf<'adam' | 'adamw'>, inputs: UpdateInputs): Updated {
  const { parameter, gradient, learningRate, state, corrections } = inputs
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
  const m = blend(graph, state.m!, gradient, beta1)
  const v = blend(graph, state.v!, mul(graph, gradient, gradient), beta2)
  const root = add(graph, sqrt(graph, mul(graph, v, corrections!.second)), graph.scalar(epsilon))
  const rate = mul(graph, learningRate, corrections!.first)
  return { parameter: sub(graph, parameter, div(graph, mul(graph, m, rate), root)), state: { m, v } }
}

function lion(graph: Graph, { beta1 = 0.9, beta2 = 0.99 }: OptimiserOf<'lion'>, inputs: UpdateInputs): Updated {
  const { parameter, gradient, learningRate, state } = inputs
  const direction = blend(graph, state.m!, gradient, beta1)
  const sign = graph.emit({ op: 'Sign', inputs: [direction], shape: direction.shape })
  const m = blend(graph, state.m!, gradient, beta2)
  return { parameter: sub(graph, parameter, mul(graph, sign, learningRate)), state: { m } }
}

/** `β·old + (1-β)·now`. */
const blend = (graph: Graph, old: Value, now: Value, beta: number): Value =>
  add(graph, mul(graph, old, graph.scalar(beta)), mul(graph, now, graph.scalar(1 - beta)))

/** The same inputs with the parameter shrunk towards 0 by `lr·λ` of itself. */
function decayed(graph: Graph, inputs: UpdateInputs, weightDecay: number): UpdateInputs {
  if (!weightDecay) return inputs
  const share = mul(graph, inputs.learningRate, graph.scalar(weightDecay))
  return { ...inputs, parameter: sub(graph, inputs.parameter, mul(graph, inputs.parameter, share)) }
}
