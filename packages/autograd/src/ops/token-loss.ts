import { int } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { sizeOf } from '../tensor.js'
import { mul, sub } from './arithmetic.js'
import { needShape, needType } from './check.js'
import { log } from './elementwise.js'
import { gather } from './embedding.js'
import { gemm } from './matrix.js'
import { concat, reshape, slice, unsqueeze } from './shape.js'

export interface TokenLossOptions {
  /** What the head reads, [B, T, d]. */
  readonly hidden: Value
  /** The head, frozen, [V, d]. */
  readonly head: Value
  /** The token to predict at each position, [B, T], i64, 0 to V - 1; anything where the share is 0. */
  readonly labels: Value
  /** Share of each position in its example's loss, [B, T]: 1 / n at the n positions that count, 0 elsewhere. */
  readonly shares: Value
  /** Rows of logits held at once. 256 by default. */
  readonly rowsAtOnce?: number
}

// The smallest normal 32-bit float is 1.2e-38: a probability below it counts as this, a loss of 87.
const least = 1.2e-38

/**
 * Cross-entropy of next tokens, [B]: `Σ_t shares_t · -log softmax(h_t · headᵀ)[label_t]`.
 *
 * Logits of all positions at once would be the largest thing in memory by far. Here a few rows of them live at a time:
 * since the head is frozen, the gradient of a row with respect to its hidden state, `(softmax - onehot) · head`, is
 * computed in the forward pass while its logits are at hand, and the backward pass only scales it.
 */
export function tokenLoss(graph: Graph, options: TokenLossOptions): Value {
  const { hidden, head, labels, shares, rowsAtOnce = 256 } = options
  const op = 'tokenLoss'
  needType(graph, op, labels, 'i64')
  for (const value of [hidden, head, shares]) needType(graph, op, value, 'f32')
  const [batch, length, size] = hidden.shape as readonly [number, number, number]
  const fits =
    hidden.shape.length === 3 &&
    head.shape.length === 2 &&
    head.shape[1] === size &&
    [labels, shares].every(({ shape }) => shape.join() === [batch, length].join())
  needShape(graph, op, fits, [hidden, head, labels, shares], 'hidden is [B, T, d], head [V, d], the others [B, T]')
  needShape(graph, op, !head.needsGrad, [head], 'the head is frozen')
  const rows = batch * length
  const [losses, slopes] = graph.withoutTape(() => {
    const flat = reshape(graph, hidden, [rows, size])
    const places = reshape(graph, labels, [rows, 1])
    const losses: Value[] = []
    const slopes: Value[] = []
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const to = Math.min(rows, from + rowsAtOnce)
      const part = lossOfRows(graph, slice(graph, flat, 0, from, to), head, slice(graph, places, 0, from, to))
      losses.push(part.losses)
      if (hidden.needsGrad) slopes.push(part.slopes())
    }
    return [
      reshape(graph, concat(graph, losses, 0), [batch, length]),
      slopes.length > 0 ? reshape(graph, concat(graph, slopes, 0), hidden.shape) : undefined,
    ] as const
  })
  const weighted = graph.withoutTape(() => mul(graph, losses, shares))
  const total = graph.emit({
    op: 'ReduceSum',
    inputs: [weighted, graph.integers([1])],
    shape: [batch],
    attributes: { keepdims: int(0) },
    otherFlops: rows,
    needsGrad: hidden.needsGrad,
  })
  return graph.onBackward(total, (dy, accumulate) => {
    const factors = mul(graph, shares, unsqueeze(graph, dy, [1]))
    accumulate(hidden, mul(graph, slopes!, unsqueeze(graph, factors, [2])))
  })
}

function lossOfRows(graph: Graph, rows: Value, head: Value, places: Value) {
  const logits = gemm(graph, rows, head, null, { transB: true })
  const count = rows.shape[0]!
  const shares = graph.emit({
    op: 'Softmax',
    inputs: [logits],
    shape: logits.shape,
    attributes: { axis: int(-1) },
    otherFlops: 4 * sizeOf(logits.shape),
  })
  const chosen = graph.emit({
    op: 'GatherElements',
    inputs: [shares, places],
    shape: [count, 1],
    attributes: { axis: int(1) },
    otherFlops: 0,
  })
  const held = graph.emit({ op: 'Max', inputs: [chosen, graph.scalar(least)], shape: [count, 1] })
  return {
    losses: mul(graph, log(graph, held), graph.scalar(-1)),
    // (softmax - onehot) · head, with the row of the label taken away after the product: no second array of logits.
    slopes: (): Value =>
      sub(graph, gemm(graph, shares, head, null), reshape(graph, gather(graph, head, places), rows.shape)),
  }
}
