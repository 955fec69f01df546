import { equal, f32, min, mul, reshape, sub, unsqueeze, type Graph, type Value } from '@attestry/autograd'

/** Finite, so that a row with nothing to look at gives numbers and no NaN. */
export const blocked = -1e9

/** 0 where a position looks at itself or back, a large negative number where it would look ahead: [1, 1, T, T]. */
export function causalMask(graph: Graph, length: number): Value {
  const values = new Float32Array(length * length)
  for (let row = 0; row < length; row++) values.fill(blocked, row * length + row + 1, (row + 1) * length)
  return graph.constant(f32([1, 1, length, length], values))
}

/** The causal mask of packed rows: a position sees earlier ones of its own segment only, [B, 1, T, T]. */
export function segmentMask(graph: Graph, segments: Value): Value {
  const [batch, length] = segments.shape as readonly [number, number]
  const same = equal(graph, unsqueeze(graph, segments, [2]), unsqueeze(graph, segments, [1]))
  const other = mul(graph, sub(graph, graph.scalar(1), same), graph.scalar(blocked))
  // The smaller and not the sum, which would leave the range of attention scores twice as far.
  return min(graph, reshape(graph, other, [batch, 1, length, length]), causalMask(graph, length))
}
