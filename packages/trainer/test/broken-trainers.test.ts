import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  add,
  backward,
  compileFused,
  createGraph,
  div,
  encodeModel,
  f32,
  gradientSums,
  min,
  mul,
  newOf,
  noiseOf,
  reduceSum,
  sqrt,
  squaredNorms,
  stepInputs,
  sub,
  sumOf,
  type CompiledStep,
  type Graph,
  type StepOptions,
  type Value,
} from '@attestry/autograd'
import type { PrivacyConfig, Sampling } from '@attestry/core'
import { batchSampler, gaussianNoise, gradientNoise, nextClippingNorm, poissonSampler } from '@attestry/dp'
import { featureLayout, planTraining } from '../src/index.js'
import { planDigest } from '../src/plan.js'
import { compilers } from '../src/programs.js'
import { noiseSource, type NoiseOptions } from '../src/noise-source.js'
import type { LoopParts } from '../src/training-loop.js'
import { openTraining } from '../src/training-session.js'
import { contextOf, dataOf, nodeRuntime, privacy, seeded, table, tableRequest } from './data.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-broken-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Trains 40 steps with some parts broken and exports; gives the code that stopped it, or `exported`. */
async function train(broken: Partial<LoopParts>, kept: PrivacyConfig | null = privacy): Promise<string> {
  const request = tableRequest({ rows: 400, batchSize: 50, epochs: 5, ...(kept && { privacy: kept }) })
  const directory = await mkdtemp(join(folder, 'model-'))
  try {
    const session = await openTraining(planTraining(request), dataOf(table(400)), request, contextOf(), {
      runtime: await nodeRuntime(),
      ...broken,
    })
    while (await session.step());
    await session.export(directory)
    return 'exported'
  } catch (failure) {
    expect(await readdir(directory)).toEqual([])
    return (failure as { code: string }).code
  }
}

const changedNoise =
  (change: (values: Float32Array, step: number) => Float32Array) =>
  (options: NoiseOptions): ReturnType<typeof noiseSource> => {
    const source = noiseSource(options)
    return { ...source, next: async step => change(await source.next(step), step) }
  }

/** What a sampler draws in batches of 50. */
const drawsOf = (sampling: Sampling): LoopParts['sample'] => {
  const { sample } = batchSampler({ secret: contextOf().secret, stream: 'other batches' }, sampling, 50)
  return (rows, _q, step) => sample(rows, step)
}

/** The honest noise of counts, changed. */
const countsWith = (change: (z: number) => number): Partial<LoopParts> => ({
  countNoise: secret => {
    const source = gaussianNoise({ secret, stream: 'count' })
    return step => change(source.fill(new Float64Array(1), step)[0]!)
  },
})

interface Norms {
  readonly mask: Value
  readonly weights: Value
  readonly norms: Value
  readonly clippingNorm: Value
}

/** How an example's gradient is scaled; the right answer is `m·w·min(1, C/(w·n))`, for each example by itself. */
type Factors = (graph: Graph, norms: Norms) => Value

/** The gradient of the batch is clipped, not each example's. */
const ofTheBatch: Factors = (graph, { mask, weights, norms, clippingNorm }) => {
  const total = reduceSum(graph, mul(graph, norms, mask), { axes: [0] })
  const factor = min(graph, graph.scalar(1), div(graph, clippingNorm, add(graph, total, graph.scalar(1e-20))))
  return mul(graph, mul(graph, mask, weights), factor)
}

const unclipped: Factors = (graph, { mask, weights }) => mul(graph, mask, weights)

function brokenSums(graph: Graph, { loss, batch }: StepOptions, factors: Factors): ReadonlyMap<Value, Value> {
  const losses = loss(graph, batch)
  const mask = graph.input(stepInputs.mask, [batch])
  const weights = graph.input(stepInputs.weights, [batch])
  backward(graph, losses, graph.constant(f32([batch], new Float32Array(batch).fill(1))))
  const norms = sqrt(graph, squaredNorms(graph))
  // Asked for, so that every broken step takes the same feeds.
  const clippingNorm = graph.input(stepInputs.clippingNorm, [])
  graph.output('loss', losses)
  graph.output('norms', norms)
  graph.output('clipped', mul(graph, mask, mul(graph, clippingNorm, graph.scalar(0))))
  return gradientSums(graph, factors(graph, { mask, weights, norms, clippingNorm }))
}

const encoded = (graph: Graph): CompiledStep => ({
  model: encodeModel(graph, { name: 'broken' }),
  digest: 'broken',
  parameters: graph.parameters.map(({ name, shape }) => ({ name, shape })),
  flops: { matmul: 0, other: 0 },
})

const brokenAccumulate =
  (factors: Factors) =>
  (options: StepOptions): CompiledStep => {
    const graph = createGraph()
    for (const [{ name, shape }, sum] of brokenSums(graph, options, factors))
      graph.output(newOf(sumOf(name)), add(graph, graph.input(sumOf(name), shape), sum))
    return encoded(graph)
  }

/** With plain SGD. */
const brokenFused =
  (factors: Factors) =>
  (options: StepOptions): CompiledStep => {
    const graph = createGraph()
    const scale = graph.input(stepInputs.noiseScale, [])
    const rate = mul(graph, graph.input(stepInputs.inverseBatch, []), graph.input(stepInputs.learningRate, []))
    for (const [parameter, sum] of brokenSums(graph, options, factors)) {
      const noise = mul(graph, graph.input(noiseOf(parameter.name), parameter.shape), scale)
      graph.output(newOf(parameter.name), sub(graph, parameter, mul(graph, add(graph, sum, noise), rate)))
    }
    return encoded(graph)
  }

/** Every example's loss counts half. */
const halvedLoss = (options: StepOptions): StepOptions => ({
  ...options,
  loss: (graph, batch) => mul(graph, options.loss(graph, batch), graph.scalar(0.5)),
})

const poisson = poissonSampler({ secret: contextOf().secret, stream: 'test' })

describe('a trainer', () => {
  it('that is not broken exports, private or not', async () => {
    expect(await train({})).toBe('exported')
    expect(await train({}, null)).toBe('exported')
  })

  it.each<{ readonly name: string; readonly parts: Partial<LoopParts>; readonly code: string }>([
    { name: 'without noise', parts: { noise: changedNoise(z => z.fill(0)) }, code: 'TRAIN-E010' },
    {
      name: 'without noise from the second step on',
      parts: { noise: changedNoise((z, step) => (step > 1 ? z.fill(0) : z)) },
      code: 'TRAIN-E010',
    },
    {
      name: 'with uniform noise in [0, 1)',
      parts: { noise: changedNoise(z => z.map(seeded(1))) },
      code: 'TRAIN-E010',
    },
    {
      name: 'with noise for some of the parameters',
      parts: { noise: options => noiseSource({ ...options, count: options.count - 1 }) },
      code: 'AUTOGRAD-E009',
    },
    {
      name: 'with the variance where the standard deviation belongs',
      parts: { noiseScale: ({ privacy }) => privacy!.noiseMultiplier ** 2 },
      code: 'TRAIN-E010',
    },
    {
      name: 'with half the noise',
      parts: { noiseScale: ({ privacy }) => privacy!.noiseMultiplier / 2 },
      code: 'TRAIN-E010',
    },
    {
      name: 'that divides the noise by the batch once more',
      parts: { noiseScale: ({ privacy, logicalBatch }) => privacy!.noiseMultiplier / logicalBatch },
      code: 'TRAIN-E010',
    },
    {
      name: 'that clips the batch as a whole',
      parts: { compilers: { ...compilers, fused: brokenFused(ofTheBatch), accumulate: brokenAccumulate(ofTheBatch) } },
      code: 'TRAIN-E013',
    },
    {
      name: 'that clips the batch as a whole in fused steps only',
      parts: { compilers: { ...compilers, fused: brokenFused(ofTheBatch) } },
      code: 'TRAIN-E013',
    },
    {
      name: 'that does not clip',
      parts: { compilers: { ...compilers, fused: brokenFused(unclipped), accumulate: brokenAccumulate(unclipped) } },
      code: 'TRAIN-E013',
    },
    {
      name: 'whose fused step follows another loss than the accumulated one',
      parts: { compilers: { ...compilers, fused: options => compileFused(halvedLoss(options)) } },
      code: 'TRAIN-E013',
    },
    {
      name: 'with batches of a fixed size',
      parts: { sample: (_rows, _q, step) => Int32Array.from({ length: 50 }, (_, i) => (step * 50 + i) % 400).sort() },
      code: 'TRAIN-E012',
    },
    {
      name: 'that draws twice as many examples as the plan says',
      parts: { sample: (rows, q, step) => poisson.sample(rows, 2 * q, step) },
      code: 'TRAIN-E012',
    },
  ])('$name is stopped with $code and leaves no file', async ({ parts, code }) => {
    expect(await train(parts)).toBe(code)
  })

  it.each(['shuffled', 'fixed-size'] as const)('with %s batches of its own accounting exports', async sampler => {
    expect(await train({}, { ...privacy, sampler })).toBe('exported')
  })

  it.each<readonly [string, Sampling['sampler'], LoopParts['sample']]>([
    ['shuffled passes where the plan has Poisson draws', 'poisson', drawsOf({ sampler: 'shuffled', stepsPerEpoch: 8 })],
    ['a fixed size where the plan has Poisson draws', 'poisson', drawsOf({ sampler: 'fixed-size', batchShare: 1 / 8 })],
    [
      'Poisson draws where the plan has passes',
      'shuffled',
      drawsOf({ sampler: 'poisson', samplingProbability: 1 / 8 }),
    ],
    ['examples anew in each step of a pass', 'shuffled', drawsOf({ sampler: 'fixed-size', batchShare: 1 / 8 })],
    [
      'Poisson draws where the size is fixed',
      'fixed-size',
      drawsOf({ sampler: 'poisson', samplingProbability: 1 / 8 }),
    ],
    ['an example twice in a step', 'fixed-size', () => Int32Array.from({ length: 50 }, (_, i) => Math.max(1, i))],
    ['an example that is none', 'fixed-size', () => Int32Array.from({ length: 50 }, (_, i) => i + 351)],
  ])('that draws %s is stopped with TRAIN-E012', async (_what, sampler, sample) => {
    expect(await train({ sample: sample! }, { ...privacy, sampler })).toBe('TRAIN-E012')
  })

  it.each(['shuffled', 'fixed-size'] as const)(
    'that accounts for %s batches as Poisson draws does not open',
    async sampler => {
      const asked = (kept: PrivacyConfig) => tableRequest({ rows: 400, batchSize: 50, epochs: 5, privacy: kept })
      const request = asked({ ...privacy, sampler })
      const honest = planTraining(request)
      const { noiseMultiplier, epsilon } = planTraining(asked(privacy)).privacy!
      expect(noiseMultiplier).toBeLessThan(honest.privacy!.noiseMultiplier)
      const { digest: _, ...facts } = { ...honest, privacy: { ...honest.privacy!, noiseMultiplier, epsilon } }
      const plan = { ...facts, digest: planDigest(facts, request, featureLayout(request.data, request.model)) }
      const opening = openTraining(plan, dataOf(table(400)), request, contextOf(), { runtime: await nodeRuntime() })
      await expect(opening).rejects.toMatchObject({ code: 'TRAIN-E005' })
    },
  )

  /** With a count so quiet that the gradients need much more noise: that it was left out shows. */
  const adaptive = { ...privacy, adaptiveClipping: { quantile: 0.5, learningRate: 0.2, countNoise: 1.5 } }

  it('with a clipping norm that follows a quantile exports', async () => {
    expect(await train({}, adaptive)).toBe('exported')
  })

  it.each<{ readonly name: string; readonly parts: Partial<LoopParts>; readonly code: string }>([
    { name: 'counts without noise', parts: { countNoise: () => () => 0 }, code: 'TRAIN-E010' },
    { name: 'counts with noise of half the deviation', parts: countsWith(z => z / 4), code: 'TRAIN-E010' },
    { name: 'counts with the same noise in every step', parts: countsWith(() => 0.8), code: 'TRAIN-E010' },
    {
      name: 'leaves the noise of the count out of the norm',
      parts: { nextNorm: (norm, count, step) => nextClippingNorm(norm, count, { ...step, noise: 0 }) },
      code: 'TRAIN-E021',
    },
    {
      name: 'divides the count by the examples drawn',
      parts: {
        nextNorm: (norm, count, step) => nextClippingNorm(norm, count, { ...step, batch: Math.max(1, count.examples) }),
      },
      code: 'TRAIN-E021',
    },
    {
      name: 'does not raise the noise of the gradients',
      parts: { noiseScale: ({ privacy }, norm) => privacy!.noiseMultiplier * norm },
      code: 'TRAIN-E010',
    },
    {
      name: 'goes on with the noise of the first norm',
      parts: { noiseScale: ({ privacy }) => gradientNoise(privacy!) * privacy!.clippingNorm },
      code: 'TRAIN-E010',
    },
    {
      name: 'lets the norm run away',
      parts: { nextNorm: norm => norm * 2000 },
      code: 'TRAIN-E021',
    },
  ])('that $name is stopped with $code and leaves no file', async ({ parts, code }) => {
    expect(await train(parts, adaptive)).toBe(code)
  })

  it('that does not update its weights is stopped, private or not', async () => {
    const runtime = await nodeRuntime()
    const frozen: LoopParts['runtime'] = {
      ...runtime,
      async open(model) {
        const session = await runtime.open(model)
        return {
          ...session,
          async run(feeds) {
            const results = await session.run(feeds)
            return Object.fromEntries(
              Object.entries(results).map(([name, value]) => [name, feeds[name.replace('new:', '')] ?? value]),
            )
          },
        }
      },
    }
    expect(await train({ runtime: frozen }, null)).toBe('TRAIN-E008')
    expect(await train({ runtime: frozen })).toBe('TRAIN-E010')
  })
})
