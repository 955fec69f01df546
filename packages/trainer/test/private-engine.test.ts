import { describe, expect, it } from 'vitest'
import type { RecordBatch, TrainingRequest } from '@attestry/core'
import { batchSampler, gradientNoise, nextClippingNorm, type ClippedCount } from '@attestry/dp'
import { checkPrivateEngine, type PrivateEngine } from '@attestry/plugin-kit'
import { floats } from '@attestry/autograd'
import { architectureOf } from '../src/architecture.js'
import { featureLayout } from '../src/feature-layout.js'
import { initialWeights } from '../src/initial-weights.js'
import { noiseSource } from '../src/noise-source.js'
import { clippingNormOf, planTraining, samplingFor } from '../src/index.js'
import { compilers, openPrograms } from '../src/programs.js'
import { stepRunner, type State } from '../src/steps.js'
import { classifierTask } from '../src/task.js'
import { readTrainingSet } from '../src/training-set.js'
import { f32 } from '@attestry/autograd'
import { contextOf, dataOf, nodeRuntime, tableRequest, table, textRequest, texts, wordsRequest } from './data.js'

const kept = { epsilon: 3, delta: 1e-5, clippingNorm: 0.05 }
const adaptiveClipping = { quantile: 0.5, learningRate: 0.2, countNoise: 1.2 }

/** This engine as the battery sees it: the parts that a training run is made of, one step at a time. */
async function engineOf(
  request: TrainingRequest,
  batch: RecordBatch,
): Promise<PrivateEngine & { close(): Promise<void> }> {
  const plan = planTraining(request)
  const layout = featureLayout(request.data, plan.model)
  const architecture = architectureOf(plan.model, layout, plan.classes.length)
  const set = await readTrainingSet(dataOf(batch).batches(), {
    layout,
    label: request.data.label,
    classes: plan.classes,
    rows: request.rows,
  })
  const initial = initialWeights(architecture.parameters, 1)
  const task = classifierTask(set, architecture, initial)
  const optimiser = { kind: 'sgd' } as const
  const programs = openPrograms({
    runtime: await nodeRuntime(),
    compilers,
    loss: task.loss,
    optimiser,
    isPrivate: true,
    metadata: {},
  })
  const names = task.parameters.map(({ name }) => name)
  const count = names.reduce((total, name) => total + initial[name]!.length, 0)
  const state: State = Object.fromEntries(
    task.parameters.map(({ name, shape }) => [name, f32(shape, initial[name]!.slice())]),
  )
  const { secret } = contextOf()
  const noise = noiseSource({ secret, count, workers: 0, steps: 1000 })
  const privacy = plan.privacy!
  const { clippingNorm, adaptiveClipping } = privacy
  const sampling = samplingFor(privacy.sampler, plan.logicalBatch, request.rows)
  const sampler = batchSampler({ secret, stream: 'training batches' }, sampling, plan.logicalBatch)
  const flat = (of: (name: string) => ArrayLike<number>): Float64Array =>
    Float64Array.from(names.flatMap(name => Array.from(of(name))))

  const run = async (
    examples: readonly number[],
    { step, noise: isNoisy, physicalBatch = plan.physicalBatch }: StepOptions,
  ) => {
    const runner = stepRunner({ task, plan: { ...plan, physicalBatch }, optimiser, programs })
    const noiseScale = isNoisy ? gradientNoise(privacy) * clippingNorm : 0
    const values = Float32Array.from(await noise.next(step))
    return runner.step(state, Int32Array.from(examples), step, values, {
      noiseScale,
      clippingNorm,
      learningRate: 1,
    })
  }
  const update = async (examples: readonly number[], options: StepOptions): Promise<Float64Array> => {
    const { state: next } = await run(examples, options)
    const [after, before] = [flat(name => floats(next[name]!)), flat(name => floats(state[name]!))]
    return after.map((x, i) => x - before[i]!)
  }
  const counts = new Map<string, ClippedCount>()
  const countOf = async (examples: readonly number[]): Promise<ClippedCount> => {
    const known = counts.get(examples.join())
    if (known) return known
    const { observed } = await run(examples, { step: 1, noise: false })
    const count = { examples: observed.norms.length, clipped: observed.clipped }
    counts.set(examples.join(), count)
    return count
  }
  const { logicalBatch } = plan
  return {
    plan: {
      ...sampling,
      noiseMultiplier: privacy.noiseMultiplier,
      clippingNorm,
      logicalBatch,
      ...(adaptiveClipping && { adaptiveClipping }),
    },
    examples: request.rows,
    sample: step => [...sampler.sample(request.rows, step)],
    sum: async (examples, options) => (await update(examples, options)).map(x => -x * logicalBatch),
    update,
    ...(adaptiveClipping && {
      async nextNorm(examples: readonly number[], { step, noise: isNoisy }: StepOptions) {
        const count = await countOf(examples)
        if (!isNoisy)
          return nextClippingNorm(clippingNorm, count, {
            first: clippingNorm,
            adaptiveClipping,
            batch: logicalBatch,
            noise: 0,
          })
        const norm = clippingNormOf({ privacy, batch: logicalBatch, secret })
        norm.follow(step, count)
        return norm.current()
      },
    }),
    accounted: steps => Promise.resolve({ ...sampling, noiseMultiplier: privacy.noiseMultiplier, steps }),
    close: () => programs.close(),
  }
}

interface StepOptions {
  readonly step: number
  readonly noise: boolean
  readonly physicalBatch?: number
}

describe('the battery of private training', () => {
  it.each<readonly [string, TrainingRequest, RecordBatch]>([
    ['a table', tableRequest({ rows: 400, privacy: kept }), table(400)],
    ['hashed words', textRequest({ rows: 400, privacy: kept }), texts(400)],
    ['words in order', wordsRequest({ rows: 400, privacy: kept }), texts(400)],
    ['a table in shuffled batches', tableRequest({ rows: 400, privacy: { ...kept, sampler: 'shuffled' } }), table(400)],
    [
      'a table in batches of a fixed size',
      tableRequest({ rows: 400, privacy: { ...kept, sampler: 'fixed-size' } }),
      table(400),
    ],
    [
      'a table with a clipping norm that follows',
      tableRequest({ rows: 400, privacy: { ...kept, adaptiveClipping } }),
      table(400),
    ],
  ])('finds nothing in the steps of %s', async (_, request, batch) => {
    const engine = await engineOf(request, batch)
    const findings = await checkPrivateEngine(engine)
    await engine.close()
    expect(findings.filter(({ outcome }) => outcome === 'fail')).toEqual([])
    // Missing values are read as 0, so no row makes a gradient that is not finite.
    expect(findings.filter(({ outcome }) => outcome === 'undecided').map(({ rule }) => rule)).toEqual([
      'bears a gradient that is not finite',
    ])
  })

  it('finds shuffled batches that are accounted as Poisson draws, and those of a fixed size', async () => {
    for (const sampler of ['shuffled', 'fixed-size'] as const) {
      const engine = await engineOf(tableRequest({ rows: 400, privacy: { ...kept, sampler } }), table(400))
      const { noiseMultiplier } = engine.plan
      const poisson = { sampler: 'poisson', samplingProbability: 1 / 8, noiseMultiplier } as const
      const failedIn = async (broken: Partial<PrivateEngine>): Promise<readonly string[]> =>
        (await checkPrivateEngine({ ...engine, ...broken }))
          .filter(({ outcome }) => outcome === 'fail')
          .map(({ rule }) => rule)
      expect(await failedIn({ accounted: steps => Promise.resolve({ ...poisson, steps }) })).toEqual([
        'accounts for what it did',
      ])
      const { logicalBatch, clippingNorm } = engine.plan
      const plan = { ...poisson, logicalBatch, clippingNorm }
      expect(await failedIn({ plan })).toContain('draws batches as its sampler does')
      await engine.close()
    }
  })

  it('finds half the noise in them', async () => {
    const engine = await engineOf(tableRequest({ rows: 400, privacy: kept }), table(400))
    const stated = { ...engine.plan, noiseMultiplier: engine.plan.noiseMultiplier * 2 }
    const failed = (await checkPrivateEngine({ ...engine, plan: stated })).filter(({ outcome }) => outcome === 'fail')
    await engine.close()
    expect(failed.map(({ rule }) => rule)).toContain('adds noise of the planned deviation')
  })
})
