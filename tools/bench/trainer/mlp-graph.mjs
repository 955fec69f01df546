// The MLP of the benches: its sizes, its loss, and a step of it as one graph with everything it is fed.
import { compileFused, f32, i64, linear, relu, scalar, softmaxCrossEntropy } from '@attestry/autograd'

export const sizes = [100, 256, 256, 2]
export const batch = 256

let state = 1
export const random = () => (state = (state * 48271) % 2147483647) / 2147483647
const filled = (shape, scale) =>
  f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * (2 * random() - 1)),
  )

export const shapes = Object.fromEntries(
  sizes.slice(1).flatMap((out, i) => [
    [`w${i}`, [out, sizes[i]]],
    [`b${i}`, [out]],
  ]),
)

const loss = (graph, rows) => {
  let x = graph.input('x', [rows, sizes[0]])
  for (let i = 0; i < sizes.length - 1; i++) {
    x = linear(graph, x, graph.parameter(`w${i}`, shapes[`w${i}`]), graph.parameter(`b${i}`, shapes[`b${i}`]))
    if (i < sizes.length - 2) x = relu(graph, x)
  }
  return softmaxCrossEntropy(graph, x, graph.input('labels', [rows], 'i64'))
}

/** An open session of a step and feeds for it, weights and noise included. */
export async function openStep(runtime, isPrivate) {
  const session = await runtime.open(compileFused({ loss, batch, optimiser: { kind: 'sgd' }, isPrivate }).model)
  const feeds = {
    x: filled([batch, sizes[0]], 1),
    labels: i64(
      [batch],
      Int32Array.from({ length: batch }, (_, i) => i % 2),
    ),
    mask: f32([batch], new Float32Array(batch).fill(1)),
    weights: f32([batch], new Float32Array(batch).fill(1)),
    inverseBatch: scalar(1 / batch),
    learningRate: scalar(0.1),
    ...(isPrivate && { clippingNorm: scalar(1), noiseScale: scalar(1) }),
  }
  for (const [name, shape] of Object.entries(shapes)) {
    feeds[name] = filled(shape, 0.1)
    if (isPrivate) feeds[`noise:${name}`] = filled(shape, 1)
  }
  return { session, feeds }
}
