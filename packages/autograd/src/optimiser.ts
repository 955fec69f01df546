import type { Graph, Value } from './graph.js'
import { add, div, mul, sub } from './ops/arithmetic.js'
import { sqrt } from './ops/elementwise.js'

/** How parameters move along a gradient. State tensors are inputs and outputs of the step. */
export type Optimiser =
  | { readonly kind: 'sgd' }
  | { readonly kind: 'adam'; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number }

/** Names of the state tensors that an optimiser keeps per parameter, each of the parameter's shape. */
export const stateNames = (optimiser: Optimiser): readonly ('m' | 'v')[] =>
  optimiser.kind === 'adam' ? ['m', 'v'] : []

export interface UpdateInputs {
  readonly parameter: Value
  readonly gradient: Value
  /** A scalar. */
  readonly learningRate: Value
  /** State by name, as `stateNames` lists it. */
  readonly state: Readonly<Record<string, Value>>
  /** `1/(1-β1^t)` and `1/(1-β2^t)` for step t from 1, scalars; only Adam reads them. */
  readonly corrections?: { readonly first: Value; readonly second: Value }
}

/**
 * One update of one parameter.
 *
 * SGD: `p - lr·g`. Adam: `m' = β1 m + (1-β1) g`, `v' = β2 v + (1-β2) g²`, `p - lr·(m'·k1)/(√(v'·k2) + ε)`.
 *
 * @see Kingma, Ba 2015, arXiv 1412.6980, algorithm 1
 */
export function update(
  graph: Graph,
  optimiser: Optimiser,
  { parameter, gradient, learningRate, state, corrections }: UpdateInputs,
): { readonly parameter: Value; readonly state: Readonly<Record<string, Value>> } {
  return graph.withoutTape(() => {
    if (optimiser.kind === 'sgd')
      return { parameter: sub(graph, parameter, mul(graph, gradient, learningRate)), state: {} }
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = optimiser
    const blend = (old: Value, now: Value, beta: number): Value =>
      add(graph, mul(graph, old, graph.scalar(beta)), mul(graph, now, graph.scalar(1 - beta)))
    const m = blend(state.m!, gradient, beta1)
    const v = blend(state.v!, mul(graph, gradient, gradient), beta2)
    const root = add(graph, sqrt(graph, mul(graph, v, corrections!.second)), graph.scalar(epsilon))
    const rate = mul(graph, learningRate, corrections!.first)
    return { parameter: sub(graph, parameter, div(graph, mul(graph, m, rate), root)), state: { m, v } }
  })
}
