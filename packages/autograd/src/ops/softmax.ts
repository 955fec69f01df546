import { int, text } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { sizeOf } from '../tensor.js'
import { mul, sub } from './arithmetic.js'
import { needShape, needType } from './check.js'
import { exp, log } from './elementwise.js'
import { reduceMax, reduceSum } from './reduce.js'
import { unsqueeze } from './shape.js'

/** Softmax over the last axis. Gradient: `y ⊙ (dy - Σ_last(dy ⊙ y))`. */
export function softmax(graph: Graph, x: Value): Value {
  needType(graph, 'Softmax', x, 'f32')
  const y = graph.emit({
    op: 'Softmax',
    inputs: [x],
    shape: x.shape,
    attributes: { axis: int(-1) },
    otherFlops: 4 * sizeOf(x.shape),
  })
  return graph.onBackward(y, (dy, accumulate) => {
    const inner = reduceSum(graph, mul(graph, dy, y), { axes: [-1], keepDims: true })
    accumulate(x, mul(graph, y, sub(graph, dy, inner)))
  })
}

/**
 * Cross-entropy of each example: `-log softmax(logits)[label]`, from shifted logits, so that a very small probability
 * gives a large loss and never infinity.
 *
 * Gradient: `(softmax(logits) - onehot(label)) · dy`, without building the one-hot.
 *
 * @param logits [B, K]
 * @param labels [B], i64, 0..K-1
 * @returns [B]
 */
export function softmaxCrossEntropy(graph: Graph, logits: Value, labels: Value): Value {
  const op = 'softmaxCrossEntropy'
  needType(graph, op, logits, 'f32')
  needType(graph, op, labels, 'i64')
  const fits = logits.shape.length === 2 && labels.shape.length === 1 && logits.shape[0] === labels.shape[0]
  needShape(graph, op, fits, [logits, labels], 'logits are [B, K] and labels are [B]')
  const batch = logits.shape[0]!
  const [loss, probability, index] = graph.withoutTape(() => {
    const place = unsqueeze(graph, labels, [1])
    const shifted = sub(graph, logits, reduceMax(graph, logits, { axes: [-1], keepDims: true }))
    const total = log(graph, reduceSum(graph, exp(graph, shifted), { axes: [-1], keepDims: true }))
    const chosen = graph.emit({
      op: 'GatherElements',
      inputs: [shifted, place],
      shape: [batch, 1],
      attributes: { axis: int(1) },
      otherFlops: 0,
    })
    return [sub(graph, total, chosen), exp(graph, sub(graph, shifted, total)), place] as const
  })
  const out = graph.emit({
    op: 'Squeeze',
    inputs: [loss, graph.integers([1])],
    shape: [batch],
    otherFlops: 0,
    needsGrad: logits.needsGrad,
  })
  return graph.onBackward(out, (dy, accumulate) => {
    const column = unsqueeze(graph, dy, [1])
    const minusOne = graph.constant({ dtype: 'f32', shape: [batch, 1], data: new Float32Array(batch).fill(-1) })
    const scattered = graph.emit({
      op: 'ScatterElements',
      inputs: [probability, index, minusOne],
      shape: logits.shape,
      attributes: { axis: int(1), reduction: text('add') },
      otherFlops: batch,
    })
    accumulate(logits, mul(graph, scattered, column))
  })
}
