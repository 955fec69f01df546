import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileFused, f32, floats, openRuntime, scalar, type Tensor } from '@attestry/autograd'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  dueAfter,
  fineTune,
  floatWeight,
  learningFactor,
  openDecoder,
  fedLayers,
  loraLayers,
  loraTargets,
  mergeAdapter,
  planFineTune,
  readAdapter,
  sftTask,
  trainToEnd,
  type FineTuneSettings,
  type LoraConfig,
  type TokenExample,
} from '../../src/index.js'
import { smallConfig, smallModel } from '../small-model.js'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'attestry-tune-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const lora: LoraConfig = { rank: 4, alpha: 8, targetModules: ['q_proj', 'v_proj', 'down_proj'] }
const secret = new Uint8Array(32).fill(9)
const settings: FineTuneSettings = {
  tuning: { kind: 'lora', lora },
  epochs: 30,
  batchSize: 4,
  optimiser: { kind: 'adamw', weightDecay: 0 },
  learningRate: 0.02,
  schedule: { kind: 'cosine', warmup: { steps: 5 } },
  seed: 3,
}

/** Twelve texts of which only the last four tokens are learned: they repeat the first. */
const examples: readonly TokenExample[] = Array.from({ length: 12 }, (_, i) => {
  const tokens = Int32Array.of(i, 20, i + 1, 21, i, i, i, i)
  return { tokens, labels: tokens.map((token, t) => (t < 4 ? -100 : token)) }
})

async function open(
  changed: Partial<FineTuneSettings> = {},
  rows = examples,
  from?: Parameters<typeof fineTune>[0]['from'],
) {
  const model = await smallModel()
  const plan = planFineTune(model, rows, { ...settings, ...changed })
  const runtime = await openRuntime()
  return {
    model,
    plan,
    runtime,
    run: fineTune({ model, examples: rows, plan, runtime, secret, ...(from && { from }) }),
  }
}

async function finish(run: ReturnType<typeof fineTune>): Promise<number[]> {
  const losses = []
  for (let report = await run.step(); report; report = await run.step()) losses.push(report.loss ?? NaN)
  return losses
}

describe('fine-tuning', () => {
  it('of adapters learns its examples, and the written adapter and the merged weights say the same', async () => {
    const { model, run, runtime } = await open({ epochs: 100 })
    const { loss: before } = await run.validate(examples)
    await finish(run)
    const { loss: after } = await run.validate(examples)
    expect(after).toBeLessThan(before / 2)
    const facts = await run.write(folder, 'small')
    expect(facts.guards).toMatchObject({ weightsChanged: true, readBack: true })
    const adapter = await readAdapter(folder)
    expect(adapter).toMatchObject({ rank: 4, alpha: 8, task: 'CAUSAL_LM', base: 'small' })

    const merged = run.merged()
    const plain = fedLayers({ shapes: model.shapes, isTrained: () => false })
    const adapted = fedLayers({
      shapes: model.shapes,
      isTrained: () => false,
      lora: loraLayers(lora, loraTargets(lora, model.linears)),
    })
    const factors = Object.fromEntries(adapter.tensors.map(({ name, shape, data }) => [name, f32(shape, data)]))
    const prompt = examples[3]!.tokens
    const logitsOf = async (layers: typeof plain, feeds: Readonly<Record<string, Tensor>>) => {
      const decoder = openDecoder({ runtime, model, layers, feeds })
      const logits = (await decoder.read(prompt)).slice()
      await decoder.close()
      return logits
    }
    const [a, b] = [await logitsOf(adapted, { ...model.weights, ...factors }), await logitsOf(plain, merged)]
    expect(Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))).toBeLessThan(1e-4)
    const base = await logitsOf(plain, model.weights)
    expect(Math.max(...a.map((x, i) => Math.abs(x - base[i]!)))).toBeGreaterThan(0.1)
    await run.close()
  })

  it.each([8, 4] as const)(
    'beside weights in blocks of %d bits learns, and merges with what they stand for',
    async bits => {
      const model = await smallModel({ ...smallConfig, hidden_size: 32, intermediate_size: 64 }, 4, { quantise: bits })
      const plan = planFineTune(model, examples, { ...settings, epochs: 60 })
      const run = fineTune({ model, examples, plan, runtime: await openRuntime(), secret })
      const { loss: before } = await run.validate(examples)
      await finish(run)
      expect((await run.validate(examples)).loss).toBeLessThan(before / 2)
      const { state } = run.snapshot()
      const merged = run.merged()
      expect(Object.keys(merged)).toEqual([...model.shapes.keys()])
      for (const part of ['self_attn.q_proj', 'self_attn.k_proj']) {
        const path = `model.layers.0.${part}`
        const base = floatWeight(model, `${path}.weight`)
        const [a, b] = ['A', 'B'].map(factor => state[`${path}.lora_${factor}.weight`])
        const expected = a && b ? mergeAdapter(base, floats(a), floats(b), lora.rank, 2) : base
        expect(expected === base).toBe(part === 'self_attn.k_proj')
        expect(floats(merged[`${path}.weight`]!)).toEqual(expected)
      }
      await run.close()
    },
  )

  it('with privacy spends what the plan says, and its guards pass', async () => {
    const { plan, run } = await open({ epochs: 5, privacy: { epsilon: 6, delta: 1e-2, clippingNorm: 1 } })
    await finish(run)
    expect(run.epsilonSpent()).toBeLessThanOrEqual(6)
    expect(run.epsilonSpent()).toBeCloseTo(plan.privacy!.epsilon, 9)
    const facts = await run.write(folder, 'small')
    expect(facts.guards).toMatchObject({ clippingPerExample: true, stepsAccounted: plan.steps })
    await run.close()
  })

  it.each([
    ['lion', { optimiser: { kind: 'lion' }, learningRate: 0.004 }],
    ['sgd with momentum', { optimiser: { kind: 'sgd', momentum: 0.9 }, learningRate: 0.3 }],
    ['adam on all weights', { tuning: { kind: 'full' }, optimiser: { kind: 'adam' }, learningRate: 0.01 }],
  ] as const)('by %s learns too', async (_name, changed) => {
    const { run } = await open({ epochs: 100, ...changed })
    const { loss: before } = await run.validate(examples)
    await finish(run)
    expect((await run.validate(examples)).loss).toBeLessThan(before / 2)
    await run.write(folder, 'small')
    await run.close()
  })

  it.each<[string, Partial<FineTuneSettings>]>([
    ['plain', { maxGradientNorm: 0.5 }],
    ['private', { privacy: { epsilon: 1e6, delta: 1e-2, clippingNorm: 1 } }],
    ['with dropout', { tuning: { kind: 'lora', lora: { ...lora, dropout: 0.3 } } }],
    ['of all weights', { tuning: { kind: 'full' } }],
  ])('with gradient checkpointing plans more work in less memory, and learns the same: %s', async (_name, changed) => {
    const [kept, again] = await Promise.all(
      [false, true].map(gradientCheckpointing => open({ ...changed, epochs: 2, gradientCheckpointing })),
    )
    expect(again!.plan.memory).toBeLessThan(kept!.plan.memory)
    expect(again!.plan.flops).toBeGreaterThan(1.1 * kept!.plan.flops)
    const [a, b] = [await finish(kept!.run), await finish(again!.run)]
    expect(a.length).toBeGreaterThan(4)
    a.forEach((loss, step) => expect(b[step]).toBeCloseTo(loss, 5))
    expect(a.at(-1)).not.toBeCloseTo(a[0]!, 3)
    await kept!.run.close()
    await again!.run.close()
  })

  it.each([
    ['plain', {}],
    ['private', { privacy: { epsilon: 6, delta: 1e-2, clippingNorm: 1 } }],
    ['with dropout', { tuning: { kind: 'lora', lora: { ...lora, dropout: 0.3 } } }],
  ] as const)('goes on from a snapshot to the same bytes: %s', async (_name, changed) => {
    const options = { ...changed, epochs: 4 }
    const { run: whole } = await open(options)
    await finish(whole)
    const { run: first } = await open(options)
    for (let step = 0; step < 5; step++) await first.step()
    // What a file keeps: plain numbers, and arrays of their own.
    const { state, progress } = first.snapshot()
    const kept = {
      state: Object.fromEntries(Object.entries(state).map(([name, t]) => [name, f32(t.shape, floats(t).slice())])),
      progress: JSON.parse(JSON.stringify(progress)) as typeof progress,
    }
    await first.close()
    const { run: second } = await open(options, examples, kept)
    await finish(second)
    for (const [name, tensor] of Object.entries(whole.snapshot().state))
      expect(floats(second.snapshot().state[name]!), name).toEqual(floats(tensor))
    expect(second.snapshot().progress.batchSizes).toEqual(whole.snapshot().progress.batchSizes)
    await second.write(folder, 'small')
    await whole.close()
    await second.close()
  })

  it('with a bound on the norm of gradients takes steps no longer than it, and reports what the norm was', async () => {
    const bounded = {
      optimiser: { kind: 'sgd' },
      learningRate: 1,
      schedule: { kind: 'constant', warmup: { steps: 0 } },
    } as const
    const start = (await open({ ...bounded, epochs: 1 })).run
    const before = start.weights()
    await start.close()
    for (const maxGradientNorm of [1e-3, 1e3]) {
      const { run, plan } = await open({ ...bounded, epochs: 1, maxGradientNorm })
      expect(plan.maxGradientNorm).toBe(maxGradientNorm)
      const { gradientNorm } = (await run.step())!
      const after = run.weights()
      const moved = Math.hypot(
        ...Object.entries(after).flatMap(([name, tensor]) => {
          const old = floats(before[name]!)
          return Array.from(floats(tensor), (x, i) => x - old[i]!)
        }),
      )
      expect(gradientNorm).toBeGreaterThan(1e-2)
      expect(moved / Math.min(gradientNorm!, maxGradientNorm)).toBeCloseTo(1, 2)
      await run.close()
    }
    const { plan } = await open({ maxGradientNorm: 1, privacy: { epsilon: 6, delta: 1e-2, clippingNorm: 1 } })
    expect(plan.maxGradientNorm).toBeNull()
  })

  it('of packed rows has the loss of the texts apart', async () => {
    const { run } = await open()
    // Everything is learned, but no text is learned from the end of the one before it.
    const apart = [examples[0]!, examples[5]!].map(({ tokens }) => ({ tokens, labels: tokens }))
    const tokens = Int32Array.from(apart.flatMap(example => [...example.tokens]))
    const packed: TokenExample = {
      tokens,
      labels: tokens,
      positions: Int32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7]),
      segments: Int32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]),
    }
    expect((await run.validate([packed])).loss).toBeCloseTo((await run.validate(apart)).loss, 5)
    await run.close()
  })

  it('drops other inputs in every step, and the same ones when a step is repeated', async () => {
    const task = sftTask({
      model: await smallModel(),
      examples,
      tuning: { kind: 'lora', lora: { ...lora, dropout: 0.5 } },
      seed: 1,
    })
    const maskAt = (step: number) => {
      const feeds = task.feeds(Int32Array.of(0, 1), 2, 16, step)
      return Array.from(floats(feeds['model.layers.0.self_attn.q_proj.dropout']!))
    }
    expect(maskAt(3)).toEqual(maskAt(3))
    expect(maskAt(3)).not.toEqual(maskAt(4))
    expect(new Set(maskAt(3))).toEqual(new Set([0, 2]))
    const mean = maskAt(3).reduce((a, b) => a + b) / maskAt(3).length
    expect(Math.abs(mean - 1)).toBeLessThan(0.2)
  })

  it('gives the same step on both runtimes, to 1e-5', async () => {
    const model = await smallModel()
    const task = sftTask({ model, examples, tuning: settings.tuning, seed: 1 })
    const step = compileFused({ loss: task.loss(16), batch: 3, optimiser: { kind: 'sgd' }, isPrivate: true })
    const rows = Int32Array.of(0, 4, 7)
    const feeds: Record<string, Tensor> = {
      ...task.frozen,
      ...task.feeds(rows, 3, 16, 1),
      mask: f32([3], [1, 1, 1]),
      weights: f32([3], [1, 1, 1]),
      clippingNorm: scalar(0.5),
      noiseScale: scalar(0),
      inverseBatch: scalar(1),
      learningRate: scalar(1),
    }
    for (const { name, shape } of step.parameters) {
      feeds[name] = f32(shape, task.initial[name]!)
      feeds[`noise:${name}`] = f32(shape, new Float32Array(task.initial[name]!.length))
    }
    const results = []
    for (const prefer of ['node', 'web'] as const) {
      const session = await (await openRuntime({ prefer })).open(step.model)
      results.push(await session.run(feeds))
    }
    for (const [name, tensor] of Object.entries(results[0]!)) {
      const other = results[1]![name]!
      for (const [i, value] of floats(tensor).entries())
        expect(Math.abs(value - floats(other)[i]!), name).toBeLessThan(1e-5)
    }
  })
})

describe('a run that changed nothing', () => {
  it('is refused when it is to be written', async () => {
    const { run } = await open()
    await expect(run.write(folder, 'small')).rejects.toMatchObject({ code: 'TRAIN-E008' })
    await run.close()
  })
})

describe('training to the end', () => {
  // Losses on other texts get worse once the examples are known by heart.
  const others: readonly TokenExample[] = [5, 11, 2].map(i => {
    const tokens = Int32Array.of(i, 20, 22, 3, 14, 1, 9, 19)
    return { tokens, labels: tokens }
  })

  it('validates when it is due, stops without a better loss, and gives back the best weights', async () => {
    const { run } = await open({ epochs: 100 })
    const losses: [number, number][] = []
    const result = await trainToEnd(run, {
      validation: others,
      isDue: step => step % 10 === 0,
      patience: 3,
      keepBest: true,
      onValidation: (step, loss) => void losses.push([step, loss]),
    })
    expect(losses.map(([step]) => step)).toEqual(losses.map((_, i) => 10 * (i + 1)))
    const best = losses.reduce((a, b) => (b[1] < a[1] ? b : a))
    expect(result).toMatchObject({ stoppedEarly: true, steps: best[0] + 30, validationLoss: losses.at(-1)![1] })
    expect(result.best!.step).toBe(best[0])
    await run.write(folder, 'small', result.best!.state)
    const { tensors } = await readAdapter(folder)
    for (const { name, data } of tensors) expect(data).toEqual(floats(result.best!.state[name]!))
    expect(tensors.some(({ name, data }) => data.some((x, i) => x !== floats(run.snapshot().state[name]!)[i]))).toBe(
      true,
    )
    await run.close()
  })

  it('runs all steps without validation, and validates after the last one with it', async () => {
    const { run, plan } = await open({ epochs: 2 })
    const steps: number[] = []
    const result = await trainToEnd(run, {
      validation: [],
      isDue: () => true,
      patience: 1,
      onStep: ({ step }) => void steps.push(step),
    })
    expect(result).toMatchObject({ steps: plan.steps, stoppedEarly: false, interrupted: false, validationLoss: null })
    expect(result.course.losses).toHaveLength(plan.steps)
    expect(steps).toHaveLength(plan.steps)
    await run.close()
    const { run: second } = await open({ epochs: 2 })
    const { validationLoss } = await trainToEnd(second, { validation: others, isDue: () => false })
    expect(validationLoss).toBe((await second.validate(others)).loss)
    await second.close()
  })

  it.each([
    [{ kind: 'never' }, []],
    [{ kind: 'steps', every: 4 }, [4, 8, 12]],
    [{ kind: 'share', of: 0.5 }, [6, 12]],
    [{ kind: 'epoch', times: 1 }, [3, 6, 9, 12]],
    [{ kind: 'epoch', times: 10 }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ] as const)('is due as a config says: %o', (frequency, due) => {
    const isDue = dueAfter(frequency, 12, 3)
    expect(Array.from({ length: 12 }, (_, i) => i + 1).filter(isDue)).toEqual(due)
  })
})

describe('a plan of fine-tuning', () => {
  it('tells steps, parameters, memory and operations before anything starts', async () => {
    const model = await smallModel()
    const plan = planFineTune(model, examples, settings)
    expect(plan).toMatchObject({ steps: 90, logicalBatch: 4, length: 8 })
    // q: 4·(16 + 16), v: 4·(16 + 8), down: 4·(24 + 16), in 2 layers
    expect(plan.trainable).toBe(2 * 4 * (32 + 24 + 40))
    expect(plan.flops).toBeGreaterThan(0)
    expect(plan.memory).toBeGreaterThan(4 * model.parameterCount)
    expect(planFineTune(model, examples, { ...settings, seed: 4 }).digest).not.toBe(plan.digest)
  })

  it.each([
    ['no examples', {}, []],
    ['a token outside of the vocabulary', {}, [{ tokens: Int32Array.of(1, 23), labels: Int32Array.of(1, 23) }]],
    ['a text longer than the model takes', {}, [{ tokens: new Int32Array(65), labels: new Int32Array(65) }]],
    ['a learning rate of 0', { learningRate: 0 }, examples],
    ['a learning rate below 0', { learningRate: -1 }, examples],
    ['steps that are no number', { maxSteps: NaN }, examples],
    ['a learning rate beyond 32 bits', { learningRate: 1e300 }, examples],
    ['a part of a row at once', { physicalBatch: 0.5 }, examples],
    ['a seed with a fraction', { seed: 1.5 }, examples],
    ['a bound below 0 on gradients', { maxGradientNorm: -1 }, examples],
    ['a clipping norm of 0', { privacy: { epsilon: 1, delta: 1e-3, clippingNorm: 0 } }, examples],
    ['a clipping norm that is none', { privacy: { epsilon: 1, delta: 1e-3, clippingNorm: NaN } }, examples],
    ...[
      { quantile: 0, learningRate: 0.2 },
      { quantile: 0.5, learningRate: 1.5 },
      { quantile: 0.5, learningRate: 0.2, countNoise: -1 },
    ].map(
      adaptiveClipping =>
        [
          `a clipping norm that follows nothing: ${JSON.stringify(adaptiveClipping)}`,
          { privacy: { epsilon: 1, delta: 1e-3, clippingNorm: 1, adaptiveClipping } },
          examples,
        ] as const,
    ),
    ['shuffled batches', { privacy: { epsilon: 1, delta: 1e-3, clippingNorm: 1, sampler: 'shuffled' } }, examples],
    ['adapters of rank 0', { tuning: { kind: 'lora', lora: { ...lora, rank: 0 } } }, examples],
    ['a negative alpha', { tuning: { kind: 'lora', lora: { ...lora, alpha: -8 } } }, examples],
    ['everything dropped', { tuning: { kind: 'lora', lora: { ...lora, dropout: 1 } } }, examples],
    ['a warm-up below 0', { schedule: { kind: 'linear', warmup: { steps: -3 } } }, examples],
    ['a warm-up longer than the run', { schedule: { kind: 'linear', warmup: { share: 7 } } }, examples],
    [
      'packed rows with privacy',
      { privacy: { epsilon: 1, delta: 1e-3, clippingNorm: 1 } },
      [{ tokens: Int32Array.of(1, 2), labels: Int32Array.of(1, 2), segments: Int32Array.of(0, 0) }],
    ],
  ] as const)('refuses %s', async (_name, changed, rows) => {
    const model = await smallModel()
    expect(() => planFineTune(model, rows, { ...settings, ...changed })).toThrowError(
      expect.objectContaining({ code: 'LM-E064' }),
    )
  })
})

describe('a plan with settings of an optimiser out of range', () => {
  it.each([
    [{ optimiser: { kind: 'adamw', beta2: 1 } }],
    [{ optimiser: { kind: 'adamw', weightDecay: -0.1 } }],
  ] as const)('is refused: %o', async changed => {
    const model = await smallModel()
    expect(() => planFineTune(model, examples, { ...settings, ...changed })).toThrowError(
      expect.objectContaining({ code: 'AUTOGRAD-E012' }),
    )
  })
})

describe('the learning rate', () => {
  it('below 0 or out of range is refused before a step', async () => {
    const { run, plan } = await open()
    await run.close()
    const model = await smallModel()
    const runtime = await openRuntime()
    const begin = (changed: Partial<typeof plan>) =>
      fineTune({ model, examples, plan: { ...plan, ...changed }, runtime, secret })
    const refusal = { code: 'TRAIN-E020' }
    for (const learningRate of [-1, 0, Infinity, NaN])
      expect(() => begin({ learningRate }), String(learningRate)).toThrowError(expect.objectContaining(refusal))
  })

  it('rises evenly, then stays or falls to 0 after the last step', () => {
    const factors = (kind: 'constant' | 'linear' | 'cosine') =>
      Array.from({ length: 6 }, (_, i) => learningFactor({ kind, warmup: { steps: 2 } }, 6)(i + 1))
    expect(factors('constant')).toEqual([0.5, 1, 1, 1, 1, 1])
    expect(factors('linear')).toEqual([0.5, 1, 1, 0.75, 0.5, 0.25])
    expect(factors('cosine').map(x => Number(x.toFixed(6)))).toEqual([0.5, 1, 1, 0.853553, 0.5, 0.146447])
  })
})
