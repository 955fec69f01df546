import { seededRandom, type Model, type RecordBatch, type TrainingRequest } from '@attestry/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTrainer } from '@attestry/trainer'
import {
  checkOptions,
  classProbability,
  explainTable,
  explainTexts,
  groupByColumn,
  integratedGradients,
  probabilityGradient,
} from '../src/index.js'

const random = seededRandom(1)
const count = 400
const ids = Array.from({ length: count }, (_, i) => `row:${i}`)
const numbers = Array.from({ length: 12 }, (_, i) => `n${i}`)
const columns: Record<string, RecordBatch['columns'][string]> = Object.fromEntries(
  numbers.map(name => [name, { kind: 'number', values: Float64Array.from(ids, random) }]),
)
const n0 = columns['n0']!.values as Float64Array
columns['colour'] = { kind: 'text', values: ids.map(() => (random() < 0.5 ? 'red' : 'blue')) }
columns['note'] = { kind: 'text', values: ids.map((_, i) => `please ${n0[i]! > 0.5 ? 'refund' : 'order'} item ${i}`) }
columns['label'] = { kind: 'text', values: ids.map((_, i) => (n0[i]! > 0.5 ? 'yes' : 'no')) }
const rows: RecordBatch = { rowIds: ids, subjects: ids, columns }
const labels = ids.map((_, i) => (n0[i]! > 0.5 ? 1 : 0))
const classes = ['no', 'yes']

const request = (model: TrainingRequest['model'], data: object): TrainingRequest => ({
  data: { source: 'memory', label: 'label', classes, ...data },
  model,
  training: { epochs: 15, batchSize: 50, learningRate: 0.05, optimizer: 'adam', seed: 3, auditEverySteps: 100 },
  rows: count,
  classes,
})
const table = request(
  { architecture: 'mlp', hidden: [16] },
  {
    features: {
      ...Object.fromEntries(numbers.map(name => [name, { min: 0, max: 1 }])),
      colour: { values: ['red', 'blue'] },
    },
  },
)
const text = request({ architecture: 'embedding-bag', buckets: 1024, dimension: 8 }, { text: 'note' })

const trainer = createTrainer({ runtime: 'node' })
let folder: string
let models: Model[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-explain-'))
  models = []
  for (const [i, one] of [table, text].entries()) {
    async function* batches(): AsyncIterable<RecordBatch> {
      yield rows
    }
    const context = { secret: new Uint8Array(32).fill(7) }
    const session = await trainer.open(trainer.plan(one), { batches }, one, context)
    while (await session.step());
    await session.export(join(folder, String(i)))
    await session.close()
    models.push(await trainer.load(join(folder, String(i))))
  }
}, 60_000)
afterAll(async () => {
  for (const model of models) await model.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a trained model', () => {
  it('of tables is explained by what its class was made from, within five seconds', async () => {
    const started = performance.now()
    const facts = await explainTable({
      features: models[0]!.features!,
      classes,
      of: 1,
      data: table.data,
      testRows: count,
      rows,
      labels,
      background: rows,
      settings: checkOptions({ background: 16 }),
      seed: 1,
    })
    // All 400 rows are the background here: 25 times the default.
    expect(facts.rows.background).toBe(count)
    expect(facts.importance[0]!.rows[0]!.feature).toBe('n0')
    expect(facts.importance[1]!.rows[0]!.feature).toBe('n0')
    expect(facts.fidelity.agreement.value).toBeGreaterThan(0.5)
    expect(facts.fidelity.additivityError).toBeLessThanOrEqual(1e-6)
    expect(facts.counterfactuals!.found).toBeGreaterThan(0)
    expect(performance.now() - started).toBeLessThan(15_000)
  }, 60_000)

  it('of texts is explained by the kind of the word that tells', async () => {
    const facts = await explainTexts({
      predict: async texts => {
        const own = texts.map((_, i) => `${i}`)
        const batch: RecordBatch = { rowIds: own, subjects: own, columns: { note: { kind: 'text', values: texts } } }
        const { probabilities } = await models[1]!.predict(batch)
        return Float64Array.from(texts, (_, i) => probabilities[2 * i + 1]!)
      },
      classes,
      of: 1,
      testRows: count,
      texts: columns['note']!.values as string[],
      labels,
      settings: checkOptions({}),
      seed: 1,
    })
    expect(facts.importance[1]!.rows[0]!.feature).toBe('word of 4 to 7 letters')
    expect(JSON.stringify(facts)).not.toMatch(/refund|\border\b|please/)
  }, 60_000)

  it('has integrated gradients that are complete within 1e-3', async () => {
    const features = models[0]!.features!
    const matrix = Float64Array.from(await features.encode(rows))
    const width = features.names.length
    for (const row of [0, 1, 2]) {
      const found = await integratedGradients({
        predict: classProbability(features, 1, 2),
        gradient: probabilityGradient(features, 1, 2),
        row: matrix.slice(row * width, (row + 1) * width),
        baseline: new Float64Array(width),
        groups: groupByColumn(features.columns),
        nodes: 512,
      })
      expect(Math.abs(found.prediction - found.base)).toBeGreaterThan(0.01)
      expect(Math.abs(found.residual)).toBeLessThan(1e-3)
    }
  })
})
