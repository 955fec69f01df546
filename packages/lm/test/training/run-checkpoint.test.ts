import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRuntime } from '@attestry/autograd'
import { digestOf } from '@attestry/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  digestOfExamples,
  fineTune,
  latestRunCheckpoint,
  planFineTune,
  readRunCheckpoint,
  trainToEnd,
  writeRunCheckpoint,
  type FineTuneSettings,
  type RunIdentity,
  type TokenExample,
  type TrainingStand,
} from '../../src/index.js'
import { smallModel } from '../small-model.js'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'attestry-checkpoint-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const model = await smallModel()
const runtime = await openRuntime()
const secret = new Uint8Array(32).fill(5)
const texts = (count: number, first = 0): readonly TokenExample[] =>
  Array.from({ length: count }, (_, i) => {
    const tokens = Int32Array.of(first + i, 20, i + 1, 21, i, i, i, i)
    return { tokens, labels: tokens.map((token, t) => (t < 4 ? -100 : token)) }
  })
const examples = texts(12)
const validation = texts(3, 7)
const settings: FineTuneSettings = {
  tuning: { kind: 'lora', lora: { rank: 2, alpha: 4, targetModules: ['q_proj', 'v_proj'] } },
  epochs: 4,
  batchSize: 4,
  optimiser: { kind: 'adamw' },
  learningRate: 0.02,
  schedule: { kind: 'cosine', warmup: { steps: 2 } },
  seed: 3,
}

const planOf = (changed: Partial<FineTuneSettings> = {}) => planFineTune(model, examples, { ...settings, ...changed })

const identityOf = (plan: ReturnType<typeof planOf>): RunIdentity => ({
  run: 'run-1',
  plan: plan.digest,
  data: plan.data,
  validation: digestOfExamples(validation),
  base: { 'model.safetensors': 'ab' },
})

/** Trains with a checkpoint after every third step. */
async function train(changed: Partial<FineTuneSettings>, into: string, from?: TrainingStand, most?: number) {
  const plan = planOf(changed)
  const run = fineTune({ model, examples, plan, runtime, secret, ...(from && { from: from.snapshot }) })
  const end = await trainToEnd(run, {
    validation,
    isDue: step => step % 2 === 0,
    keepBest: true,
    isSaveDue: step => step % 3 === 0,
    onSave: async stand => void (await writeRunCheckpoint(into, identityOf(plan), stand, most)),
    ...(from && { from }),
  })
  const weights = run.weights()
  await run.close()
  return { end, weights }
}

const read = (path: string, plan = planOf(), changed: Partial<RunIdentity> = {}) =>
  readRunCheckpoint(path, { model, plan, identity: { ...identityOf(plan), ...changed } })

describe('a checkpoint', () => {
  it.each([
    ['plain', {}],
    ['private', { privacy: { epsilon: 6, delta: 1e-2, clippingNorm: 1 } }],
    [
      'private, with a norm that follows the median',
      { privacy: { epsilon: 6, delta: 1e-2, clippingNorm: 1, adaptiveClipping: { quantile: 0.5, learningRate: 0.2 } } },
    ],
    ['of all weights', { tuning: { kind: 'full' }, optimiser: { kind: 'lion' }, learningRate: 0.002 }],
  ] as const)('gives a run back that ends with the same bytes: %s', async (_name, changed) => {
    const whole = await train(changed, folder)
    expect(whole.end.course.validations.map(({ step }) => step)).toEqual([2, 4, 6, 8, 10, 12])
    for (const step of [3, 9]) {
      const { run, stand } = await read(join(folder, `checkpoint-${step}`), planOf(changed))
      expect(run).toBe('run-1')
      const again = mkdtempSync(join(tmpdir(), 'attestry-checkpoint-again-'))
      const second = await train(changed, again, stand)
      expect(second.weights).toEqual(whole.weights)
      expect(second.end).toEqual(whole.end)
      const last = (from: string) => readFileSync(join(from, 'checkpoint-12', 'checkpoint.json'), 'utf8')
      expect(last(again)).toBe(last(folder))
      rmSync(again, { recursive: true })
    }
  })

  it('is the newest of its folder, of which as many are kept as are wanted', async () => {
    mkdirSync(join(folder, '.checkpoint-15.0123456789ab.part'))
    writeFileSync(join(folder, '.checkpoint-15.0123456789ab.part', 'state.safetensors'), 'cut')
    await train({}, folder, undefined, 2)
    expect(await latestRunCheckpoint(folder)).toBe(join(folder, 'checkpoint-12'))
    expect(readdirSync(folder).sort()).toEqual(['checkpoint-12', 'checkpoint-9'])
    expect(await latestRunCheckpoint(join(folder, 'nothing'))).toBeUndefined()
  })

  it('of other settings, data or another base model is refused', async () => {
    await train({}, folder)
    const path = join(folder, 'checkpoint-3')
    const refusal = (message: string): object => ({
      code: 'LM-E070',
      message: expect.stringContaining(message) as string,
    })
    await expect(read(path, planOf({ learningRate: 0.03 }))).rejects.toMatchObject(refusal('other settings'))
    const plan = planFineTune(model, examples.slice(1), settings)
    await expect(read(path, plan)).rejects.toMatchObject(refusal('other training rows'))
    await expect(read(path, planOf(), { validation: digestOf(1) })).rejects.toMatchObject(refusal('validation rows'))
    await expect(read(path, planOf(), { base: {} })).rejects.toMatchObject(refusal('another base model'))
  })

  it('that was changed is refused with a code, whatever was changed', async () => {
    await train({}, folder)
    const path = join(folder, 'checkpoint-3')
    const files = readdirSync(path)
    expect(files.sort()).toEqual(['best.safetensors', 'checkpoint.json', 'state.safetensors'])
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (name, where, flip, isCut) => {
          const copy = mkdtempSync(join(tmpdir(), 'attestry-forged-'))
          cpSync(path, copy, { recursive: true })
          const bytes = readFileSync(join(copy, name))
          const at = Math.floor(where * bytes.length)
          bytes[at]! ^= flip
          writeFileSync(join(copy, name), isCut ? bytes.subarray(0, at) : bytes)
          await expect(read(copy)).rejects.toMatchObject({ code: 'LM-E071' })
          rmSync(copy, { recursive: true })
        },
      ),
      { numRuns: 60 },
    )
    rmSync(join(path, 'best.safetensors'))
    await expect(read(path)).rejects.toMatchObject({ code: 'LM-E071' })
    await expect(read(join(folder, 'checkpoint-1'))).rejects.toMatchObject({ code: 'LM-E071' })
  })

  it('that was written anew with fitting digests and other content is refused too', async () => {
    await train({}, folder)
    const path = join(folder, 'checkpoint-3', 'checkpoint.json')
    const { digest: _, ...body } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    const progress = body.progress as Record<string, unknown>
    for (const forged of [
      { ...body, progress: { ...progress, done: 99 } },
      { ...body, progress: { ...progress, noise: null } },
      { ...body, progress: { ...progress, batchSizes: [1] } },
      { ...body, course: { losses: [], epsilons: [], validations: [] } },
      { ...body, files: {} },
      { ...body, identity: { ...(body.identity as object), run: 7 } },
      { ...body, format: 'another' },
    ]) {
      writeFileSync(path, JSON.stringify({ ...forged, digest: digestOf(forged) }))
      await expect(read(join(folder, 'checkpoint-3'))).rejects.toMatchObject({ code: 'LM-E071' })
    }
  })

  it('with a clipping norm that its plan cannot have reached, or does not have, is refused', async () => {
    const changed = {
      privacy: { epsilon: 6, delta: 1e-2, clippingNorm: 1, adaptiveClipping: { quantile: 0.5, learningRate: 0.2 } },
    }
    await train(changed, folder)
    const path = join(folder, 'checkpoint-3', 'checkpoint.json')
    const { digest: _, ...body } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    const progress = body.progress as { readonly clipping: { readonly norm: number; readonly noise: object } }
    expect(progress.clipping.norm).not.toBe(1)
    for (const clipping of [
      undefined,
      { ...progress.clipping, norm: 1e6 },
      { ...progress.clipping, norm: null },
      { ...progress.clipping, noise: { draws: 3 } },
    ]) {
      const forged = JSON.parse(JSON.stringify({ ...body, progress: { ...progress, clipping } })) as object
      writeFileSync(path, JSON.stringify({ ...forged, digest: digestOf(forged) }))
      await expect(read(join(folder, 'checkpoint-3'), planOf(changed))).rejects.toMatchObject({ code: 'LM-E071' })
    }
    await train({}, join(folder, 'fixed'))
    const fixed = join(folder, 'fixed', 'checkpoint-3', 'checkpoint.json')
    const { digest: __, ...other } = JSON.parse(readFileSync(fixed, 'utf8')) as Record<string, unknown>
    const added = { ...other, progress: { ...(other.progress as object), clipping: progress.clipping } }
    writeFileSync(fixed, JSON.stringify({ ...added, digest: digestOf(added) }))
    await expect(read(join(folder, 'fixed', 'checkpoint-3'))).rejects.toMatchObject({ code: 'LM-E071' })
  })
})

describe('a run that is interrupted', () => {
  it('ends after the step that runs, and saves where it stands', async () => {
    const plan = planOf()
    const run = fineTune({ model, examples, plan, runtime, secret })
    const stop = new AbortController()
    const saved: TrainingStand[] = []
    const end = await trainToEnd(run, {
      validation: [],
      isDue: () => false,
      onStep: ({ step }) => void (step === 5 && stop.abort()),
      onSave: async stand => void saved.push(stand),
      interrupt: stop.signal,
    })
    expect(end).toMatchObject({ steps: 5, interrupted: true })
    expect(saved.map(({ snapshot }) => snapshot.progress.done)).toEqual([5])
    await run.close()
  })
})

describe('a validation loss that is no number', () => {
  it('ends the run with a code', async () => {
    const run = fineTune({ model, examples, plan: planOf(), runtime, secret })
    const blind = { ...run, validate: async () => ({ loss: NaN, flops: { matmul: 0, other: 0 } }) }
    await expect(trainToEnd(blind, { validation, isDue: () => true })).rejects.toMatchObject({ code: 'LM-E072' })
    await run.close()
  })
})
