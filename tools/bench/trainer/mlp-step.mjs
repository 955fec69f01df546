// Steps of an MLP 100-256-256-2 at batch 256, graph and noise included: `node mlp-step.mjs plain|private STEPS` prints JSON.
import { f32, openRuntime } from '@attestry/autograd'
import { gaussianNoise } from '@attestry/dp'
import { openStep, shapes } from './mlp-graph.mjs'

const isPrivate = process.argv[2] === 'private'
const steps = 25 * Number(process.argv[3])
const { session, feeds } = await openStep(await openRuntime({ threads: 1 }), isPrivate)
const lengthOf = shape => shape.reduce((a, b) => a * b, 1)
const count = Object.values(shapes).reduce((total, shape) => total + lengthOf(shape), 0)
const source = gaussianNoise({ secret: new Uint8Array(32).fill(3), stream: 'bench' })
const noise = new Float32Array(count)
const times = []
for (let step = 0; step <= steps; step++) {
  const started = performance.now()
  if (isPrivate) {
    source.fill(noise, step + 1)
    let at = 0
    for (const [name, shape] of Object.entries(shapes))
      feeds[`noise:${name}`] = f32(shape, noise.subarray(at, (at += lengthOf(shape))))
  }
  const results = await session.run(feeds)
  for (const name of Object.keys(shapes)) feeds[name] = results[`new:${name}`]
  if (step > 0) times.push(performance.now() - started)
}
console.log(JSON.stringify({ times }))
