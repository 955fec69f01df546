import { int, ints } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { f32, sameShape, sizeOf, type Shape } from '../tensor.js'
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

/** Elements `from` (included) to `to` (excluded) along an axis. Gradient: `dy` between zeros. */
export function slice(graph: Graph, x: Value, axis: number, from: number, to: number): Value {
  const size = x.shape[axis] ?? 0
  needShape(graph, 'Slice', 0 <= from && from < to && to <= size, [x], `axis ${axis} reaches from ${from} to ${to}`)
  if (from === 0 && to === size) return x
  const shape = x.shape.map((length, i) => (i === axis ? to - from : length))
  const bounds = [from, to, axis].map(bound => graph.integers([bound]))
  const y = graph.emit({ op: 'Slice', inputs: [x, ...bounds], shape, dtype: x.dtype, otherFlops: 0 })
  return graph.onBackward(y, (dy, accumulate) => {
    const zeros = (length: number): readonly Value[] => {
      if (length === 0) return []
      const zero = graph.constant(
        f32(
          x.shape.map(() => 1),
          [0],
        ),
      )
      return [
        expand(
          graph,
          zero,
          x.shape.map((whole, i) => (i === axis ? length : whole)),
        ),
      ]
    }
    accumulate(x, concat(graph, [...zeros(from), dy, ...zeros(size - to)], axis))
  })
}

/** Values one after another along an axis. Gradient: the parts of `dy`. */
export function concat(graph: Graph, parts: readonly Value[], axis: number): Value {
  const [first] = parts
  const fits =
    first !== undefined &&
    axis in first.shape &&
    parts.every(
      ({ shape, dtype }) =>
        dtype === first.dtype &&
        shape.length === first.shape.length &&
        shape.every((size, i) => i === axis || size === first.shape[i]),
    )
  needShape(graph, 'Concat', fits, parts, `they differ along axis ${axis} only`)
  if (parts.length === 1) return first!
  const length = parts.reduce((total, { shape }) => total + shape[axis]!, 0)
  const shape = first!.shape.map((size, i) => (i === axis ? length : size))
  const attributes = { axis: int(axis) }
  const y = graph.emit({ op: 'Concat', inputs: parts, shape, dtype: first!.dtype, attributes, otherFlops: 0 })
  return graph.onBackward(y, (dy, accumulate) => {
    let from = 0
    for (const part of parts) {
      const to = from + part.shape[axis]!
      if (part.needsGrad) accumulate(part, slice(graph, dy, axis, from, to))
      from = to
    }
  })
}
