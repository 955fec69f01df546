import { int, ints } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { f32 } from '../tensor.js'
import { add, div, equal, mul } from './arithmetic.js'
import { needShape, needType } from './check.js'
import { linear } from './linear.js'
import { matmul } from './matrix.js'
import { reduceSum } from './reduce.js'
import { concat, expand, reshape, slice, transposeLast, unsqueeze } from './shape.js'

export interface ConvolutionOptions {
  /** [out, width · in], a parameter or frozen: the columns of the first position of a window, then of the second, … */
  readonly weight: Value
  /** [out], trained or frozen as the weight is. None by default. */
  readonly bias?: Value | null
  /** Positions from one window to the next, from 1. 1 by default. */
  readonly stride?: number
  /** Zeros before the first and after the last position. None by default. */
  readonly padding?: readonly [before: number, after: number]
}

/**
 * Convolution over positions: `y_t = b + Σ_k W_k x_(t·stride + k - before)`, where `W_k` are the columns of position k.
 * Taken as machine learning does, without turning the kernel round.
 *
 * It is a linear layer over windows, and is recorded as one, so that each example's gradient norm is exact. The windows
 * hold each position up to `width / stride` times, which is their price.
 *
 * With constants for weight and bias, no padding and a stride of 1 nothing names the batch size: that axis may be open.
 *
 * @param x [B, T, in]
 * @returns [B, ⌊(before + T + after - width) / stride⌋ + 1, out]
 * @throws AUTOGRAD-E001 where the window does not fit
 */
export function convolution(graph: Graph, x: Value, options: ConvolutionOptions): Value {
  const { weight, bias = null, stride = 1, padding = [0, 0] } = options
  needType(graph, 'convolution', x, 'f32')
  const width = (weight.shape[1] ?? 0) / (x.shape[2] ?? 0)
  const isMade = x.shape.length === 3 && weight.shape.length === 2 && Number.isInteger(width) && width > 0
  needShape(graph, 'convolution', isMade, [x, weight], 'x is [B, T, in] and W is [out, width · in]')
  const isStep = Number.isInteger(stride) && stride > 0
  needShape(graph, 'convolution', isStep, [x], `the stride is a whole number from 1, not ${stride}`)
  const isPadding = padding.every(zeros => Number.isInteger(zeros) && zeros >= 0)
  needShape(graph, 'convolution', isPadding, [x], `the padding is two whole numbers from 0, not ${padding}`)
  const length = x.shape[1]! + padding[0] + padding[1]
  needShape(graph, 'convolution', width <= length, [x, weight], `the window of ${width} fits into ${length} positions`)
  const windows = windowsOf(graph, x, width, stride, padding)
  if (!graph.constants.has(weight)) return linear(graph, windows, weight, bias)
  const y = matmul(graph, windows, transposeLast(graph, weight))
  return bias ? add(graph, y, bias) : y
}

/**
 * Every window in a row of its own, [B, T', width · in].
 *
 * Cut into blocks of `stride` positions, a window is a few neighbouring blocks: the first blocks of all windows are one
 * slice, their second blocks the next.
 */
function windowsOf(graph: Graph, x: Value, width: number, stride: number, padding: readonly [number, number]): Value {
  const [batch, positions, size] = x.shape as readonly [number, number, number]
  const [before, after] = padding
  const count = Math.floor((before + positions + after - width) / stride) + 1
  const depth = Math.ceil(width / stride)
  const length = (count + depth - 1) * stride
  const zeros = (many: number): readonly Value[] =>
    many > 0 ? [expand(graph, graph.constant(f32([1, 1, 1], [0])), [batch, many, size])] : []
  const padded = concat(graph, [...zeros(before), x, ...zeros(length - before - positions)], 1)
  const blocks = reshape(graph, slice(graph, padded, 1, 0, length), [batch, length / stride, stride * size])
  const parts = Array.from({ length: depth }, (_, i) => slice(graph, blocks, 1, i, i + count))
  return slice(graph, concat(graph, parts, 2), 2, 0, width * size)
}

/**
 * The largest element over positions, for each column: [B, T, d] gives [B, d].
 *
 * Gradient: `dy` at the largest element; where several are equal, in equal shares.
 */
export function maxOverPositions(graph: Graph, x: Value): Value {
  needType(graph, 'maxOverPositions', x, 'f32')
  needShape(graph, 'maxOverPositions', x.shape.length === 3, [x], 'x is [B, T, d]')
  const y = graph.emit({
    op: 'ReduceMax',
    inputs: [x],
    shape: [x.shape[0]!, x.shape[2]!],
    attributes: { axes: ints([1]), keepdims: int(0) },
    otherFlops: x.shape.reduce((product, length) => product * length, 1),
  })
  return graph.onBackward(y, (dy, accumulate) => {
    const isLargest = equal(graph, x, unsqueeze(graph, y, [1]))
    const shares = div(graph, dy, reduceSum(graph, isLargest, { axes: [1] }))
    accumulate(x, mul(graph, isLargest, unsqueeze(graph, shares, [1])))
  })
}
