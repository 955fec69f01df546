import {
  i64,
  linear,
  mul,
  reduceSum,
  reshape,
  softmaxCrossEntropy,
  tokenLoss,
  type Graph,
  type LossBuilder,
  type Value,
} from '@attestry/autograd'
import { causalMask, segmentMask } from './causal-mask.js'
import type { Layers } from './layers.js'
import { llamaHead, llamaHidden, maskedAttention, type LlamaConfig } from './llama.js'

/** Names of what a causal language model is fed beside its weights. */
export const causalInputs = {
  /** [B, T], i64 */
  tokens: 'tokens',
  /** The token after each position, [B, T], i64 */
  labels: 'labels',
  /** Share of each position in the loss of its example, [B, T]: 1 / n at the n positions that count, 0 elsewhere */
  shares: 'shares',
  /** Packed rows only: position in its own text, [B, T], i64 */
  positions: 'positions',
  /** Packed rows only: which text of the row, [B, T], i64 */
  segments: 'segments',
} as const

export interface CausalOptions {
  /** Positions of a row. */
  readonly length: number
  /** Several texts stand in one row: positions and segments are fed, and no text sees another. */
  readonly isPacked?: boolean
  /** Compute each layer again on the way back instead of keeping its values. */
  readonly gradientCheckpointing?: boolean
}

/**
 * Loss of a Llama-family model on next tokens, per row: the builder for the steps of `@attestry/autograd`.
 *
 * Padding stands at the end of a row: with the causal mask no earlier position sees it, and its share is 0.
 */
export const causalLoss =
  (
    config: LlamaConfig,
    layers: Layers,
    { length, isPacked = false, gradientCheckpointing = false }: CausalOptions,
  ): LossBuilder =>
  (graph, batch) => {
    const tokens = graph.input(causalInputs.tokens, [batch, length], 'i64')
    const labels = graph.input(causalInputs.labels, [batch, length], 'i64')
    const shares = graph.input(causalInputs.shares, [batch, length])
    const positions = isPacked
      ? graph.input(causalInputs.positions, [batch, length], 'i64')
      : rowPositions(graph, batch, length)
    const mask = isPacked
      ? segmentMask(graph, graph.input(causalInputs.segments, [batch, length], 'i64'))
      : causalMask(graph, length)
    const hidden = llamaHidden(graph, config, layers, {
      tokens,
      positions,
      attend: maskedAttention(graph, config, mask),
      length,
      gradientCheckpointing,
    })
    const head = layers.tensor(graph, llamaHead(config))
    return graph.within('head', () =>
      head.needsGrad
        ? trainedHeadLoss(graph, hidden, head, labels, shares)
        : tokenLoss(graph, { hidden, head, labels, shares }),
    )
  }

/** 0, 1, 2, … in every row, [B, T]. */
export const rowPositions = (graph: Graph, batch: number, length: number): Value =>
  graph.constant(
    i64(
      [batch, length],
      Array.from({ length: batch * length }, (_, i) => i % length),
    ),
  )

/** The same loss where the head is trained too: all logits are kept for the way back. */
function trainedHeadLoss(graph: Graph, hidden: Value, head: Value, labels: Value, shares: Value): Value {
  const [batch, length] = labels.shape as readonly [number, number]
  const logits = reshape(graph, linear(graph, hidden, head, null), [batch * length, head.shape[0]!])
  const losses = softmaxCrossEntropy(graph, logits, reshape(graph, labels, [batch * length]))
  return reduceSum(graph, mul(graph, reshape(graph, losses, [batch, length]), shares), { axes: [1] })
}
