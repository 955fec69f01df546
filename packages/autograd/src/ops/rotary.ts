import { int } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { needShape, needType } from './check.js'
import { mul } from './arithmetic.js'

export interface RotaryOptions {
  /** Position of each token, [B, T], i64, from 0 to rows - 1 of the tables. */
  readonly positions: Value
  /** Cosines of the angles by position and pair, [rows, size / 2] for heads of `size`. */
  readonly cosines: Value
  /** Sines, of the same shape. */
  readonly sines: Value
}

/**
 * Rotary position embedding: in each head, the pairs (a, b) of its first and second half turn by an angle that grows
 * with the position: `(a cos - b sin, b cos + a sin)`.
 *
 * A rotation is orthogonal, so the gradient is the rotation by the negative angle.
 *
 * @param x [B, T, heads · size]
 * @see Su et al. 2021, arXiv 2104.09864, equation 34, with halves in place of neighbours as Llama checkpoints have it
 */
export function rotary(graph: Graph, x: Value, options: RotaryOptions): Value {
  const y = rotate(graph, x, options)
  return graph.onBackward(y, (dy, accumulate) => {
    const backwards = mul(graph, options.sines, graph.scalar(-1))
    accumulate(x, rotate(graph, dy, { ...options, sines: backwards }))
  })
}

function rotate(graph: Graph, x: Value, { positions, cosines, sines }: RotaryOptions): Value {
  const op = 'rotary'
  needType(graph, op, x, 'f32')
  needType(graph, op, positions, 'i64')
  const size = 2 * (cosines.shape[1] ?? 0)
  const fits =
    x.shape.length === 3 &&
    positions.shape.length === 2 &&
    positions.shape.every((length, axis) => length === x.shape[axis]) &&
    cosines.shape.length === 2 &&
    sines.shape.join() === cosines.shape.join() &&
    x.shape[2]! % size === 0
  needShape(
    graph,
    op,
    fits,
    [x, positions, cosines, sines],
    'x is [B, T, heads · size], positions [B, T], both tables [rows, size / 2]',
  )
  return graph.emit({
    op: 'com.microsoft:RotaryEmbedding',
    inputs: [x, positions, cosines, sines],
    shape: x.shape,
    attributes: { interleaved: int(0) },
    otherFlops: 3 * x.shape.reduce((product, length) => product * length, 1),
  })
}
