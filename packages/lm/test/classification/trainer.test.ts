import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  textValues,
  type Model,
  type RecordBatch,
  type StepReport,
  type Trainer,
  type TrainingRequest,
} from '@attestry/core'
import { accountant, trainingEvent } from '@attestry/dp'
import { baseModelDigest, createLanguageModelTrainer, readAdapter, writeByteModel } from '../../src/index.js'
import { dataOf, messages, model, requestOf, training } from './messages.js'

let folder: string
let trainer: Trainer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attestry-lm-'))
  await writeByteModel(join(folder, 'base'))
  trainer = createLanguageModelTrainer({ baseDirectory: folder, threads: 1 })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rows = messages(96)
const secret = new Uint8Array(32).fill(7)

async function open(more: Partial<TrainingRequest> = {}, data: RecordBatch = rows) {
  const request = requestOf(data.rowIds.length, more)
  const plan = await trainer.plan(request)
  return { plan, session: await trainer.open(plan, dataOf(data), request, { secret }) }
}

async function trained(more: Partial<TrainingRequest> = {}) {
  const { plan, session } = await open(more)
  const reports: StepReport[] = []
  for (let report = await session.step(); report; report = await session.step()) reports.push(report)
  return { plan, session, reports }
}

async function accuracyOf(found: Model): Promise<number> {
  const later = messages(60, 99)
  const { probabilities, classes } = await found.predict(later)
  const right = textValues(later, 'label').filter(
    (label, i) => classes[probabilities[2 * i + 1]! > 0.5 ? 1 : 0] === label,
  )
  return right.length / 60
}

const refused = (code: string): unknown => expect.objectContaining({ code })

describe('fine-tuning a language model on classes', () => {
  it('learns, and predicts the same from its files', async () => {
    const { plan, session, reports } = await trained()
    expect(reports).toHaveLength(plan.steps)
    expect(reports.at(-1)!.loss!).toBeLessThan(reports[0]!.loss! / 2)
    expect(await accuracyOf(session)).toBeGreaterThan(0.9)
    const { files, facts } = await session.export(join(folder, 'out'))
    expect(files.map(({ name }) => name).sort()).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
      'attestry.json',
    ])
    expect(facts.base).toMatchObject({ path: 'base', digest: await baseModelDigest(join(folder, 'base')) })
    const before = await session.predict(messages(20, 5))
    await session.close()
    const loaded = await trainer.load(join(folder, 'out'))
    expect((await loaded.predict(messages(20, 5))).probabilities).toEqual(before.probabilities)
    await loaded.close()
  })

  it('keeps the privacy of its plan', async () => {
    const privacy = { epsilon: 3, delta: 1e-3, clippingNorm: 1 }
    const { plan, session, reports } = await trained({ training: { ...training, epochs: 1, privacy } })
    const spent = accountant().compose(trainingEvent(plan.privacy!, 1).event, plan.steps)
    expect(session.epsilonSpent()).toBe(spent.epsilon(1e-3).upper)
    expect(session.epsilonSpent()!).toBeLessThanOrEqual(3)
    expect(reports.every(({ clippedFraction }) => clippedFraction !== null)).toBe(true)
    const { facts } = await session.export(join(folder, 'out'))
    expect(facts).toMatchObject({
      noise: { draws: plan.steps * plan.parameters },
      guards: { clippingPerExample: true, readBack: true },
    })
    await session.close()
  })

  it('repeats itself for the same secret, bit for bit, dropout and all', async () => {
    const lora = { ...model.lora, dropout: 0.2 }
    const run = async () => {
      const { session } = await trained({ model: { ...model, lora }, training: { ...training, epochs: 1 } })
      await session.export(join(folder, 'out'))
      // Nothing is dropped when it predicts.
      const { probabilities } = await session.predict(messages(3))
      expect((await session.predict(messages(3))).probabilities).toEqual(probabilities)
      await session.close()
      return readAdapter(join(folder, 'out'))
    }
    const first = await run()
    expect(await run()).toEqual(first)
    expect(first).toMatchObject({ task: 'SEQ_CLS', modulesToSave: ['score'], dropout: 0.2 })
  })

  it('predicts a text the same whatever stands beside it, and takes empty, missing and long ones', async () => {
    const { session } = await open()
    const values = ['a', '', null, 'x'.repeat(5000), 'a']
    const ids = values.map((_, i) => `row:${i}`)
    const odd: RecordBatch = { rowIds: ids, subjects: ids, columns: { text: { kind: 'text', values } } }
    const { probabilities } = await session.predict(odd)
    expect(probabilities.every(Number.isFinite)).toBe(true)
    expect(probabilities.slice(8, 10)).toEqual(probabilities.slice(0, 2))
    const alone = { ...odd, rowIds: ['row:0'], subjects: ['row:0'], columns: { text: { kind: 'text', values: ['a'] } } }
    const one = await session.predict(alone as RecordBatch)
    for (const [i, value] of one.probabilities.entries()) expect(value).toBeCloseTo(probabilities[i]!, 6)
    await session.close()
    await expect(session.predict(odd)).rejects.toThrowError(refused('LM-E073'))
  })

  it('counts the texts of which something was left out', async () => {
    const long = messages(8)
    const values = textValues(long, 'text').map((text, i) => (i < 3 ? `${text} ${'y'.repeat(40)}` : text))
    const { session } = await open(
      { training: { ...training, epochs: 1, batchSize: 4 } },
      { ...long, columns: { ...long.columns, text: { kind: 'text', values } } },
    )
    while (await session.step());
    const { facts } = await session.export(join(folder, 'out'))
    expect(facts.texts).toMatchObject({ cut: 3, longest: 32 })
    await session.close()
  })
})

describe('what does not belong together', () => {
  it('is refused when the plan was changed after it was made', async () => {
    const request = requestOf(96)
    const plan = await trainer.plan(request)
    for (const changed of [
      { ...plan, steps: 1 },
      { ...plan, model: { ...model, maxTokens: 16 } },
    ])
      await expect(trainer.open(changed, dataOf(rows), request, { secret })).rejects.toThrowError(refused('TRAIN-E005'))
  })

  it('is refused before training: no text column, another engine, no such layers, too many tokens', async () => {
    const { text: _, ...noText } = requestOf(9).data
    const plan = async (more: Partial<TrainingRequest>) => trainer.plan(requestOf(9, more))
    await expect(plan({ data: noText })).rejects.toThrowError(refused('LM-E067'))
    await expect(plan({ model: { architecture: 'mlp', hidden: [] } })).rejects.toThrowError(refused('LM-E067'))
    const lora = { ...model.lora, targetModules: ['query'] }
    await expect(plan({ model: { ...model, lora } })).rejects.toThrowError(refused('LM-E063'))
    await expect(plan({ model: { ...model, maxTokens: 512 } })).rejects.toThrowError(refused('LM-E064'))
    await expect(plan({ model: { ...model, path: 'nowhere' } })).rejects.toThrowError(refused('LM-E001'))
  })

  it('is refused when the base model is not the one that was named', async () => {
    const digest = await baseModelDigest(join(folder, 'base'))
    const { session } = await open({ model: { ...model, digest } })
    while (await session.step());
    await session.export(join(folder, 'out'))
    await session.close()
    await writeByteModel(join(folder, 'base'), {}, 2)
    await expect(open({ model: { ...model, digest } })).rejects.toThrowError(refused('LM-E069'))
    await expect(trainer.load(join(folder, 'out'))).rejects.toThrowError(refused('LM-E069'))
  })

  it('is refused when the tokenizer was exchanged', async () => {
    const digest = await baseModelDigest(join(folder, 'base'))
    const file = join(folder, 'base', 'tokenizer.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"add_prefix_space":false', '"add_prefix_space":true'))
    await expect(open({ model: { ...model, digest } })).rejects.toThrowError(refused('LM-E069'))
  })

  it('is refused when a file of the folder was exchanged, damaged or is missing', async () => {
    const { session } = await open({ training: { ...training, epochs: 1 } })
    while (await session.step());
    const out = join(folder, 'out')
    await session.export(out)
    await session.close()
    const weights = join(out, 'adapter_model.safetensors')
    const kept = readFileSync(weights)
    const changed = Buffer.from(kept)
    changed[changed.length - 1]! ^= 1
    writeFileSync(weights, changed)
    await expect(trainer.load(out)).rejects.toThrowError(refused('LM-E068'))
    writeFileSync(weights, kept)
    await (await trainer.load(out)).close()
    rmSync(weights)
    await expect(trainer.load(out)).rejects.toThrowError(refused('LM-E068'))
    writeFileSync(join(out, 'attestry.json'), '{"format":"other"}')
    await expect(trainer.load(out)).rejects.toThrowError(refused('LM-E068'))
    rmSync(join(out, 'attestry.json'))
    await expect(trainer.load(out)).rejects.toThrowError(refused('LM-E068'))
  })
})
