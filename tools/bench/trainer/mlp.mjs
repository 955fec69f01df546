// Time per step, plain and private, for an MLP 100-256-256-2 at batch 256.
// First the graph alone with noise at hand, then whole steps of the trainer with sampling and making of noise.
// Rounds alternate, so that a busy machine slows both; the medians of all rounds and their ratio are printed.
import { openRuntime } from '@attestry/autograd'
import { createTrainer } from '@attestry/trainer'
import { batch, openStep, random, sizes } from './mlp-graph.mjs'

const rounds = 8
const stepsPerRound = 25

const median = values => values.sort((a, b) => a - b)[values.length >> 1]

async function compare(name, bar, plain, dp) {
  const wall = [[], []]
  const cpu = [[], []]
  for (let round = 0; round <= rounds; round++)
    for (const [kind, step] of [plain, dp].entries()) {
      const before = process.cpuUsage()
      for (let i = 0; i < stepsPerRound; i++) {
        const started = performance.now()
        await step()
        if (round > 0) wall[kind].push(performance.now() - started)
      }
      const { user, system } = process.cpuUsage(before)
      if (round > 0) cpu[kind].push((user + system) / 1000 / stepsPerRound)
    }
  const line = (what, [p, d]) =>
    console.log(`  ${what}: plain ${p.toFixed(2)} ms, private ${d.toFixed(2)} ms, ratio ${(d / p).toFixed(2)}`)
  console.log(`${name}; ${bar}`)
  line('wall, median', wall.map(median))
  line(
    'wall, best',
    wall.map(values => Math.min(...values)),
  )
  line('CPU of all threads, median', cpu.map(median))
}

const rows = 20_000
const rowIds = Array.from({ length: rows }, (_, i) => `r${i}`)
const names = Array.from({ length: 50 }, (_, i) => `f${i}`) // 50 numbers and their indicators: 100 inputs
const columns = Object.fromEntries(
  names.map(name => [name, { kind: 'number', values: Float64Array.from(rowIds, random) }]),
)
const label = rowIds.map((_, i) => (columns.f0.values[i] + columns.f1.values[i] > 1 ? 'yes' : 'no'))
const table = { rowIds, subjects: rowIds, columns: { ...columns, label: { kind: 'text', values: label } } }

async function trainerStep(trainer, privacy) {
  const request = {
    data: {
      source: 'memory',
      label: 'label',
      classes: ['no', 'yes'],
      features: Object.fromEntries(names.map(name => [name, { min: 0, max: 1 }])),
    },
    model: { architecture: 'mlp', hidden: [256, 256] },
    training: {
      epochs: 10,
      batchSize: batch,
      learningRate: 0.1,
      optimizer: 'sgd',
      seed: 1,
      auditEverySteps: 10,
      ...privacy,
    },
    rows,
    classes: ['no', 'yes'],
  }
  const batches = async function* () {
    yield table
  }
  return trainer.open(trainer.plan(request), { batches }, request, { secret: new Uint8Array(32).fill(1) })
}

const runtime = await openRuntime({ threads: 1 })
async function graphStep(isPrivate) {
  const { session, feeds } = await openStep(runtime, isPrivate)
  return () => session.run(feeds)
}
console.log(`${runtime.name} ${runtime.version}, 1 thread, MLP ${sizes.join('-')}, batch ${batch}`)
await compare('graph with noise at hand', 'bar: ratio 1.15', await graphStep(false), await graphStep(true))
const trainer = createTrainer({ threads: 1 })
const plain = await trainerStep(trainer, {})
const dp = await trainerStep(trainer, { privacy: { epsilon: 3, delta: 1e-5, clippingNorm: 1 } })
await compare(
  'trainer, sampling and making of noise included',
  'bar: ratio 1.15',
  () => plain.step(),
  () => dp.step(),
)
await plain.close()
await dp.close()
