import { mul, reshape, sub, type Graph, type Value } from '@attestry/autograd'
import { blocked } from './causal-mask.js'

/**
 * 0 at tokens, a large negative number at padding, for every query: [B, 1, 1, T].
 *
 * @param present 1 at tokens, 0 at padding, [B, T]
 */
export function paddingMask(graph: Graph, present: Value): Value {
  const [batch, length] = present.shape as readonly [number, number]
  const absent = sub(graph, graph.scalar(1), present)
  return reshape(graph, mul(graph, absent, graph.scalar(blocked)), [batch, 1, 1, length])
}
