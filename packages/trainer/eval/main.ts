// Accuracy on public test sets at several epsilons, and what a private step costs: `npm run eval -- trainer`.
import { randomBytes } from 'node:crypto'
import { loadavg } from 'node:os'
import type { ModelConfig, RecordBatch, TrainingConfig, TrainingRequest } from '@attestry/core'
import { createTrainer } from '../src/index.js'
import { readAdult, readBanking, sharedFolder, type Corpus } from './corpora.js'

const delta = 1e-5
const repeats = 3

interface Task {
  readonly corpus: Corpus
  readonly what: string
  readonly model: ModelConfig
  readonly training: Omit<TrainingConfig, 'privacy' | 'seed'>
  /** Clipped gradients are short, so that a private step may be longer. */
  readonly plainLearningRate: number
  readonly clippingNorm: number
  readonly epsilons: readonly (number | null)[]
}

const folder = sharedFolder()
if (folder === undefined) {
  console.log('skipped: the public corpora are not at hand; set ATTESTRY_SHARED to their folder')
  process.exit(0)
}

// Set by hand once, the same for every epsilon, without a look at the test rows.
const common = { optimizer: 'sgd', auditEverySteps: 1_000_000 } as const
const tasks: readonly Task[] = [
  {
    corpus: readAdult(folder),
    what: 'logistic regression',
    model: { architecture: 'mlp', hidden: [] },
    training: { ...common, epochs: 20, batchSize: 512, learningRate: 2 },
    plainLearningRate: 0.3,
    clippingNorm: 0.5,
    epsilons: [0.5, 1, 3, null],
  },
  {
    corpus: readBanking(folder),
    what: 'embedding bag',
    model: { architecture: 'embedding-bag', buckets: 4096, dimension: 64 },
    training: { ...common, optimizer: 'adam', epochs: 30, batchSize: 512, learningRate: 0.01 },
    plainLearningRate: 0.01,
    clippingNorm: 1,
    epsilons: [1, 3, 8, null],
  },
]

async function train(task: Task, epsilon: number | null): Promise<{ readonly accuracy: number; readonly ms: number }> {
  const { corpus, model, clippingNorm } = task
  const request: TrainingRequest = {
    data: corpus.data,
    model,
    training: {
      ...task.training,
      ...(epsilon === null && { learningRate: task.plainLearningRate }),
      seed: 1,
      ...(epsilon !== null && { privacy: { epsilon, delta, clippingNorm } }),
    },
    rows: corpus.train.rowIds.length,
    classes: corpus.data.classes,
  }
  const trainer = createTrainer()
  const plan = trainer.plan(request)
  const batches = async function* (): AsyncGenerator<RecordBatch> {
    yield corpus.train
  }
  const session = await trainer.open(plan, { batches }, request, { secret: randomBytes(32) })
  const times: number[] = []
  for (let report = await session.step(); report; report = await session.step()) times.push(report.durationMs)
  const accuracy = accuracyOf(await session.predict(corpus.test), corpus)
  await session.close()
  return { accuracy, ms: times.sort((a, b) => a - b)[times.length >> 1]! }
}

function accuracyOf(
  { classes, probabilities }: { readonly classes: readonly string[]; readonly probabilities: Float32Array },
  { test, data }: Corpus,
): number {
  const column = test.columns[data.label]!
  if (column.kind !== 'text') throw new TypeError('labels are text')
  let right = 0
  for (const [row, label] of column.values.entries()) {
    const start = row * classes.length
    let best = 0
    for (let k = 1; k < classes.length; k++) if (probabilities[start + k]! > probabilities[start + best]!) best = k
    if (classes[best] === label) right++
  }
  return right / column.values.length
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
console.log(`accuracy on the test rows at delta ${delta}: median of ${repeats} trainings (least, largest)`)
console.log(`node ${process.version}, load ${loadavg()[0]!.toFixed(1)}\n`)
for (const task of tasks) {
  const { corpus, what } = task
  console.log(`${corpus.name} (${corpus.digest}), ${corpus.train.rowIds.length} rows, ${what}`)
  const plain = (await train(task, null)).ms
  for (const epsilon of task.epsilons) {
    const runs: { accuracy: number; ms: number }[] = []
    for (let i = 0; i < repeats; i++) runs.push(await train(task, epsilon))
    const accuracies = runs.map(({ accuracy }) => accuracy).sort((a, b) => a - b)
    const ms = runs.map(run => run.ms).sort((a, b) => a - b)[repeats >> 1]!
    console.log(
      `  ${(epsilon === null ? 'no privacy' : `epsilon ${epsilon}`).padEnd(12)} ${percent(accuracies[repeats >> 1]!)} (${percent(accuracies[0]!)}, ${percent(accuracies[repeats - 1]!)})  step ${ms.toFixed(2)} ms, ${(ms / plain).toFixed(2)} x without`,
    )
  }
}
