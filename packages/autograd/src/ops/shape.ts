import { ints } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { sameShape, sizeOf, type Shape } from '../tensor.js'
import { axisOf, broadcastShape, needShape } from './check.js'
import { sumTo } from './reduce.js'

/** The same elements in another shape. Gradient: reshaped back. */
export function reshape(graph: Graph, x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x
  needShape(
    graph,
    'Reshape',
    sizeOf(x.shape) === sizeOf(shape),
    [x],
    `it has the ${sizeOf(shape)} elements of [${shape}]`,
  )
  const y = graph.emit({
    op: 'Reshape',
    inputs: [x, graph.integers(shape)],
    shape,
    dtype: x.dtype,
    otherFlops: 0,
  })
  return graph.onBackward(y, (dy, accumulate) => accumulate(x, reshape(graph, dy, x.shape)))
}

/** Adds axes of size 1 at these places of the result. Unlike a reshape it names no batch size. */
export function unsqueeze(graph: Graph, x: Value, axes: readonly number[]): Value {
  const rank = x.shape.length + axes.length
  const places = new Set(axes.map(axis => axisOf(axis, rank)))
  needShape(graph, 'Unsqueeze', places.size === axes.length, [x], 'each axis is added once')
  const sizes = [...x.shape]
  const shape = Array.from({ length: rank }, (_, axis) => (places.has(axis) ? 1 : sizes.shift()!))
  const y = graph.emit({ op: 'Unsqueeze', inputs: [x, graph.integers(axes)], shape, dtype: x.dtype, otherFlops: 0 })
  return graph.onBackward(y, (dy, accumulate) => accumulate(x, squeeze(graph, dy, axes)))
}

/** Drops axes of size 1. */
export function squeeze(graph: Graph, x: Value, axes: readonly number[]): Value {
  const places = new Set(axes.map(axis => axisOf(axis, x.shape.length)))
  const fits = [...places].every(axis => x.shape[axis] === 1)
  needShape(graph, 'Squeeze', fits, [x], `the axes ${axes.join(', ')} have size 1`)
  const shape = x.shape.filter((_, axis) => !places.has(axis))
  const y = graph.emit({ op: 'Squeeze', inputs: [x, graph.integers(axes)], shape, dtype: x.dtype, otherFlops: 0 })
  return graph.onBackward(y, (dy, accumulate) => accumulate(x, unsqueeze(graph, dy, axes)))
}

/** Repeats along axes of size 1. Gradient: summed over what was repeated. */
export function expand(graph: Graph, x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x
  const wide = broadcastShape(x.shape, shape)
  needShape(graph, 'Expand', wide !== undefined && sameShape(wide, shape), [x], `it broadcasts to [${shape}]`)
  const y = graph.emit({ op: 'Expand', inputs: [x, graph.integers(shape)], shape, dtype: x.dtype, otherFlops: 0 })
  return graph.onBackward(y, (dy, accumulate) => accumulate(x, sumTo(graph, dy, x.shape)))
}

/** Axes in another order. Gradient: transposed by the inverse order. */
export function transpose(graph: Graph, x: Value, order: readonly number[]): Value {
  const fits =
    order.length === x.shape.length && new Set(order).size === order.length && order.every(axis => axis in x.shape)
  needShape(graph, 'Transpose', fits, [x], `[${order}] is an order of its axes`)
  const y = graph.emit({
    op: 'Transpose',
    inputs: [x],
    shape: order.map(axis => x.shape[axis]!),
    dtype: x.dtype,
    attributes: { perm: ints(order) },
    otherFlops: 0,
  })
  const inverse = order.map((_, axis) => order.indexOf(axis))
  return graph.onBackward(y, (dy, accumulate) => accumulate(x, transpose(graph, dy, inverse)))
}

/** The last two axes exchanged. */
export function transposeLast(graph: Graph, x: Value): Value {
  const rank = x.shape.length
  const order = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
  return transpose(graph, x, order)
}
