// One training job on adapters of a decoder with random weights, whose peak memory is told.
// `node memory.mjs STEPS JOB` with the job as JSON (see shape.mjs) prints one line of JSON.
import { openRuntime } from '@attestry/autograd'
import { sftTask } from '@attestry/lm'
import { openLoop } from '@attestry/trainer'
import { randomModel } from './random-model.mjs'

const [steps, job] = [Number(process.argv[2]), JSON.parse(process.argv[3])]
const { config, bits, rank, targets, batch, length, threads } = job
const model = randomModel({ config }, bits)

// A few texts of a few words, so that some steps are enough to learn something.
const examples = Array.from({ length: batch }, (_, i) => {
  const tokens = Int32Array.from({ length }, (_, t) => 100 + ((7 * t + 13 * i) % 64))
  return { tokens, labels: tokens }
})
const task = sftTask({
  model,
  examples,
  tuning: { kind: 'lora', lora: { rank, alpha: 2 * rank, targetModules: targets } },
  seed: 1,
  gradientCheckpointing: job.gradientCheckpointing,
})
const loop = openLoop(
  {
    task,
    plan: {
      digest: 'bench',
      steps,
      logicalBatch: batch,
      physicalBatch: batch,
      learningRate: 2e-3,
      privacy: null,
    },
    optimiser: { kind: 'adamw' },
    secret: new Uint8Array(32).fill(7),
  },
  { runtime: await openRuntime({ threads }), sample: () => Int32Array.from({ length: batch }, (_, i) => i) },
)
const started = process.resourceUsage().maxRSS * 1024
const [times, losses] = [[], []]
for (let step = 0; step < steps; step++) {
  const { durationMs, loss } = await loop.step()
  times.push(durationMs)
  losses.push(loss)
}
await loop.close()
const { parameterCount } = model
console.log(JSON.stringify({ times, losses, parameterCount, started, rss: process.resourceUsage().maxRSS * 1024 }))
