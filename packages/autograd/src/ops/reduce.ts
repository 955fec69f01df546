import { int, ints } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { f32, sizeOf, sameShape, type Shape } from '../tensor.js'
import { axisOf, needShape, needType } from './check.js'
import { mul } from './arithmetic.js'
import { expand, reshape } from './shape.js'

export interface ReduceOptions {
  readonly axes: readonly number[]
  /** Keeps reduced axes with size 1. */
  readonly keepDims?: boolean
}

function reducedShape(graph: Graph, op: string, x: Value, axes: readonly number[], keepDims: boolean): Shape {
  needType(graph, op, x, 'f32')
  const gone = new Set(axes.map(axis => axisOf(axis, x.shape.length)))
  const fits = [...gone].every(axis => axis >= 0 && axis < x.shape.length)
  needShape(graph, op, fits, [x], `the axes ${axes.join(', ')} exist`)
  return x.shape.flatMap((size, axis) => (gone.has(axis) ? (keepDims ? [1] : []) : [size]))
}

const keptShape = (shape: Shape, axes: readonly number[]): Shape => {
  const gone = new Set(axes.map(axis => axisOf(axis, shape.length)))
  return shape.map((size, axis) => (gone.has(axis) ? 1 : size))
}

/** Sum over axes. Gradient: `dy` spread over the summed axes. */
export function reduceSum(graph: Graph, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  const shape = reducedShape(graph, 'ReduceSum', x, axes, keepDims)
  const y = graph.emit({
    op: 'ReduceSum',
    inputs: [x, graph.integers(axes)],
    shape,
    attributes: { keepdims: int(keepDims ? 1 : 0) },
    otherFlops: sizeOf(x.shape),
  })
  return graph.onBackward(y, (dy, accumulate) =>
    accumulate(x, expand(graph, reshape(graph, dy, keptShape(x.shape, axes)), x.shape)),
  )
}

/** Mean over axes. Gradient: `dy / n` spread over the n summed elements. */
export function reduceMean(graph: Graph, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  const shape = reducedShape(graph, 'ReduceMean', x, axes, keepDims)
  const y = graph.emit({
    op: 'ReduceMean',
    inputs: [x],
    shape,
    attributes: { axes: ints(axes), keepdims: int(keepDims ? 1 : 0) },
    otherFlops: sizeOf(x.shape),
  })
  const share = sizeOf(shape) / sizeOf(x.shape)
  return graph.onBackward(y, (dy, accumulate) => {
    const spread = expand(graph, reshape(graph, dy, keptShape(x.shape, axes)), x.shape)
    accumulate(x, mul(graph, spread, graph.scalar(share)))
  })
}

/** Sum of squares over axes; without a gradient rule, for norms. */
export function reduceSumSquare(graph: Graph, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  return graph.withoutTape(() =>
    graph.emit({
      op: 'ReduceSumSquare',
      inputs: [x],
      shape: reducedShape(graph, 'ReduceSumSquare', x, axes, keepDims),
      attributes: { axes: ints(axes), keepdims: int(keepDims ? 1 : 0) },
      otherFlops: 2 * sizeOf(x.shape),
    }),
  )
}

/**
 * Sum of the rows of a matrix, [B, n] to [n], each times its weight, [B], where there are weights. As a product: several times
 * quicker than the runtimes' reduction over the first axis. Without a gradient rule, for gradient sums.
 */
export function columnSums(graph: Graph, x: Value, weights: Value | null = null): Value {
  needShape(graph, 'columnSums', x.shape.length === 2, [x], 'it is a matrix')
  const [rows, size] = x.shape as readonly [number, number]
  return graph.withoutTape(() => {
    const each = weights ?? graph.constant(f32([rows], new Float32Array(rows).fill(1)))
    return graph.emit({ op: 'MatMul', inputs: [each, x], shape: [size], otherFlops: sizeOf(x.shape) })
  })
}

/** Largest element over axes; without a gradient rule, for shifting exponents. */
export function reduceMax(graph: Graph, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  return graph.withoutTape(() =>
    graph.emit({
      op: 'ReduceMax',
      inputs: [x],
      shape: reducedShape(graph, 'ReduceMax', x, axes, keepDims),
      attributes: { axes: ints(axes), keepdims: int(keepDims ? 1 : 0) },
      otherFlops: sizeOf(x.shape),
    }),
  )
}

/** Sums the gradient of a broadcast value back to that value's shape. */
export function sumTo(graph: Graph, dy: Value, shape: Shape): Value {
  if (sameShape(dy.shape, shape)) return dy
  const extra = dy.shape.length - shape.length
  const axes = dy.shape.flatMap((size, axis) =>
    axis < extra || (shape[axis - extra] === 1 && size !== 1) ? [axis] : [],
  )
  return reshape(graph, reduceSum(graph, dy, { axes, keepDims: true }), shape)
}
