import {
  compileAccumulate,
  compileApply,
  compileFused,
  floats,
  openRuntime,
  type CompiledStep,
  type Session,
  type StepOptions,
} from '@attestry/autograd'
import { batchSampler, gradientNoise, nextClippingNorm, type ClippedCount } from '@attestry/dp'
import { checkPrivateEngine, engineRules, type PrivateEngine } from '@attestry/plugin-kit'
import { clippingNormOf, openLoop, type LoopParts } from '@attestry/trainer'
import { expect, it } from 'vitest'
import { planFineTune, sftTask, type TokenExample } from '../../src/index.js'
import { smallModel } from '../small-model.js'

const secret = new Uint8Array(32).fill(5)
const examples: readonly TokenExample[] = Array.from({ length: 48 }, (_, i) => {
  const tokens = Int32Array.of(i % 19, 20, (i + 1) % 17, 21, i % 13, i % 7, i % 5)
  return { tokens, labels: tokens.map((token, t) => (t < 4 ? -100 : token)) }
})

/** Compiles and opens each graph once: the battery takes every step from the first weights, in a loop of its own. */
async function cachedParts(): Promise<Required<Pick<LoopParts, 'runtime' | 'compilers'>>> {
  const runtime = await openRuntime()
  const steps = new Map<string, CompiledStep>()
  const sessions = new Map<Uint8Array, Promise<Session>>()
  const once =
    (kind: string, compile: (options: StepOptions) => CompiledStep) =>
    (options: StepOptions): CompiledStep => {
      const step = steps.get(`${kind} ${options.batch}`) ?? compile(options)
      steps.set(`${kind} ${options.batch}`, step)
      return step
    }
  return {
    runtime: {
      ...runtime,
      async open(model) {
        const session = sessions.get(model) ?? runtime.open(model)
        sessions.set(model, session)
        return { ...(await session), close: async () => {} }
      },
    },
    compilers: {
      accumulate: once('accumulate', compileAccumulate),
      apply: once('apply', compileApply),
      fused: once('fused', compileFused),
    },
  }
}

type EngineStep = Parameters<PrivateEngine['sum']>[1]

/** Adapters on a small decoder, with a clipping norm that follows the median. */
async function engineOf(): Promise<PrivateEngine> {
  const model = await smallModel()
  const adaptiveClipping = { quantile: 0.5, learningRate: 0.2, countNoise: 1.2 }
  const planned = planFineTune(model, examples, {
    tuning: { kind: 'lora', lora: { rank: 4, alpha: 8, targetModules: 'all-linear' } },
    epochs: 2,
    batchSize: 8,
    optimiser: { kind: 'sgd' },
    learningRate: 1,
    schedule: { kind: 'constant', warmup: { steps: 0 } },
    seed: 3,
    privacy: { epsilon: 4, delta: 1e-3, clippingNorm: 0.1, adaptiveClipping },
  })
  const privacy = planned.privacy!
  if (privacy.sampler !== 'poisson') throw new Error('the plan has other batches')
  const { samplingProbability, noiseMultiplier, clippingNorm } = privacy
  const batch = planned.logicalBatch
  const parts = await cachedParts()
  const task = sftTask({ model, examples, tuning: planned.tuning, seed: planned.seed })
  const optimiser = planned.optimiser
  const first = openLoop({ task, plan: planned, optimiser, secret }, parts).snapshot()

  /** One step of the loop from the first weights. Its guards take their probes in the first two, so those are passed over. */
  const run = async (rows: readonly number[], { step, noise, physicalBatch = planned.physicalBatch }: EngineStep) => {
    const done = step + 1
    const plan = { ...planned, physicalBatch, steps: 1000 }
    const from = { state: first.state, progress: { ...first.progress, done, accounted: done } }
    const loop = openLoop(
      { task, plan, optimiser, secret, from },
      {
        ...parts,
        sample: () => Int32Array.from(rows),
        noiseScale: (_plan, norm) => (noise ? gradientNoise(privacy) * norm : 0),
      },
    )
    const report = (await loop.step())!
    const moved = task.parameters.flatMap(({ name }) => {
      const before = floats(first.state[name]!)
      return Array.from(loop.weights()[name]!, (after, i) => after - before[i]!)
    })
    await loop.close()
    return { moved: Float64Array.from(moved), report }
  }
  const update: PrivateEngine['update'] = async (rows, options) => (await run(rows, options)).moved
  const counts = new Map<string, ClippedCount>()
  const countOf = async (rows: readonly number[]): Promise<ClippedCount> => {
    const known = counts.get(rows.join())
    if (known) return known
    const { report } = await run(rows, { step: 1, noise: false })
    const count = { examples: rows.length, clipped: Math.round(report.clippedFraction! * rows.length) }
    counts.set(rows.join(), count)
    return count
  }
  const sampler = batchSampler({ secret, stream: 'training batches' }, privacy, batch)
  return {
    plan: {
      sampler: 'poisson',
      samplingProbability,
      noiseMultiplier,
      clippingNorm,
      adaptiveClipping,
      logicalBatch: batch,
    },
    examples: examples.length,
    sample: step => [...sampler.sample(examples.length, step)],
    sum: async (rows, options) => (await run(rows, options)).moved.map(x => -x * batch),
    update,
    async nextNorm(rows, { step, noise }) {
      const count = await countOf(rows)
      if (!noise)
        return nextClippingNorm(clippingNorm, count, { first: clippingNorm, adaptiveClipping, batch, noise: 0 })
      const norm = clippingNormOf({ privacy, batch, secret })
      norm.follow(step, count)
      return norm.current()
    },
    accounted: steps => Promise.resolve({ sampler: 'poisson', samplingProbability, noiseMultiplier, steps }),
  }
}

it('finds nothing in the steps of adapters on a language model', async () => {
  const findings = await checkPrivateEngine(await engineOf())
  expect(findings.filter(({ outcome }) => outcome === 'fail')).toEqual([])
  // Tokens are whole numbers, so no row makes a gradient that is not finite.
  expect(findings.filter(({ outcome }) => outcome === 'undecided').map(({ rule }) => rule)).toEqual([
    'bears a gradient that is not finite',
  ])
})

it('finds noise in them that was not raised for the count', async () => {
  const engine = await engineOf()
  const { noiseMultiplier, adaptiveClipping } = engine.plan
  // What the engine adds is the deviation of a step with this noise multiplier and no count.
  const raised = gradientNoise({ noiseMultiplier, ...(adaptiveClipping && { adaptiveClipping }) })
  const plan = { ...engine.plan, noiseMultiplier: raised }
  const { outcome } = await engineRules['adds noise of the planned deviation']({ ...engine, plan })
  expect(outcome).toBe('fail')
})
