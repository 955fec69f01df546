import { noPerExampleRule, sharedParameter } from './errors.js'
import type { Graph, ParameterUse, Value } from './graph.js'
import { add, div, equal, greater, min, mul } from './ops/arithmetic.js'
import { sqrt } from './ops/elementwise.js'
import { scatterRows } from './ops/embedding.js'
import { gemm, matmul, product } from './ops/matrix.js'
import { columnSums, reduceSum, reduceSumSquare } from './ops/reduce.js'
import { expand, reshape, transposeLast, unsqueeze } from './ops/shape.js'
import { f32, sizeOf } from './tensor.js'

type UseOf<K extends ParameterUse['kind']> = Extract<ParameterUse, { kind: K }>

/** The parameters that a use touches. */
export function parametersOf(use: ParameterUse): readonly Value[] {
  switch (use.kind) {
    case 'linear':
      return use.bias ? [use.weight, use.bias] : [use.weight]
    case 'embedding':
    case 'bag':
      return [use.table]
    case 'scale':
      return use.shift ? [use.scale, use.shift] : [use.scale]
    case 'direct':
      return [use.parameter]
  }
}

/**
 * Refuses what has no exact per-example norm.
 *
 * @throws AUTOGRAD-E005 for a parameter used by an operator without a rule
 * @throws AUTOGRAD-E006 for a parameter used more than once
 */
export function checkPerExample(graph: Graph): void {
  const uses = new Map<Value, number>()
  for (const use of graph.uses)
    for (const parameter of parametersOf(use)) uses.set(parameter, (uses.get(parameter) ?? 0) + 1)
  for (const use of graph.uses) if (use.kind === 'direct') throw noPerExampleRule(use.parameter.name)
  for (const [parameter, count] of uses) if (count > 1) throw sharedParameter(parameter.name, count)
}

/**
 * The squared gradient norm of each example, [B], over all parameters, without forming any example's gradient.
 *
 * - linear, T = 1: `‖x_i‖²·‖g_i‖²`; T > 1: the sum over `(x_i x_iᵀ) ⊙ (g_i g_iᵀ)` (ghost) where 2T² ≤ in·out, else
 *   `‖x_iᵀ g_i‖²` (instantiated); bias: `‖Σ_t g_it‖²`
 * - scale: `‖Σ_t x_it ⊙ g_it‖²`; shift: `‖Σ_t g_it‖²`
 * - embedding: `Σ_{t,s} [tok_t = tok_s]·⟨g_t, g_s⟩`; bag: the same for `g_t = share_t·g`
 *
 * @see Li, Tramèr, Liang, Hashimoto, ICLR 2022, arXiv 2110.05679, section 4; Bu, Wang, Dai, Zha, PMLR 202:3192
 * @throws AUTOGRAD-E005, AUTOGRAD-E006
 */
export function squaredNorms(graph: Graph): Value {
  checkPerExample(graph)
  return graph.withoutTape(() =>
    graph.uses.map(use => squaredNorm(graph, use)).reduce((total, norm) => add(graph, total, norm)),
  )
}

function squaredNorm(graph: Graph, use: ParameterUse): Value {
  switch (use.kind) {
    case 'linear':
      return linearNorm(graph, use)
    case 'embedding': {
      const gram = matmul(graph, use.dy, transposeLast(graph, use.dy))
      return reduceSum(graph, mul(graph, sameToken(graph, use.tokens), gram), { axes: [1, 2] })
    }
    case 'bag':
      return mul(graph, reduceSumSquare(graph, use.dy, { axes: [1] }), bagFactor(graph, use))
    case 'scale': {
      const ofScale = squareOfSum(graph, mul(graph, use.x, use.dy))
      return use.shift ? add(graph, ofScale, squareOfSum(graph, use.dy)) : ofScale
    }
    case 'direct':
      throw noPerExampleRule(use.parameter.name)
  }
}

function linearNorm(graph: Graph, { x, dy, bias }: UseOf<'linear'>): Value {
  if (x.shape.length === 2) {
    // Not ReduceSumSquare, whose kernel takes four times as long.
    const ofX = reduceSum(graph, mul(graph, x, x), { axes: [1] })
    const ofDy = reduceSum(graph, mul(graph, dy, dy), { axes: [1] })
    return mul(graph, bias ? add(graph, ofX, graph.scalar(1)) : ofX, ofDy)
  }
  const batch = x.shape[0]!
  const positions = sizeOf(x.shape.slice(1, -1))
  const [xs, gs] = [x, dy].map(value => reshape(graph, value, [batch, positions, value.shape.at(-1)!])) as [
    Value,
    Value,
  ]
  const gram = (value: Value): Value => product(graph, value, value, { transB: true })
  const ghost = 2 * positions * positions <= x.shape.at(-1)! * dy.shape.at(-1)!
  const ofWeight = ghost
    ? reduceSum(graph, mul(graph, gram(xs), gram(gs)), { axes: [1, 2] })
    : reduceSumSquare(graph, product(graph, xs, gs, { transA: true }), { axes: [1, 2] })
  if (!bias) return ofWeight
  return add(graph, ofWeight, squareOfSum(graph, dy))
}

/** `‖Σ_t x_it‖²` over all positions of each example, [B]. */
function squareOfSum(graph: Graph, x: Value): Value {
  const axes = Array.from({ length: x.shape.length - 2 }, (_, i) => i + 1)
  return reduceSumSquare(graph, axes.length > 0 ? reduceSum(graph, x, { axes }) : x, { axes: [1] })
}

/** 1 where two positions of an example hold the same token: [B, T, T]. */
const sameToken = (graph: Graph, tokens: Value): Value =>
  equal(graph, unsqueeze(graph, tokens, [2]), unsqueeze(graph, tokens, [1]))

/** What the tokens of a bag contribute to its norm: `Σ_{t,s} [tok_t = tok_s]·share_t·share_s`, [B]. */
function bagFactor(graph: Graph, { tokens, shares, distinct }: UseOf<'bag'>): Value {
  if (distinct) return reduceSumSquare(graph, shares, { axes: [1] })
  const pairs = mul(graph, unsqueeze(graph, shares, [2]), unsqueeze(graph, shares, [1]))
  return reduceSum(graph, mul(graph, sameToken(graph, tokens), pairs), { axes: [1, 2] })
}

export interface ClipOptions {
  /** 1 for examples, 0 for padding, [B] */
  readonly mask: Value
  /** Example weights, at least 0, [B]; applied before clipping, so that the sensitivity stays the clipping norm. */
  readonly weights: Value
  /** C, a scalar */
  readonly clippingNorm: Value
}

export interface Clipping {
  /** Gradient norms before weighting and clipping, [B] */
  readonly norms: Value
  /** `c_i = m_i·w_i·min(1, C(1-1e-5)/(w_i·n_i + tiny))`, [B] */
  readonly factors: Value
  /** 1 where an example was clipped, [B] */
  readonly clipped: Value
}

// 32-bit sums let a clipped norm exceed the bound by about 1e-7 of it: clip a little below, charge the bound.
const safety = 1 - 1e-5
// Smaller than any norm that is clipped; keeps 0/0 away.
const tiny = 1e-30

/** Norms and clipping factors of each example. @throws AUTOGRAD-E005, AUTOGRAD-E006 */
export function clipPerExample(graph: Graph, { mask, weights, clippingNorm }: ClipOptions): Clipping {
  const squared = squaredNorms(graph)
  return graph.withoutTape(() => {
    const norms = sqrt(graph, squared)
    const bound = mul(graph, clippingNorm, graph.scalar(safety))
    const weighted = mul(graph, weights, norms)
    const shrink = min(graph, graph.scalar(1), div(graph, bound, add(graph, weighted, graph.scalar(tiny))))
    const factors = mul(graph, mul(graph, mask, weights), shrink)
    return { norms, factors, clipped: mul(graph, mask, greater(graph, weighted, bound)) }
  })
}

/**
 * `into + Σ_i c_i g_i` for every parameter, from the recorded uses: no second backward.
 *
 * @param factors c, [B]; `null` where the seed of the backward already carried them
 * @param into what to add to, by parameter; nothing is zero
 */
export function gradientSums(
  graph: Graph,
  factors: Value | null,
  into: ReadonlyMap<Value, Value> = new Map(),
): ReadonlyMap<Value, Value> {
  const sums = new Map<Value, Value>(into)
  const addTo = (parameter: Value, gradient: Value): void => {
    const before = sums.get(parameter)
    sums.set(parameter, before ? add(graph, before, gradient) : gradient)
  }
  graph.withoutTape(() => {
    for (const use of graph.uses)
      switch (use.kind) {
        case 'linear': {
          // c x gᵀ is (c x) gᵀ and x (c g)ᵀ: the narrower side takes the factors. The bias takes them as weights of rows, where
          // each example has one row.
          const { x, dy, bias } = use
          const isXNarrower = x.shape.at(-1)! < dy.shape.at(-1)! && (!bias || x.shape.length === 2)
          const rows = rowsOf(graph, isXNarrower ? scaled(graph, x, factors) : x)
          const gradients = rowsOf(graph, isXNarrower ? dy : scaled(graph, dy, factors))
          sums.set(use.weight, gemm(graph, gradients, rows, sums.get(use.weight) ?? null, { transA: true }))
          if (bias) addTo(bias, columnSums(graph, gradients, isXNarrower ? factors : null))
          break
        }
        case 'embedding':
          sums.set(
            use.table,
            scatterRows(graph, startOf(graph, sums, use.table), use.tokens, scaled(graph, use.dy, factors)),
          )
          break
        case 'bag': {
          const dy = scaled(graph, use.dy, factors)
          const rows = mul(graph, unsqueeze(graph, use.shares, [2]), unsqueeze(graph, dy, [1]))
          sums.set(use.table, scatterRows(graph, startOf(graph, sums, use.table), use.tokens, rows))
          break
        }
        case 'scale': {
          const dy = scaled(graph, use.dy, factors)
          addTo(use.scale, columnSums(graph, rowsOf(graph, mul(graph, use.x, dy))))
          if (use.shift) addTo(use.shift, columnSums(graph, rowsOf(graph, dy)))
          break
        }
        case 'direct':
          if (factors) throw noPerExampleRule(use.parameter.name)
          addTo(use.parameter, use.gradient)
      }
  })
  return sums
}

const rowsOf = (graph: Graph, value: Value): Value => {
  const size = value.shape.at(-1)!
  return reshape(graph, value, [sizeOf(value.shape) / size, size])
}

/** Each example's slice times its factor. */
function scaled(graph: Graph, dy: Value, factors: Value | null): Value {
  if (!factors) return dy
  const axes = Array.from({ length: dy.shape.length - 1 }, (_, axis) => axis + 1)
  return mul(graph, dy, unsqueeze(graph, factors, axes))
}

const startOf = (graph: Graph, sums: ReadonlyMap<Value, Value>, table: Value): Value =>
  sums.get(table) ?? expand(graph, graph.constant(f32([1, 1], [0])), table.shape)
