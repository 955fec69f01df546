import { seededRandom, type Model, type RecordBatch, type TrainingRequest } from '@attestry/core'
import { createTrainer } from '@attestry/trainer'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attackTable } from '../src/attack-table.js'
import { attackTexts } from '../src/attack-texts.js'
import { checkOptions } from '../src/options.js'

const random = seededRandom(1)
const count = 400
const ids = Array.from({ length: count }, (_, i) => `row:${i}`)
const numbers = Array.from({ length: 6 }, (_, i) => `n${i}`)
const columns: Record<string, RecordBatch['columns'][string]> = Object.fromEntries(
  numbers.map(name => [name, { kind: 'number', values: Float64Array.from(ids, random) }]),
)
const [n0, n1] = ['n0', 'n1'].map(name => columns[name]!.values as Float64Array) as [Float64Array, Float64Array]
// A ring is no half-plane: gradients change on the way.
const isYes = ids.map((_, i) => Math.hypot(n0[i]! - 0.5, n1[i]! - 0.5) > 0.35)
columns['colour'] = { kind: 'text', values: ids.map(() => (random() < 0.5 ? 'red' : 'blue')) }
columns['note'] = {
  kind: 'text',
  values: ids.map((_, i) => `please ${isYes[i]! ? 'refund' : 'deliver'} the parcel of today`),
}
columns['label'] = { kind: 'text', values: ids.map((_, i) => (isYes[i]! ? 'yes' : 'no')) }
const rows: RecordBatch = { rowIds: ids, subjects: ids, columns }
const labels = Int32Array.from(isYes, Number)
const classes = ['no', 'yes']
const test = {
  rowIds: ids,
  classes,
  labels,
  groups: {
    place: ids.map((_, i) => (Math.abs(Math.hypot(n0[i]! - 0.5, n1[i]! - 0.5) - 0.35) < 0.07 ? 'edge' : 'far')),
  },
}

const request = (model: TrainingRequest['model'], data: object, epochs: number): TrainingRequest => ({
  data: { source: 'memory', label: 'label', classes, ...data },
  model,
  training: { epochs, batchSize: 50, learningRate: 0.02, optimizer: 'adam', seed: 3, auditEverySteps: 100 },
  rows: count,
  classes,
})
const table = request(
  { architecture: 'mlp', hidden: [32, 16] },
  {
    features: {
      ...Object.fromEntries(numbers.map(name => [name, { min: 0, max: 1 }])),
      colour: { values: ['red', 'blue'] },
    },
  },
  60,
)
const text = request({ architecture: 'embedding-bag', buckets: 1024, dimension: 8 }, { text: 'note' }, 15)

const trainer = createTrainer({ runtime: 'node' })
let folder: string
const models: Model[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-robustness-'))
  for (const [i, one] of [table, text].entries()) {
    async function* batches(): AsyncIterable<RecordBatch> {
      yield rows
    }
    const session = await trainer.open(trainer.plan(one), { batches }, one, { secret: new Uint8Array(32).fill(7) })
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
  it('of tables is attacked by gradients as by search, far above noise, and loses people near its edge', async () => {
    const facts = await attackTable({
      features: models[0]!.features!,
      data: table.data,
      rows,
      labels,
      test,
      edgeCases: [],
      settings: checkOptions({ radiusRows: 20, curve: [0.02, 0.05, 0.2] }),
      seed: 1,
    })
    expect(facts.maskingChecks.filter(({ isPassed }) => !isPassed)).toEqual([])
    expect(facts.isValid).toBe(true)
    expect(facts.clean.value).toBeGreaterThan(0.95)
    const left = (name: string): number => facts.attacks.find(({ attack }) => attack === name)!.accuracy.value!
    expect(left('PGD, l-infinity')).toBeLessThan(left('random noise, l-infinity') - 0.05)
    expect(Math.abs(left('PGD, l-infinity') - left('random search, l-infinity'))).toBeLessThan(0.02)
    // A ball of the same radius lies inside the cube.
    expect(left('PGD, l2')).toBeGreaterThanOrEqual(left('PGD, l-infinity'))
    expect(left('all of these together')).toBeLessThanOrEqual(left('PGD, l-infinity'))
    expect(facts.worstGroup).toMatchObject({ attribute: 'place', group: 'edge' })
    expect(facts.threatModel).toMatchObject({ attacked: numbers, fixed: ['colour'] })
    expect(facts.radii!.rows).toBe(20)
    expect(facts.radii!.groups.reduce((sum, { rows }) => sum + rows, 0) % 20).toBe(0)
    expect(facts.radii!.groups.length).toBeGreaterThan(0)
    expect(facts.radii!.medianRadius).toBeGreaterThan(0.01)
  }, 60_000)

  it('of texts loses its class to a typo in the word that tells, and no word is quoted', async () => {
    const facts = await attackTexts({
      predict: async texts => {
        const own = texts.map((_, i) => `${i}`)
        const batch: RecordBatch = { rowIds: own, subjects: own, columns: { note: { kind: 'text', values: texts } } }
        return (await models[1]!.predict(batch)).probabilities
      },
      column: 'note',
      texts: (columns['note']!.values as string[]).slice(0, 40),
      ids: ids.slice(0, 40),
      labels: [...labels.slice(0, 40)],
      test,
      edgeCases: [],
      settings: checkOptions({ words: 1 }),
      seed: 1,
    })
    expect(facts.clean.value).toBe(1)
    const won = (name: string): number => facts.attacks.find(({ attack }) => attack === name)!.success.value!
    expect(won('letters swapped, weightiest words')).toBeGreaterThan(0.3)
    expect(won('letters swapped, weightiest words')).toBeGreaterThan(won('letters swapped, words at random'))
    expect(won('spaces doubled')).toBe(0)
    expect(JSON.stringify(facts)).not.toMatch(/refund|deliver|parcel|please/)
  }, 60_000)
})
