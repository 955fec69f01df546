import type { Graph, Value } from '../graph.js'
import { add, div, greater, mul, sub } from './arithmetic.js'
import { needType } from './check.js'

function unary(graph: Graph, op: string, x: Value): Value {
  needType(graph, op, x, 'f32')
  return graph.emit({ op, inputs: [x], shape: x.shape })
}

/** eˣ. Gradient: `dy·y`. */
export function exp(graph: Graph, x: Value): Value {
  const y = unary(graph, 'Exp', x)
  return graph.onBackward(y, (dy, accumulate) => accumulate(x, mul(graph, dy, y)))
}

/** Natural logarithm. Gradient: `dy/x`. */
export function log(graph: Graph, x: Value): Value {
  return graph.onBackward(unary(graph, 'Log', x), (dy, accumulate) => accumulate(x, div(graph, dy, x)))
}

/** Square root. Gradient: `dy/(2y)`. */
export function sqrt(graph: Graph, x: Value): Value {
  const y = unary(graph, 'Sqrt', x)
  return graph.onBackward(y, (dy, accumulate) => accumulate(x, div(graph, dy, mul(graph, y, graph.scalar(2)))))
}

/** Hyperbolic tangent. Gradient: `dy(1-y²)`. */
export function tanh(graph: Graph, x: Value): Value {
  const y = unary(graph, 'Tanh', x)
  return graph.onBackward(y, (dy, accumulate) =>
    accumulate(x, mul(graph, dy, sub(graph, graph.scalar(1), mul(graph, y, y)))),
  )
}

/** max(x, 0). Gradient: `dy` where y > 0. */
export function relu(graph: Graph, x: Value): Value {
  const y = unary(graph, 'Relu', x)
  return graph.onBackward(y, (dy, accumulate) => accumulate(x, mul(graph, dy, greater(graph, y, graph.scalar(0)))))
}

/** Error function. Gradient: `dy·(2/√π)e^(-x²)`. */
export function erf(graph: Graph, x: Value): Value {
  return graph.onBackward(unary(graph, 'Erf', x), (dy, accumulate) => {
    const bell = exp(graph, mul(graph, mul(graph, x, x), graph.scalar(-1)))
    accumulate(x, mul(graph, dy, mul(graph, bell, graph.scalar(2 / Math.sqrt(Math.PI)))))
  })
}

/**
 * Gaussian error linear unit, erf form: `x·Φ(x)`, `Φ(x) = ½(1 + erf(x/√2))`.
 *
 * Gradient: `dy·(Φ(x) + x·φ(x))`, `φ(x) = e^(-x²/2)/√(2π)`.
 */
export function gelu(graph: Graph, x: Value): Value {
  needType(graph, 'Gelu', x, 'f32')
  const cumulative = graph.withoutTape(() => {
    const shifted = add(graph, erf(graph, mul(graph, x, graph.scalar(Math.SQRT1_2))), graph.scalar(1))
    return mul(graph, shifted, graph.scalar(0.5))
  })
  const y = graph.emit({ op: 'Mul', inputs: [x, cumulative], shape: x.shape })
  return graph.onBackward(y, (dy, accumulate) => {
    const bell = exp(graph, mul(graph, mul(graph, x, x), graph.scalar(-0.5)))
    const density = mul(graph, bell, graph.scalar(1 / Math.sqrt(2 * Math.PI)))
    accumulate(x, mul(graph, dy, add(graph, cumulative, mul(graph, x, density))))
  })
}

/** Logistic function `1 / (1 + e^-x)`. Gradient: `dy·y(1-y)`. */
export function sigmoid(graph: Graph, x: Value): Value {
  const y = unary(graph, 'Sigmoid', x)
  return graph.onBackward(y, (dy, accumulate) =>
    accumulate(x, mul(graph, dy, mul(graph, y, sub(graph, graph.scalar(1), y)))),
  )
}

/**
 * Gaussian error linear unit, tanh form: `½x(1 + t)`, `t = tanh(√(2/π)(x + 0.044715x³))`.
 *
 * @see Hendrycks, Gimpel 2016, arXiv 1606.08415, section 2
 */
export function geluTanh(graph: Graph, x: Value): Value {
  const cubic = mul(graph, mul(graph, x, x), mul(graph, x, graph.scalar(0.044715)))
  const inner = mul(graph, add(graph, x, cubic), graph.scalar(Math.sqrt(2 / Math.PI)))
  return mul(graph, mul(graph, x, graph.scalar(0.5)), add(graph, tanh(graph, inner), graph.scalar(1)))
}

/**
 * Gated unit of Llama: `(g·σ(g)) ⊙ u`.
 *
 * Gradients: `du = dy ⊙ a`, `dg = dy ⊙ u ⊙ (s + a(1 - s))` with `s = σ(g)` and `a = g·s`.
 *
 * @see Shazeer 2020, arXiv 2002.05202, equation 6
 */
export function swiglu(graph: Graph, gate: Value, up: Value): Value {
  const [share, active] = graph.withoutTape(() => {
    const share = sigmoid(graph, gate)
    return [share, mul(graph, gate, share)] as const
  })
  const needsGrad = gate.needsGrad || up.needsGrad
  const y = graph.emit({ op: 'Mul', inputs: [active, up], shape: gate.shape, needsGrad })
  return graph.onBackward(y, (dy, accumulate) => {
    if (up.needsGrad) accumulate(up, mul(graph, dy, active))
    if (!gate.needsGrad) return
    const slope = add(graph, share, mul(graph, active, sub(graph, graph.scalar(1), share)))
    accumulate(gate, mul(graph, mul(graph, dy, up), slope))
  })
}
