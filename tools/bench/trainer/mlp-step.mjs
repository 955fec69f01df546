// Steps of an MLP 100-256-256-2 at batch 256, graph and noise included: `node mlp-step.mjs plain|private STEPS` prints JSON.
import { compileFused, f32, i64, linear, openRuntime, relu, scalar, softmaxCrossEntropy } from '@attestry/autograd'
import { gaussianNoise } from '@attestry/dp'

const isPrivate = process.argv[2] === 'private'
const steps = 25 * Number(process.argv[3])
const [sizes, batch] = [[100, 256, 256, 2], 256]
const shapes = sizes.slice(1).flatMap((out, i) => [
  [`w${i}`, [out, sizes[i]]],
  [`b${i}`, [out]],
])
const loss = (graph, rows) => {
  const parameters = Object.fromEntries(shapes.map(([name, shape]) => [name, graph.parameter(name, shape)]))
  let x = graph.input('x', [rows, sizes[0]])
  for (let i = 0; i < sizes.length - 1; i++) {
    x = linear(graph, x, parameters[`w${i}`], parameters[`b${i}`])
    if (i < sizes.length - 2) x = relu(graph, x)
  }
  return softmaxCrossEntropy(graph, x, graph.input('labels', [rows], 'i64'))
}
let seed = 1
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
const filled = shape =>
  f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.1 * (2 * random() - 1)),
  )
const runtime = await openRuntime({ threads: 1 })
const session = await runtime.open(compileFused({ loss, batch, optimiser: { kind: 'sgd' }, isPrivate }).model)
const count = shapes.reduce((total, [, shape]) => total + shape.reduce((a, b) => a * b, 1), 0)
const source = gaussianNoise({ secret: new Uint8Array(32).fill(3), stream: 'bench' })
const noise = new Float32Array(count)
let weights = Object.fromEntries(shapes.map(([name, shape]) => [name, filled(shape)]))
const fixed = {
  x: filled([batch, sizes[0]]),
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
const times = []
for (let step = 0; step <= steps; step++) {
  const started = performance.now()
  const feeds = { ...fixed, ...weights }
  if (isPrivate) {
    source.fill(noise, step + 1)
    let at = 0
    for (const [name, shape] of shapes)
      feeds[`noise:${name}`] = f32(shape, noise.subarray(at, (at += shape.reduce((a, b) => a * b, 1))))
  }
  const results = await session.run(feeds)
  weights = Object.fromEntries(shapes.map(([name]) => [name, results[`new:${name}`]]))
  if (step > 0) times.push(performance.now() - started)
}
console.log(JSON.stringify({ times }))
