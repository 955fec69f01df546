import { int, text } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { f32, sameShape, sizeOf } from '../tensor.js'
import { needShape, needType } from './check.js'
import { matmul, matmulNode } from './matrix.js'
import { expand, reshape, squeeze, unsqueeze } from './shape.js'

/** Rows of a table by index: [V, d] and [...] give [..., d]. Gradient: rows added into zeros (`scatterRows`). */
export function gather(graph: Graph, table: Value, indices: Value): Value {
  const y = gatherRows(graph, table, indices)
  return graph.onBackward(y, (dy, accumulate) => {
    const zeros = expand(graph, graph.constant(f32([1, 1], [0])), table.shape)
    accumulate(table, scatterRows(graph, zeros, indices, dy))
  })
}

function gatherRows(graph: Graph, table: Value, indices: Value): Value {
  needType(graph, 'Gather', table, 'f32')
  needType(graph, 'Gather', indices, 'i64')
  needShape(graph, 'Gather', table.shape.length === 2, [table], 'the table is [rows, size]')
  return graph.emit({
    op: 'Gather',
    inputs: [table, indices],
    shape: [...indices.shape, table.shape[1]!],
    attributes: { axis: int(0) },
    otherFlops: 0,
  })
}

/**
 * Adds rows into a table at given indices; an index that occurs several times adds several times.
 *
 * @param into [V, d]
 * @param indices [...], i64
 * @param rows [..., d]
 */
export function scatterRows(graph: Graph, into: Value, indices: Value, rows: Value): Value {
  const count = sizeOf(indices.shape)
  const size = into.shape[1]!
  needShape(graph, 'ScatterND', sizeOf(rows.shape) === count * size, [into, indices, rows], 'there is a row per index')
  return graph.emit({
    op: 'ScatterND',
    inputs: [into, reshape(graph, indices, [count, 1]), reshape(graph, rows, [count, size])],
    shape: into.shape,
    attributes: { reduction: text('add') },
    otherFlops: count * size,
  })
}

/**
 * A trainable embedding: `table[tokens]`. Records its use, so that each example's gradient norm is known.
 *
 * @param table a parameter, [V, d]
 * @param tokens [B, T], i64
 * @returns [B, T, d]
 */
export function embedding(graph: Graph, table: Value, tokens: Value): Value {
  needShape(graph, 'embedding', tokens.shape.length === 2, [tokens], 'tokens are [B, T]')
  return graph.onBackward(gatherRows(graph, table, tokens), dy =>
    graph.recordUse({ kind: 'embedding', table, tokens, dy }),
  )
}

/**
 * Weighted sum over an axis of positions: `Σ_t shares_t · x_t`. With shares `mask / Σ mask` it is the masked mean.
 *
 * @param x [B, T, d]
 * @param shares [B, T]; no gradient flows into them
 * @returns [B, d]
 */
export function weightedSum(graph: Graph, x: Value, shares: Value): Value {
  const fits = x.shape.length === 3 && shares.shape.length === 2 && shares.shape.every((size, i) => size === x.shape[i])
  needShape(graph, 'weightedSum', fits, [x, shares], 'x is [B, T, d] and shares are [B, T]')
  return squeeze(graph, matmul(graph, unsqueeze(graph, shares, [1]), x), [1])
}

export interface EmbeddingBagOptions {
  /** a parameter, [V, d] */
  readonly table: Value
  /** [B, T], i64 */
  readonly tokens: Value
  /** [B, T]: the share of each position; 0 for padding. `mask / Σ mask` gives the mean. */
  readonly shares: Value
  /**
   * Promise that no token with a share other than 0 occurs twice in an example. Then norms need no comparison of all
   * pairs of positions. A broken promise makes norms too small: whoever feeds the graph must check it.
   */
  readonly distinct?: boolean
}

/**
 * Embedding and weighted sum as one layer: y = Σ_t shares_t · table[tokens_t], [B, d].
 *
 * The gradient of an example with respect to the table is an outer product, so its norm needs no [T, T] products of
 * gradients, only the equality of tokens.
 */
export function embeddingBag(graph: Graph, options: EmbeddingBagOptions): Value {
  const { table, tokens, shares, distinct = false } = options
  const fits = sameShape(tokens.shape, shares.shape) && tokens.shape.length === 2
  needShape(graph, 'embeddingBag', fits, [tokens, shares], 'tokens and shares are [B, T]')
  const y = matmulNode(graph, unsqueeze(graph, shares, [1]), gatherRows(graph, table, tokens))
  graph.onBackward(y, dy =>
    graph.recordUse({ kind: 'bag', table, tokens, shares, dy: squeeze(graph, dy, [1]), distinct }),
  )
  return squeeze(graph, y, [1])
}
