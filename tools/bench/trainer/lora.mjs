// One training job on adapters of a decoder, in a process of its own so that its memory can be told.
// `node lora.mjs plain|private STEPS` prints one line of JSON.
import {
  compileAccumulate,
  compileApply,
  compileFused,
  createGraph,
  encodeModel,
  f32,
  gemm,
  openRuntime,
} from '@attestry/autograd'
import { sftTask } from '@attestry/lm'
import { openLoop } from '@attestry/trainer'
import { randomModel } from './random-model.mjs'
import { shape } from './shape.mjs'

const [kind, steps] = [process.argv[2], Number(process.argv[3])]
const { batch, length, rank, targets, threads } = shape
const model = randomModel(shape)
let seed = 2
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
const examples = Array.from({ length: 64 }, () => {
  const tokens = Int32Array.from({ length }, () => Math.floor(random() * model.config.vocabulary))
  return { tokens, labels: tokens }
})
const task = sftTask({
  model,
  examples,
  tuning: { kind: 'lora', lora: { rank, alpha: 2 * rank, targetModules: targets } },
  seed: 1,
})
const privacy = {
  sampler: 'poisson',
  samplingProbability: batch / examples.length,
  noiseMultiplier: 1,
  clippingNorm: 1,
  accountant: 'pld',
  epsilon: 8,
  delta: 1e-5,
  unit: 'record',
}

/** Milliseconds of building and loading the graph of a step, and its operations. */
const built = { compile: 0, load: 0, flops: 0 }
const runtime = await openRuntime({ threads })
const timedRuntime = {
  ...runtime,
  async open(...parts) {
    const started = performance.now()
    const session = await runtime.open(...parts)
    built.load = Math.max(built.load, performance.now() - started)
    return session
  },
}
const timedFused = options => {
  const started = performance.now()
  const step = compileFused(options)
  built.compile = performance.now() - started
  built.flops = step.flops.matmul
  return step
}

const loop = openLoop(
  {
    task,
    plan: {
      digest: 'bench',
      steps: steps + 1,
      logicalBatch: batch,
      physicalBatch: batch,
      learningRate: 1e-4,
      privacy: kind === 'private' ? privacy : null,
    },
    optimiser: { kind: 'adamw' },
    secret: new Uint8Array(32).fill(7),
  },
  {
    runtime: timedRuntime,
    compilers: { fused: timedFused, accumulate: compileAccumulate, apply: compileApply },
    noiseWorkers: 1,
    // The same number of rows in every step, as the peer has them.
    sample: (_rows, _probability, step) => Int32Array.from({ length: batch }, (_, i) => ((step * batch) % 60) + i),
  },
)
const times = []
for (let step = 0; step <= steps; step++) {
  const { durationMs } = await loop.step()
  if (step > 0) times.push(durationMs)
}
const rss = process.resourceUsage().maxRSS * 1024
await loop.close()

/** The fastest product of matrices on the same threads, right after the steps: GFLOP/s. */
async function roofline() {
  let best = 0
  for (const size of [1024, 2048]) {
    const graph = createGraph()
    const [a, b] = ['a', 'b'].map(name => graph.input(name, [size, size]))
    graph.output('y', gemm(graph, a, b, null, { transB: true }))
    const session = await runtime.open(encodeModel(graph, { name: 'product' }))
    const square = f32([size, size], new Float32Array(size * size).fill(0.1))
    for (let i = 0; i < 8; i++) {
      const started = performance.now()
      await session.run({ a: square, b: square })
      best = Math.max(best, (2 * size ** 3) / (performance.now() - started) / 1e6)
    }
  }
  return best
}
console.log(JSON.stringify({ times, ...built, rss, roofline: await roofline() }))
