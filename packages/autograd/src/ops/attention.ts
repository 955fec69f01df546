import type { Graph, Value } from '../graph.js'
import { add } from './arithmetic.js'
import { needShape, needType } from './check.js'
import { product } from './matrix.js'
import { reshape, transpose } from './shape.js'
import { softmax } from './softmax.js'

export interface AttentionOptions {
  /** Queries, [B, T, heads · size]. */
  readonly queries: Value
  /** Keys, [B, S, groups · size]: each group of `heads / groups` query heads shares one. */
  readonly keys: Value
  /** Values, [B, S, groups · size]. */
  readonly values: Value
  readonly heads: number
  readonly groups: number
  /** Added to the scores, [1 or B, 1, T, S]: 0 where a query may look, a large negative and finite number elsewhere. */
  readonly mask: Value
}

/**
 * Scaled dot-product attention: `softmax(Q Kᵀ / √size + mask) V` for every head, [B, T, heads · size].
 *
 * With fewer groups than heads (grouped-query attention) keys and values are not repeated: the queries of a group stand
 * below one another as one matrix, so that gradients of keys and values sum over the group in the product itself.
 *
 * @see Vaswani et al. 2017, arXiv 1706.03762, equation 1; Ainslie et al. 2023, arXiv 2305.13245
 */
export function attention(graph: Graph, options: AttentionOptions): Value {
  const { queries, keys, values, heads, groups, mask } = options
  for (const value of [queries, keys, values, mask]) needType(graph, 'attention', value, 'f32')
  const [batch, length, width] = queries.shape as readonly [number, number, number]
  const span = keys.shape[1]!
  const size = width / heads
  const fits =
    Number.isInteger(size) &&
    heads % groups === 0 &&
    keys.shape.join() === [batch, span, groups * size].join() &&
    values.shape.join() === keys.shape.join()
  needShape(
    graph,
    'attention',
    fits,
    [queries, keys, values],
    `queries are [B, T, ${heads} · size], keys and values [B, S, ${groups} · size]`,
  )
  return attend(graph, {
    queries: reshape(graph, splitHeads(graph, queries, heads), [batch, groups, (heads / groups) * length, size]),
    keys: splitHeads(graph, keys, groups),
    values: splitHeads(graph, values, groups),
    length,
    mask,
  })
}

/** [B, T, heads · size] as [B, heads, T, size]. */
export function splitHeads(graph: Graph, x: Value, heads: number): Value {
  const [batch, length, width] = x.shape as readonly [number, number, number]
  return transpose(graph, reshape(graph, x, [batch, length, heads, width / heads]), [0, 2, 1, 3])
}

export interface AttendOptions {
  /** [B, groups, n · T, size]: the n query heads of a group below one another. */
  readonly queries: Value
  /** [B, groups, S, size]; S may be an open axis where there is no mask. */
  readonly keys: Value
  /** [B, groups, S, size] */
  readonly values: Value
  /** T */
  readonly length: number
  /** [1 or B, 1, T, S]; without one every query sees every key. */
  readonly mask?: Value
}

/** Attention over heads that are already apart: [B, T, heads · size]. */
export function attend(graph: Graph, { queries, keys, values, length, mask }: AttendOptions): Value {
  const [batch, groups, rows, size] = queries.shape as readonly [number, number, number, number]
  const span = keys.shape[2]!
  const heads = (groups * rows) / length
  const scores = product(graph, queries, keys, { transB: true, alpha: 1 / Math.sqrt(size) })
  const seen = mask
    ? reshape(graph, add(graph, reshape(graph, scores, [batch, heads, length, span]), mask), scores.shape)
    : scores
  const mixed = reshape(graph, product(graph, softmax(graph, seen), values), [batch, heads, length, size])
  return reshape(graph, transpose(graph, mixed, [0, 2, 1, 3]), [batch, length, heads * size])
}
