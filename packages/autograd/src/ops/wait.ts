import type { Graph, Value } from '../graph.js'
import { sizeOf } from '../tensor.js'
import { greater, sub } from './arithmetic.js'
import { reshape, slice } from './shape.js'

/**
 * x to the bit, but not before `gate` is there.
 *
 * A runtime orders operators by what they depend on and nothing else, and equal operators on equal inputs become one.
 * Both would undo what is computed again in the backward pass to save memory: it would be done at once, or kept from the
 * forward pass. So x loses a zero that is computed from an element of the gate, by a comparison of it with itself which
 * is false for every number and for NaN, and which no optimiser folds. (x - 0 keeps -0, x + 0 would not.)
 *
 * Gradient: that of x; none for the gate.
 */
export function waitFor(graph: Graph, x: Value, gate: Value): Value {
  const zero = graph.withoutTape(() => {
    const element = slice(graph, reshape(graph, gate, [sizeOf(gate.shape)]), 0, 0, 1)
    return greater(graph, element, element)
  })
  return sub(graph, x, zero)
}
