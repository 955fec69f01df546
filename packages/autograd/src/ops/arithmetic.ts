import { int } from '../attributes.js'
import { elementTypes } from '../tensor.js'
import type { Graph, Value } from '../graph.js'
import { broadcastShape, needShape, needType } from './check.js'
import { sumTo } from './reduce.js'

function binary(graph: Graph, op: string, a: Value, b: Value): Value {
  needType(graph, op, a, 'f32')
  needType(graph, op, b, 'f32')
  const shape = broadcastShape(a.shape, b.shape)
  needShape(graph, op, shape !== undefined, [a, b], 'the shapes broadcast')
  return graph.emit({ op, inputs: [a, b], shape: shape! })
}

/** a + b, broadcast. Gradients: `dy`, `dy`, each summed back to its shape. */
export function add(graph: Graph, a: Value, b: Value): Value {
  return graph.onBackward(binary(graph, 'Add', a, b), (dy, accumulate) => {
    if (a.needsGrad) accumulate(a, sumTo(graph, dy, a.shape))
    if (b.needsGrad) accumulate(b, sumTo(graph, dy, b.shape))
  })
}

/** a - b, broadcast. Gradients: `dy`, `-dy`. */
export function sub(graph: Graph, a: Value, b: Value): Value {
  return graph.onBackward(binary(graph, 'Sub', a, b), (dy, accumulate) => {
    if (a.needsGrad) accumulate(a, sumTo(graph, dy, a.shape))
    if (b.needsGrad) accumulate(b, sumTo(graph, mul(graph, dy, graph.scalar(-1)), b.shape))
  })
}

/** a · b, broadcast. Gradients: `dy·b`, `dy·a`. */
export function mul(graph: Graph, a: Value, b: Value): Value {
  return graph.onBackward(binary(graph, 'Mul', a, b), (dy, accumulate) => {
    if (a.needsGrad) accumulate(a, sumTo(graph, mul(graph, dy, b), a.shape))
    if (b.needsGrad) accumulate(b, sumTo(graph, mul(graph, dy, a), b.shape))
  })
}

/** a / b, broadcast. Gradients: `dy/b`, `-dy·a/b²`. */
export function div(graph: Graph, a: Value, b: Value): Value {
  const y = binary(graph, 'Div', a, b)
  return graph.onBackward(y, (dy, accumulate) => {
    const share = div(graph, dy, b)
    if (a.needsGrad) accumulate(a, sumTo(graph, share, a.shape))
    if (b.needsGrad) accumulate(b, sumTo(graph, mul(graph, mul(graph, share, y), graph.scalar(-1)), b.shape))
  })
}

/** The smaller of two values, broadcast; without a gradient rule, for clipping factors. */
export const min = (graph: Graph, a: Value, b: Value): Value => graph.withoutTape(() => binary(graph, 'Min', a, b))

/** 1 where a > b, else 0, broadcast; the step has no gradient. */
export const greater = (graph: Graph, a: Value, b: Value): Value => compare(graph, 'Greater', a, b)

/** 1 where a = b, else 0, broadcast; for ids as well as numbers. */
export const equal = (graph: Graph, a: Value, b: Value): Value => compare(graph, 'Equal', a, b)

function compare(graph: Graph, op: 'Greater' | 'Equal', a: Value, b: Value): Value {
  needType(graph, op, b, a.dtype)
  const shape = broadcastShape(a.shape, b.shape)
  needShape(graph, op, shape !== undefined, [a, b], 'the shapes broadcast')
  return graph.withoutTape(() => {
    const truth = graph.emit({ op, inputs: [a, b], shape: shape!, dtype: 'bool' })
    return graph.emit({ op: 'Cast', inputs: [truth], shape: shape!, attributes: { to: int(elementTypes.f32) } })
  })
}
