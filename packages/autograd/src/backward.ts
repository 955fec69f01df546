import { nothingToTrain } from './errors.js'
import type { Graph, TapeEntry, Value } from './graph.js'
import { add } from './ops/arithmetic.js'

/**
 * Reverse-mode differentiation: walks the tape once, newest first, and emits the gradient nodes into the same graph.
 *
 * Layers with parameters record their use (`graph.uses`) instead of summing a gradient, so that norms and clipped sums
 * come from this one walk. A parameter that reaches any other operator is recorded as `direct`.
 *
 * @param from the value to differentiate, usually the loss of each example, [B]
 * @param seed its incoming gradient, of the same shape: ones give each example's own gradient
 * @returns gradients by value, for every value that the walk met
 * @throws AUTOGRAD-E004 when `from` depends on no parameter
 */
export function backward(graph: Graph, from: Value, seed: Value): ReadonlyMap<Value, Value> {
  if (!from.needsGrad) throw nothingToTrain(from.name)
  const gradients = new Map<Value, Value>([[from, seed]])
  graph.withoutTape(() => {
    passBack(graph, graph.tape, gradients)
    for (const parameter of graph.parameters) {
      const gradient = gradients.get(parameter)
      if (gradient) graph.recordUse({ kind: 'direct', parameter, gradient })
    }
  })
  return gradients
}

/**
 * Walks a tape, newest first, and adds what each entry passes on to the gradients that are there.
 *
 * @param gradients by value; those of the tape's outputs are read, those of what lies below them are written
 */
export function passBack(graph: Graph, tape: readonly TapeEntry[], gradients: Map<Value, Value>): void {
  const accumulate = (into: Value, gradient: Value): void => {
    if (!into.needsGrad) return
    const before = gradients.get(into)
    gradients.set(into, before ? add(graph, before, gradient) : gradient)
  }
  for (const { output, origin, backward } of tape.toReversed()) {
    const gradient = gradients.get(output)
    if (gradient) graph.within(`${origin}.backward`, () => backward(gradient, accumulate))
  }
}
