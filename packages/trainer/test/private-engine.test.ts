import { describe, expect, it } from 'vitest'
import type { RecordBatch, TrainingRequest } from '@attestry/core'
import { poissonSampler } from '@attestry/dp'
import { checkPrivateEngine, type PrivateEngine } from '@attestry/plugin-kit'
import { floats } from '@attestry/autograd'
import { architectureOf } from '../src/architecture.js'
import { featureLayout } from '../src/feature-layout.js'
import { initialWeights } from '../src/initial-weights.js'
import { noiseSource } from '../src/noise-source.js'
import { planTraining } from '../src/index.js'
import { compilers, openPrograms } from '../src/programs.js'
import { stepRunner, type State } from '../src/steps.js'
import { classifierTask } from '../src/task.js'
import { readTrainingSet } from '../src/training-set.js'
import { f32 } from '@attestry/autograd'
import { contextOf, dataOf, nodeRuntime, tableRequest, table, textRequest, texts, wordsRequest } from './data.js'

const privacy = { epsilon: 3, delta: 1e-5, clippingNorm: 0.05 }

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
  const sampler = poissonSampler({ secret, stream: 'training batches' })
  const { noiseMultiplier, clippingNorm } = plan.privacy!
  const samplingProbability = plan.logicalBatch / request.rows
  const flat = (of: (name: string) => ArrayLike<number>): Float64Array =>
    Float64Array.from(names.flatMap(name => Array.from(of(name))))

  const update = async (
    examples: readonly number[],
    {
      step,
      noise: isNoisy,
      physicalBatch = plan.physicalBatch,
    }: { step: number; noise: boolean; physicalBatch?: number },
  ): Promise<Float64Array> => {
    const runner = stepRunner({ task, plan: { ...plan, physicalBatch }, optimiser, programs })
    const noiseScale = isNoisy ? noiseMultiplier * clippingNorm : 0
    const values = Float32Array.from(await noise.next(step))
    const { state: next } = await runner.step(state, Int32Array.from(examples), step, values, {
      noiseScale,
      clippingNorm,
      learningRate: 1,
    })
    const [after, before] = [flat(name => floats(next[name]!)), flat(name => floats(state[name]!))]
    return after.map((x, i) => x - before[i]!)
  }
  return {
    plan: { samplingProbability, noiseMultiplier, clippingNorm, logicalBatch: plan.logicalBatch },
    examples: request.rows,
    sample: step => [...sampler.sample(request.rows, samplingProbability, step)],
    sum: async (examples, options) => (await update(examples, options)).map(x => -x * plan.logicalBatch),
    update,
    accounted: steps => Promise.resolve({ samplingProbability, noiseMultiplier, steps }),
    close: () => programs.close(),
  }
}

describe('the battery of private training', () => {
  it.each<readonly [string, TrainingRequest, RecordBatch]>([
    ['a table', tableRequest({ rows: 400, privacy }), table(400)],
    ['hashed words', textRequest({ rows: 400, privacy }), texts(400)],
    ['words in order', wordsRequest({ rows: 400, privacy }), texts(400)],
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

  it('finds half the noise in them', async () => {
    const engine = await engineOf(tableRequest({ rows: 400, privacy }), table(400))
    const stated = { ...engine.plan, noiseMultiplier: engine.plan.noiseMultiplier * 2 }
    const failed = (await checkPrivateEngine({ ...engine, plan: stated })).filter(({ outcome }) => outcome === 'fail')
    await engine.close()
    expect(failed.map(({ rule }) => rule)).toContain('adds noise of the planned deviation')
  })
})
