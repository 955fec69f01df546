import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  parseConfig,
  takeRows,
  textValues,
  type Assessment,
  type EvaluateInput,
  type Evidence,
  type HookContext,
  type PredictionTable,
  type RecordBatch,
  type RunConfig,
} from '@attestry/core'
import { dp } from '@attestry/dp'
import { createTrainer } from '@attestry/trainer'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const testFraction = 0.5

/**
 * How the data of an example is learnt by heart: a part of the rows, one large batch, many passes, no noise, and a
 * model that is as small as speed allows and as large as 267 people need.
 */
const learntByHeart = [
  {
    example: 'patient-notes',
    file: 'notes',
    write: 'writeNotes',
    rows: 800,
    epochs: 100,
    learningRate: 0.1,
    model: { buckets: 4096 },
  },
  {
    example: 'card-disputes',
    file: 'disputes',
    write: 'writeDisputes',
    rows: 1200,
    epochs: 60,
    learningRate: 0.1,
    model: {},
  },
  { example: 'mail-triage', file: 'mail', write: 'writeMail', rows: 1200, epochs: 40, learningRate: 0.1, model: {} },
  {
    example: 'pay-bands',
    file: 'wages',
    write: 'writeWages',
    rows: 534,
    epochs: 300,
    learningRate: 0.03,
    model: { hidden: [64] },
  },
] as const

type Learning = (typeof learntByHeart)[number]

/** The rows that the example itself is trained on, before anything is taken out of them. */
async function rowsOf({ example, file, write, rows }: Learning, { data }: RunConfig): Promise<RecordBatch> {
  const folder = await mkdtemp(join(tmpdir(), 'attestry-heart-'))
  try {
    const module: Record<string, (folder: string) => unknown> = await import(
      pathToFileURL(join(root, 'examples', example, `${file}.mjs`)).href
    )
    module[write]!(folder)
    const lines = (await readFile(join(folder, data.source), 'utf8')).trim().split('\n')
    const records: Record<string, string>[] = data.source.endsWith('.jsonl')
      ? lines.map(line => JSON.parse(line) as Record<string, string>)
      : lines.slice(1).map(line => {
          const values = line.split(',')
          return Object.fromEntries(lines[0]!.split(',').map((name, column) => [name, values[column]!]))
        })
    const chosen = records.slice(0, rows)
    const columnOf = (name: string): RecordBatch['columns'][string] => {
      const feature = data.features?.[name]
      const values = chosen.map(record => record[name] ?? '')
      return feature && 'min' in feature
        ? { kind: 'number', values: Float64Array.from(values, Number) }
        : { kind: 'text', values }
    }
    const names = [data.label, ...(data.text ? [data.text] : Object.keys(data.features!))]
    return {
      rowIds: chosen.map((_, row) => `${data.source}:${row}`),
      subjects: chosen.map(() => ''),
      columns: Object.fromEntries(names.map(name => [name, columnOf(name)])),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Trains on half of the rows without noise, and lets the plugin evaluate the model with and without the example's claim. */
async function auditLearntByHeart(learning: Learning, seed: number) {
  const config = parseConfig(
    JSON.parse(await readFile(join(root, 'examples', learning.example, 'attestry.config.json'), 'utf8')),
  )
  const all = await rowsOf(learning, config)
  const isTest = all.rowIds.map(
    id => createHash('sha256').update(`split/${seed}/${id}`).digest().readUInt32BE(0) / 2 ** 32 < testFraction,
  )
  const side = (wanted: boolean): RecordBatch =>
    takeRows(
      all,
      isTest.flatMap((is, row) => (is === wanted ? [row] : [])),
    )
  const [trained, held] = [side(false), side(true)]
  const { privacy, ...withoutPrivacy } = config.training
  const { epochs, learningRate } = learning
  const request = {
    data: config.data,
    model: { ...config.model, ...learning.model },
    training: { ...withoutPrivacy, epochs, learningRate, batchSize: 4096, seed },
    rows: trained.rowIds.length,
    classes: config.data.classes,
  }
  const trainer = createTrainer({ noiseThreads: 0 })
  const claimed = trainer.plan({ ...request, training: { ...config.training, privacy: privacy!, seed } })
  const plan = trainer.plan(request)
  expect(plan.privacy).toBeNull()
  const batches = async function* (): AsyncGenerator<RecordBatch> {
    yield trained
  }
  const secret = new Uint8Array(32).fill(seed)
  const session = await trainer.open(plan, { batches }, request, { secret, signal: new AbortController().signal })
  try {
    while (await session.step());
    const tableOf = async (batch: RecordBatch): Promise<Partial<PredictionTable>> => ({
      rowIds: batch.rowIds,
      classes: config.data.classes,
      labels: Int32Array.from(textValues(batch, config.data.label), name => config.data.classes.indexOf(name!)),
      probabilities: (await session.predict(batch)).probabilities,
    })
    const input = {
      modelDigest: `sha256:${'0'.repeat(64)}`,
      train: await tableOf(trained),
      test: await tableOf(held),
      trainRows: batches,
      predict: (batch: RecordBatch) => session.predict(batch),
    }
    const evaluate = async (of: typeof plan) => {
      const evidence: Evidence[] = []
      const assess = dp().hooks!.evaluate as (
        input: EvaluateInput,
        context: HookContext,
      ) => Promise<readonly Assessment[]>
      const assessments = await assess(
        { ...input, plan: of } as unknown as EvaluateInput,
        {
          run: { config: { ...config, evaluation: { testFraction } } },
          policy: { epsilon: null },
          evidence: async (one: Evidence) => void evidence.push(one),
        } as unknown as HookContext,
      )
      return {
        bound: assessments.find(({ metric }) => metric === 'one-run-epsilon-lower-bound')!,
        evidence: evidence.find(({ type }) => type === 'one-run-audit'),
      }
    }
    return { claim: claimed.privacy!, alone: await evaluate(plan), withClaim: await evaluate(claimed) }
  } finally {
    await session.close()
  }
}

describe('the data of an example, learnt by heart without noise', () => {
  it.each(learntByHeart)('is found out by the audit of the example: $example', async learning => {
    const { claim, alone, withClaim } = await auditLearntByHeart(learning, 1)
    expect(alone.evidence).toBeUndefined()
    expect(alone.bound).toMatchObject({ confidence: 0.95, detail: { claimedEpsilon: null } })
    expect(alone.bound.value).toBeGreaterThan(claim.epsilon)
    // A run that said of this model what the example says of its own would be denied.
    expect(withClaim.evidence).toMatchObject({ outcome: 'fail', facts: { claimedEpsilon: claim.epsilon } })
    expect(withClaim.evidence!.facts['epsilonLowerBound']).toBeGreaterThan(claim.epsilon)
  })
})
