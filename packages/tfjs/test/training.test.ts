import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rowCount, textValues, type RecordBatch, type TrainingData } from '@attestry/core'
import { accountant, gaussianNoise, trainingEvent } from '@attestry/dp'
import type { SyncTrainer } from '@attestry/trainer'
import { createTfjsTrainer, loadLayersModel, openTf, saveLayersModel } from '../src/index.js'
import { data, mlp, points, requestOf, training } from './models.js'

let directory: string
let trainer: SyncTrainer
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'attestry-tfjs-'))
  trainer = createTfjsTrainer({ baseDirectory: directory })
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const rows = points(600)
const trainingData: TrainingData = {
  async *batches() {
    yield rows
  },
}
const secret = new Uint8Array(32).fill(7)

async function accuracyOf(model: { predict(batch: RecordBatch): Promise<{ probabilities: Float32Array }> }) {
  const later = points(400, 99)
  const { probabilities } = await model.predict(later)
  const labels = textValues(later, 'label')
  const right = labels.filter((label, i) => (probabilities[2 * i + 1]! > 0.5 ? 'outer' : 'inner') === label)
  return right.length / rowCount(later)
}

async function trained(
  more: Parameters<typeof requestOf>[1],
  units = 2,
  activation: 'softmax' | 'sigmoid' = 'softmax',
) {
  await saveLayersModel(mlp(await openTf(), units, activation), join(directory, 'model'))
  const request = requestOf(rowCount(rows), more)
  const plan = trainer.plan(request)
  const session = await trainer.open(plan, trainingData, request, { secret })
  const reports = []
  for (let report = await session.step(); report; report = await session.step()) reports.push(report)
  return { plan, session, reports }
}

describe('training a layers model', () => {
  it('learns what a linear model could not, and predicts the same from its files', async () => {
    const { plan, session, reports } = await trained({})
    expect(reports).toHaveLength(plan.steps)
    expect(reports.at(-1)!.loss!).toBeLessThan(reports[0]!.loss! / 2)
    expect(await accuracyOf(session)).toBeGreaterThan(0.9)
    const { files, facts } = await session.export(join(directory, 'out'))
    expect(files.map(({ name }) => name).sort()).toEqual(['attestry.json', 'model.json', 'weights.bin'])
    expect(facts.runtime).toMatchObject({ name: 'tfjs-wasm' })
    const before = await session.predict(points(20))
    await session.close()
    const model = await trainer.load(join(directory, 'out'))
    expect((await model.predict(points(20))).probabilities).toEqual(before.probabilities)
    await model.close()
  })

  it('keeps the privacy of its plan: every step clipped and noised, the accountant agrees', async () => {
    const privacy = { epsilon: 3, delta: 1e-5, clippingNorm: 1 }
    const request = { training: { ...training, epochs: 3, privacy } }
    const { plan, session, reports } = await trained(request)
    const spent = accountant().compose(trainingEvent(plan.privacy!, 1).event, plan.steps)
    expect(session.epsilonSpent()).toBe(spent.epsilon(1e-5).upper)
    expect(session.epsilonSpent()!).toBeLessThanOrEqual(3)
    expect(reports.every(({ clippedFraction }) => clippedFraction !== null)).toBe(true)
    const { facts } = await session.export(join(directory, 'out'))
    expect(facts).toMatchObject({ clipping: 'one example at a time', noise: { draws: plan.steps * plan.parameters } })
    await session.close()
  })

  it('lets the clipping norm follow a quantile, with a noisy count over the public batch', async () => {
    const adaptiveClipping = { quantile: 0.7, learningRate: 1 }
    const privacy = { epsilon: 8, delta: 1e-5, clippingNorm: 0.02, adaptiveClipping }
    const { plan, session, reports } = await trained({ training: { ...training, epochs: 3, privacy } })
    const { noiseMultiplier, adaptiveClipping: planned } = plan.privacy!
    expect(planned!.countNoise).toBe(Math.max(plan.logicalBatch / 20, 5 * noiseMultiplier))
    const counts = gaussianNoise({ secret, stream: 'clipping count noise' })
    let norm = 0.02
    for (const { step, clippingNorm, clippedFraction, gradientNorm, batchSize } of reports) {
      if (batchSize > 0) expect(clippedFraction! >= 0.5).toBe(gradientNorm! > clippingNorm!)
      expect(clippingNorm! / norm).toBeCloseTo(1, 9)
      const within = batchSize / 2 - Math.round(clippedFraction! * batchSize)
      const noise = planned!.countNoise * counts.fill(new Float64Array(1), step)[0]!
      norm *= Math.exp(-(0.5 + (within + noise) / plan.logicalBatch - 0.7))
    }
    // It began below every gradient, and now lies above most.
    expect(reports.at(-1)!.clippedFraction).toBeLessThan(0.5)
    const { facts } = await session.export(join(directory, 'out'))
    const followed = facts.clippingNorm as Record<string, number>
    expect(followed).toMatchObject({ firstNorm: 0.02, countNoiseDraws: plan.steps })
    expect(followed.lastNorm! / norm).toBeCloseTo(1, 9)
    await session.close()
  })

  it('repeats itself for the same secret, bit for bit, and differs for another', async () => {
    const run = async (secretByte: number) => {
      await saveLayersModel(mlp(await openTf()), join(directory, 'model'))
      const privacy = { epsilon: 8, delta: 1e-5, clippingNorm: 1 }
      const request = requestOf(rowCount(rows), { training: { ...training, epochs: 1, privacy } })
      const session = await trainer.open(trainer.plan(request), trainingData, request, {
        secret: new Uint8Array(32).fill(secretByte),
      })
      while (await session.step());
      const { probabilities } = await session.predict(points(20))
      await session.close()
      return probabilities
    }
    const [first, again, other] = [await run(1), await run(1), await run(2)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it('takes a model with one sigmoid unit for two classes', async () => {
    const { session } = await trained({}, 1, 'sigmoid')
    expect(await accuracyOf(session)).toBeGreaterThan(0.9)
    await session.close()
    await expect(session.step()).rejects.toMatchObject({ code: 'TFJS-E006' })
  })

  it('starts from the weights that were brought, which stay as they are on disk', async () => {
    const { session } = await trained({ training: { ...training, epochs: 1 } })
    await session.export(join(directory, 'out'))
    const { digest } = await loadLayersModel(await openTf(), join(directory, 'model'))
    const { digest: fresh } = await saveLayersModel(mlp(await openTf()), join(directory, 'again'))
    expect(readdirSync(join(directory, 'model')).sort()).toEqual(['model.json', 'weights.bin'])
    const { digest: after } = await loadLayersModel(await openTf(), join(directory, 'out'))
    expect(after).not.toBe(digest)
    expect(fresh).not.toBe(after)
    await session.close()
  })
})

describe('what is refused before training', () => {
  const open = async (more: Parameters<typeof requestOf>[1] = {}) => {
    const request = requestOf(rowCount(rows), more)
    return trainer.open(trainer.plan(request), trainingData, request, { secret })
  }

  it('a model of another shape, with both shapes in the message', async () => {
    await saveLayersModel(mlp(await openTf(), 3), join(directory, 'model'))
    await expect(open()).rejects.toMatchObject({ code: 'TFJS-E003', message: expect.stringContaining('[[3]]') })
    await saveLayersModel(mlp(await openTf(), 2, 'linear'), join(directory, 'model'))
    await expect(open()).rejects.toMatchObject({ code: 'TFJS-E003', message: expect.stringContaining("'linear'") })
    const features = { x: { min: -2, max: 2 } }
    await expect(open({ data: { ...data, features } })).rejects.toMatchObject({ code: 'TFJS-E003' })
  })

  it('layers that mix examples or draw random numbers, when privacy is asked for', async () => {
    const { tf } = await openTf()
    const dense = () => tf.layers.dense({ inputShape: [4], units: 4 })
    const last = () => tf.layers.dense({ units: 2, activation: 'softmax' })
    const privacy = { epsilon: 3, delta: 1e-5, clippingNorm: 1 }
    for (const layer of [tf.layers.batchNormalization(), tf.layers.dropout({ rate: 0.5 })]) {
      await saveLayersModel(tf.sequential({ layers: [dense(), layer, last()] }), join(directory, 'model'))
      await expect(open({ training: { ...training, privacy } })).rejects.toMatchObject({ code: 'TFJS-E004' })
      await (await open()).close()
    }
  })

  it('another model than the config names', async () => {
    const { digest } = await saveLayersModel(mlp(await openTf()), join(directory, 'model'))
    const model = { architecture: 'layers-model', path: 'model', digest } as const
    await (await open({ model })).close()
    await saveLayersModel(mlp(await openTf(), 1, 'sigmoid'), join(directory, 'model'))
    await expect(open({ model })).rejects.toMatchObject({ code: 'TFJS-E005' })
  })

  it('a model of another engine', () => {
    const model = { architecture: 'mlp', hidden: [4] } as const
    expect(() => trainer.plan(requestOf(10, { model }))).toThrow("the config asks for 'mlp'")
  })
})
