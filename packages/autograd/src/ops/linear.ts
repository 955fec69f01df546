import type { Graph, Value } from '../graph.js'
import { sizeOf } from '../tensor.js'
import { needShape } from './check.js'
import { gemm, gemmNode } from './matrix.js'
import { reshape } from './shape.js'

/**
 * A linear layer: `y = x Wᵀ + b`. When it is trained it records its use, so that each example's gradient norm is known.
 *
 * @param x [B, …, in]
 * @param weight a parameter or frozen, [out, in], as checkpoints store it
 * @param bias [out], trained or frozen as the weight is, or `null`
 * @returns [B, …, out]
 */
export function linear(graph: Graph, x: Value, weight: Value, bias: Value | null): Value {
  const size = x.shape.at(-1)
  const [out, depth] = weight.shape
  needShape(
    graph,
    'linear',
    weight.shape.length === 2 && size === depth,
    [x, weight],
    'x is [B, …, in], W is [out, in]',
  )
  if (bias) needShape(graph, 'linear', bias.shape.length === 1 && bias.shape[0] === out, [weight, bias], 'b is [out]')
  const alike = !bias || bias.needsGrad === weight.needsGrad
  needShape(graph, 'linear', alike, [weight], 'weight and bias are both trained, or none')
  const rows = reshape(graph, x, [sizeOf(x.shape) / size!, size!])
  const y = gemmNode(graph, rows, weight, bias, { transB: true })
  const shape = [...x.shape.slice(0, -1), out!]
  graph.onBackward(y, (dy, accumulate) => {
    if (weight.needsGrad) graph.recordUse({ kind: 'linear', weight, bias, x, dy: reshape(graph, dy, shape) })
    if (rows.needsGrad) accumulate(rows, gemm(graph, dy, weight, null))
  })
  return reshape(graph, y, shape)
}
