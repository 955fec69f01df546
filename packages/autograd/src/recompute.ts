import { passBack } from './backward.js'
import type { Graph, Value } from './graph.js'
import { waitFor } from './ops/wait.js'

/**
 * A part of a model whose intermediate values are computed anew on the way back instead of being kept: of the whole part
 * only `x` lives from the forward pass to the backward pass. Gradients are those of `body(x)`, for about one more
 * forward pass of work.
 *
 * @param body built twice, on `x` and on the same values that wait for the gradient. It declares inputs and parameters
 *   once, and reads what lies outside of it through `x`: a value between that needs a gradient is kept all the same.
 * @see Chen, Xu, Zhang, Guestrin 2016, arXiv 1604.06174, section 4 (gradient checkpointing)
 */
export function recompute(graph: Graph, x: Value, body: (x: Value) => Value): Value {
  const { result } = graph.withOwnTape(() => body(x))
  return graph.onBackward(result, (dy, accumulate) => {
    const again = graph.withOwnTape(() => body(waitFor(graph, x, dy)))
    const gradients = new Map([[again.result, dy]])
    graph.withoutTape(() => passBack(graph, again.tape, gradients))
    for (const [value, gradient] of gradients) accumulate(value, gradient)
  })
}
