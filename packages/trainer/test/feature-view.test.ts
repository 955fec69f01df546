import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FeatureView, Model, TrainingSession } from '@attestry/core'
import { createTrainer } from '../src/index.js'
import { contextOf, dataOf, seeded, table, tableRequest, textRequest, texts } from './data.js'

const trainer = createTrainer({ runtime: 'node' })
const request = tableRequest({ rows: 300, optimizer: 'adam', learningRate: 0.05 })
const rows = table(300)
let folder: string
let session: TrainingSession
let model: Model

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-features-'))
  session = await trainer.open(trainer.plan(request), dataOf(rows), request, contextOf())
  while (await session.step());
  await session.export(folder)
  model = await trainer.load(folder)
})
afterAll(async () => {
  await session.close()
  await model.close()
  await rm(folder, { recursive: true, force: true })
})

const refused = expect.objectContaining({ code: 'TRAIN-E019' })

/** Cross-entropy of each row, from the probabilities. */
async function losses(features: FeatureView, matrix: Float32Array, labels: Int32Array): Promise<readonly number[]> {
  const probabilities = await features.probabilities(matrix)
  return Array.from(labels, (label, row) => -Math.log(probabilities[row * 2 + label]!))
}

describe('the features of a table model', () => {
  it('name each input and the column behind it', () => {
    expect(model.features!.names).toEqual([
      'a',
      'a=(missing)',
      'b',
      'b=(missing)',
      'colour=red',
      'colour=blue',
      'colour=(missing)',
    ])
    expect(model.features!.columns).toEqual(['a', 'a', 'b', 'b', 'colour', 'colour', 'colour'])
  })

  it('encode rows to what the model sees, so that both ways of predicting agree', async () => {
    const matrix = await model.features!.encode(rows)
    expect(Array.from(matrix.slice(1, 7))).toEqual([
      0,
      expect.any(Number),
      0,
      expect.any(Number),
      expect.any(Number),
      0,
    ])
    expect(matrix[0]).toBeCloseTo(2 * (rows.columns['a']!.values[0] as number) - 1, 6)
    const { probabilities } = await model.predict(rows)
    expect(await model.features!.probabilities(matrix)).toEqual(probabilities)
  })

  for (const [name, view] of [
    ['a loaded model', () => model.features!],
    ['a training session', () => session.features!],
  ] as const)
    it(`of ${name} give the gradient of each row's loss, as finite differences do`, async () => {
      const features = view()
      const width = features.names.length
      const random = seeded(5)
      // More rows than one run of the graph takes, and not a multiple of it.
      const count = 300
      const matrix = Float32Array.from({ length: count * width }, () => 2 * random() - 1)
      const labels = Int32Array.from({ length: count }, (_, row) => row % 2)
      const gradient = await features.lossGradient(matrix, labels)
      expect(gradient).toHaveLength(matrix.length)
      const step = 2 ** -9
      let compared = 0
      for (let column = 0; column < width; column++) {
        const moved = (by: number): Float32Array => matrix.map((x, i) => (i % width === column ? x + by : x))
        const [up, down] = [await losses(features, moved(step), labels), await losses(features, moved(-step), labels)]
        for (let row = 0; row < count; row++) {
          const expected = (up[row]! - down[row]!) / (2 * step)
          // A ReLU that switches within the step makes the difference quotient another slope: few rows, none by much.
          if (Math.abs(gradient[row * width + column]! - expected) <= 2e-3 * Math.max(1, Math.abs(expected))) compared++
        }
      }
      expect(compared / (count * width)).toBeGreaterThan(0.98)
      expect(gradient.some(value => Math.abs(value) > 0.1)).toBe(true)
    })

  it('follow the weights of a session from step to step', async () => {
    const other = await trainer.open(trainer.plan(request), dataOf(rows), request, contextOf(9))
    const matrix = await other.features!.encode(table(4))
    const labels = Int32Array.of(0, 1, 0, 1)
    const before = [await other.features!.probabilities(matrix), await other.features!.lossGradient(matrix, labels)]
    await other.step()
    const after = [await other.features!.probabilities(matrix), await other.features!.lossGradient(matrix, labels)]
    expect(after[0]).not.toEqual(before[0])
    expect(after[1]).not.toEqual(before[1])
    await other.close()
    await expect(other.features!.probabilities(matrix)).rejects.toMatchObject({ code: 'TRAIN-E018' })
  })

  it('refuse a matrix that does not fit, and labels that do not belong to it', async () => {
    const features = model.features!
    const matrix = await features.encode(table(3))
    await expect(features.probabilities(matrix.subarray(1))).rejects.toEqual(refused)
    await expect(features.probabilities(matrix.map((x, i) => (i === 9 ? NaN : x)))).rejects.toEqual(refused)
    await expect(features.lossGradient(matrix, Int32Array.of(0, 1))).rejects.toEqual(refused)
    await expect(features.lossGradient(matrix, Int32Array.of(0, 1, 2))).rejects.toEqual(refused)
    await expect(features.lossGradient(matrix, Int32Array.of(0, 1, -1))).rejects.toEqual(refused)
    await expect(features.encode({ ...table(1), columns: {} })).rejects.toMatchObject({ code: 'CORE-E042' })
  })
})

describe('a text model', () => {
  it('has no features', async () => {
    const asked = textRequest({ rows: 100 })
    const text = await trainer.open(trainer.plan(asked), dataOf(texts(100)), asked, contextOf())
    expect(text.features).toBeUndefined()
    await text.close()
  })
})
