import type { Graph, Value } from '../graph.js'
import { add, div, mul, sub } from './arithmetic.js'
import { needShape, needType } from './check.js'
import { sqrt } from './elementwise.js'
import { reduceMean } from './reduce.js'

/**
 * Root mean square normalisation over the last axis: `y = x̂ ⊙ γ`, `x̂ = x / √(mean(x²) + ε)`.
 *
 * Gradient: `dx = is·(h - x̂·mean(h ⊙ x̂))` with `h = dy ⊙ γ` and `is = 1/√(mean(x²) + ε)`; `dγ = Σ dy ⊙ x̂`.
 *
 * @param x [B, …, d]
 * @param scale γ, [d]; records its use when it is a parameter
 * @see Zhang, Sennrich 2019, arXiv 1910.07467, equation 4
 */
export function rmsNorm(graph: Graph, x: Value, scale: Value, epsilon: number): Value {
  const op = 'rmsNorm'
  needScale(graph, op, x, scale)
  const [normalised, inverse] = graph.withoutTape(() => {
    const meanSquare = reduceMean(graph, mul(graph, x, x), { axes: [-1], keepDims: true })
    const inverse = inverseRoot(graph, meanSquare, epsilon)
    return [mul(graph, x, inverse), inverse] as const
  })
  const y = scaled(graph, normalised, scale, x.needsGrad || scale.needsGrad)
  return graph.onBackward(y, (dy, accumulate) => {
    if (scale.needsGrad) graph.recordUse({ kind: 'scale', scale, shift: null, x: normalised, dy })
    if (!x.needsGrad) return
    const h = mul(graph, dy, scale)
    const along = reduceMean(graph, mul(graph, h, normalised), { axes: [-1], keepDims: true })
    accumulate(x, mul(graph, inverse, sub(graph, h, mul(graph, normalised, along))))
  })
}

/**
 * Layer normalisation over the last axis: `y = x̂ ⊙ γ + β`, `x̂ = (x - mean(x)) / √(var(x) + ε)`.
 *
 * Gradient: `dx = is·(h - mean(h) - x̂·mean(h ⊙ x̂))` with `h = dy ⊙ γ`; `dγ = Σ dy ⊙ x̂`; `dβ = Σ dy`.
 *
 * @param x [B, …, d]
 * @param scale γ, [d]
 * @param shift β, [d]; a parameter exactly when the scale is one
 * @see Ba, Kiros, Hinton 2016, arXiv 1607.06450, equations 3 and 4
 */
export function layerNorm(graph: Graph, x: Value, scale: Value, shift: Value, epsilon: number): Value {
  const op = 'layerNorm'
  needScale(graph, op, x, scale)
  needScale(graph, op, x, shift)
  needShape(graph, op, scale.needsGrad === shift.needsGrad, [scale, shift], 'both are trained, or none')
  const [normalised, inverse] = graph.withoutTape(() => {
    const centred = sub(graph, x, reduceMean(graph, x, { axes: [-1], keepDims: true }))
    const variance = reduceMean(graph, mul(graph, centred, centred), { axes: [-1], keepDims: true })
    const inverse = inverseRoot(graph, variance, epsilon)
    return [mul(graph, centred, inverse), inverse] as const
  })
  const product = graph.withoutTape(() => mul(graph, normalised, scale))
  const y = graph.emit({
    op: 'Add',
    inputs: [product, shift],
    shape: x.shape,
    needsGrad: x.needsGrad || scale.needsGrad,
  })
  return graph.onBackward(y, (dy, accumulate) => {
    if (scale.needsGrad) graph.recordUse({ kind: 'scale', scale, shift, x: normalised, dy })
    if (!x.needsGrad) return
    const h = mul(graph, dy, scale)
    const mean = reduceMean(graph, h, { axes: [-1], keepDims: true })
    const along = reduceMean(graph, mul(graph, h, normalised), { axes: [-1], keepDims: true })
    accumulate(x, mul(graph, inverse, sub(graph, sub(graph, h, mean), mul(graph, normalised, along))))
  })
}

const inverseRoot = (graph: Graph, square: Value, epsilon: number): Value =>
  div(graph, graph.scalar(1), sqrt(graph, add(graph, square, graph.scalar(epsilon))))

const scaled = (graph: Graph, x: Value, scale: Value, needsGrad: boolean): Value =>
  graph.emit({ op: 'Mul', inputs: [x, scale], shape: x.shape, needsGrad })

function needScale(graph: Graph, op: string, x: Value, scale: Value): void {
  needType(graph, op, x, 'f32')
  needType(graph, op, scale, 'f32')
  const fits = scale.shape.length === 1 && scale.shape[0] === x.shape.at(-1) && x.shape.length >= 2
  needShape(graph, op, fits, [x, scale], 'x is [B, …, d] and its scale is [d]')
}
