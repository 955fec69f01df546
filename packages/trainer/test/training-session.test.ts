import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { floats, openRuntime, f32 } from '@attestry/autograd'
import { takeRows, type RecordBatch, type StepReport, type TrainingRequest, type TrainingSession } from '@attestry/core'
import { accountant, subsampledGaussian } from '@attestry/dp'
import { architectureOf } from '../src/architecture.js'
import { featureLayout, type FeatureLayout } from '../src/feature-layout.js'
import { encodeRows, type InputRows } from '../src/inputs.js'
import { planTraining, readSafetensors } from '../src/index.js'
import { planDigest } from '../src/plan.js'
import type { LoopParts } from '../src/training-loop.js'
import { openTraining } from '../src/training-session.js'
import {
  adaptive,
  contextOf,
  dataOf,
  nodeRuntime,
  orderedTexts,
  privacy,
  seeded,
  table,
  tableRequest,
  textRequest,
  texts,
  wordsRequest,
} from './data.js'
import { bagGradient, convolutionGradient, mlpGradient, referenceTraining, type Example } from './reference-training.js'

const refused = (code: string): unknown => expect.objectContaining({ code })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-trainer-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let exports = 0
const nextFolder = (): string => join(folder, `model-${exports++}`)

interface Setup {
  readonly request: TrainingRequest
  readonly batch: RecordBatch
  readonly weights?: ReadonlyMap<string, number>
  readonly parts?: Partial<LoopParts>
  readonly secret?: number
}

async function open({ request, batch, weights, parts, secret }: Setup) {
  const plan = planTraining(request)
  const session = await openTraining(plan, dataOf(batch, weights), request, contextOf(secret), {
    runtime: await nodeRuntime(),
    ...parts,
  })
  return { plan, session }
}

async function run(session: TrainingSession, steps = Infinity): Promise<StepReport[]> {
  const reports: StepReport[] = []
  while (reports.length < steps) {
    const report = await session.step()
    if (!report) break
    reports.push(report)
  }
  return reports
}

async function weightsAfter(setup: Setup, steps: number): Promise<Readonly<Record<string, Float32Array>>> {
  const { session } = await open(setup)
  await run(session, steps)
  const directory = nextFolder()
  await session.export(directory)
  await session.close()
  const stored = readSafetensors(await readFile(join(directory, 'weights.safetensors')))
  return Object.fromEntries(Object.entries(stored).map(([name, { data }]) => [name, data]))
}

/** A row as the reference takes it: values of a table, the share of every bucket, or words in order. */
function inputOf(inputs: InputRows, row: number, layout: FeatureLayout): Float64Array {
  if (inputs.kind === 'tabular')
    return Float64Array.from(inputs.values.slice(row * inputs.width, (row + 1) * inputs.width))
  const [from, to] = [inputs.offsets[row]!, inputs.offsets[row + 1]!]
  if (inputs.kind === 'words') return Float64Array.from(inputs.tokens.subarray(from, to))
  const shares = new Float64Array(layout.kind === 'text' ? layout.buckets : 0)
  for (let t = from; t < to; t++) shares[inputs.tokens[t]!] = inputs.shares[t]!
  return shares
}

const gradients = {
  mlp: mlpGradient,
  'embedding-bag': bagGradient,
  'text-convolution': convolutionGradient,
}

/** The rows of a batch as the reference takes them. */
function examplesOf(request: TrainingRequest, batch: RecordBatch, weights?: ReadonlyMap<string, number>): Example[] {
  const layout = featureLayout(request.data, request.model)
  const inputs = encodeRows(batch, layout)
  const labels = batch.columns.label!.values as readonly string[]
  return batch.rowIds.map((id, row) => {
    return {
      input: inputOf(inputs, row, layout),
      label: request.classes.indexOf(labels[row]!),
      weight: Math.fround(weights?.get(id) ?? 1),
    }
  })
}

const someWeights = (batch: RecordBatch): ReadonlyMap<string, number> => {
  const random = seeded(9)
  return new Map(batch.rowIds.map((id, i) => [id, i % 7 === 0 ? 0 : 2 * random()]))
}

function worstError(actual: Readonly<Record<string, Float32Array>>, expected: Record<string, Float64Array>): number {
  let worst = 0
  for (const [name, values] of Object.entries(expected)) {
    const size = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
    values.forEach((x, i) => (worst = Math.max(worst, Math.abs(actual[name]![i]! - x) / size)))
  }
  return worst
}

describe('trained weights', () => {
  const batch = table(60)
  const words = texts(60)
  const small = { rows: 60, batchSize: 12, epochs: 4, learningRate: 0.2 }
  it.each([
    { name: 'an MLP, private, SGD', request: tableRequest({ ...small, privacy }), batch },
    { name: 'an MLP, private, Adam', request: tableRequest({ ...small, optimizer: 'adam', privacy }), batch },
    { name: 'an MLP, not private', request: tableRequest(small), batch },
    {
      name: 'an MLP, private, a clipping norm that follows the median',
      request: tableRequest({ ...small, privacy: { ...privacy, adaptiveClipping: adaptive } }),
      batch,
    },
    {
      name: 'an MLP, private, Adam, example weights, a norm that follows another quantile with a quiet count',
      request: tableRequest({
        ...small,
        optimizer: 'adam',
        privacy: { ...privacy, adaptiveClipping: { quantile: 0.8, learningRate: 0.5, countNoise: 1.8 } },
      }),
      batch,
      weights: someWeights(batch),
    },
    {
      name: 'an MLP, private, with example weights',
      request: tableRequest({ ...small, privacy: { ...privacy, clippingNorm: 0.3 } }),
      batch,
      weights: someWeights(batch),
    },
    {
      name: 'an MLP, private, one example a step and many empty draws',
      request: tableRequest({ ...small, batchSize: 1, privacy }),
      batch,
    },
    {
      name: 'texts with repeated words, private, SGD',
      request: textRequest({ ...small, optimizer: 'sgd', privacy: { ...privacy, clippingNorm: 0.2 } }),
      batch: words,
    },
    {
      name: 'texts, private, Adam, with example weights',
      request: textRequest({ ...small, privacy }),
      batch: words,
      weights: someWeights(words),
    },
    {
      name: 'words in order, private, SGD',
      request: wordsRequest({ ...small, optimizer: 'sgd', privacy: { ...privacy, clippingNorm: 0.2 } }),
      batch: words,
    },
    {
      name: 'words in order, private, Adam, with example weights',
      request: wordsRequest({ ...small, privacy }),
      batch: words,
      weights: someWeights(words),
    },
    { name: 'words in order, not private', request: wordsRequest({ ...small, optimizer: 'sgd' }), batch: words },
  ])('equal a float64 loop over single examples, to 1e-5: $name', async setup => {
    const { request } = setup
    const plan = planTraining(request)
    const layout = featureLayout(request.data, request.model)
    const { parameters } = architectureOf(request.model, layout, request.classes.length)
    const gradient = gradients[request.model.architecture as keyof typeof gradients]
    const examples = examplesOf(request, setup.batch, setup.weights)
    const options = { secret: contextOf().secret, seed: request.training.seed, steps: 8 }
    const expected = referenceTraining(plan, parameters, examples, gradient, options)
    expect(worstError(await weightsAfter(setup, 8), expected)).toBeLessThanOrEqual(1e-5)
  })

  it('are the same when a logical batch takes several physical ones', async () => {
    const request = tableRequest({ ...small, privacy })
    const plan = planTraining(request)
    // A batch larger than the physical size in every step: the plan is signed again with a smaller one.
    const { digest: _, ...facts } = { ...plan, physicalBatch: 4 }
    const cut = { ...facts, digest: planDigest(facts, request, featureLayout(request.data, request.model)) }
    const session = await openTraining(cut, dataOf(batch), request, contextOf(), { runtime: await nodeRuntime() })
    await run(session, 8)
    const directory = nextFolder()
    await session.export(directory)
    const stored = readSafetensors(await readFile(join(directory, 'weights.safetensors')))
    const whole = await weightsAfter({ request, batch }, 8)
    const expected = Object.fromEntries(Object.entries(whole).map(([name, data]) => [name, Float64Array.from(data)]))
    const actual = Object.fromEntries(Object.entries(stored).map(([name, { data }]) => [name, data]))
    expect(worstError(actual, expected)).toBeLessThanOrEqual(1e-5)
  })

  it('are bit-identical for the same seed and secret, on one thread and on two, with noise made ahead or not', async () => {
    // Enough parameters for noise to be made on a thread.
    const base = textRequest({ rows: 60, batchSize: 20, privacy })
    const request = { ...base, model: { architecture: 'embedding-bag', buckets: 1024, dimension: 16 } } as const
    const setup = { request, batch: words }
    const first = await weightsAfter(setup, 6)
    expect(await weightsAfter(setup, 6)).toEqual(first)
    const runtime = await openRuntime({ prefer: 'node', threads: 2 })
    expect(await weightsAfter({ ...setup, parts: { runtime, noiseWorkers: 2 } }, 6)).toEqual(first)
    expect(await weightsAfter({ ...setup, secret: 8 }, 6)).not.toEqual(first)
  })

  it('do not depend on how the rows are cut into batches', async () => {
    const request = tableRequest({ ...small, privacy })
    const rows = Array.from({ length: 60 }, (_, i) => i)
    const parts = [takeRows(batch, rows.slice(0, 7)), takeRows(batch, rows.slice(7))]
    const session = await openTraining(planTraining(request), dataOf(parts), request, contextOf(), {
      runtime: await nodeRuntime(),
    })
    await run(session, 4)
    const [cut, whole] = [await session.predict(batch), await open({ request, batch })]
    await run(whole.session, 4)
    expect(cut).toEqual(await whole.session.predict(batch))
  })
})

describe('a training session', () => {
  it('learns a separable problem from a table', async () => {
    const batch = table(600)
    const request = tableRequest({ rows: 600, epochs: 30 })
    const { session } = await open({ request, batch })
    const reports = await run(session)
    expect(reports.at(-1)!.loss!).toBeLessThan(reports[0]!.loss! / 2)
    expect(await accuracy(session, table(300, 2), request)).toBeGreaterThan(0.93)
  })

  it('learns a separable problem from a table under privacy', async () => {
    const batch = table(2000)
    const request = tableRequest({ rows: 2000, epochs: 15, batchSize: 200, privacy: { ...privacy, epsilon: 8 } })
    const { session } = await open({ request, batch })
    await run(session)
    expect(await accuracy(session, table(300, 2), request)).toBeGreaterThan(0.88)
  })

  it('learns which words tell the class of a text', async () => {
    const request = textRequest({ rows: 400, epochs: 20 })
    const { session } = await open({ request, batch: texts(400) })
    await run(session)
    expect(await accuracy(session, texts(200, 2), request)).toBeGreaterThan(0.95)
  })

  it('learns which order of words tells the class of a text', async () => {
    const request = wordsRequest({ rows: 400, epochs: 12 })
    const { session } = await open({ request, batch: orderedTexts(400) })
    await run(session)
    expect(await accuracy(session, orderedTexts(200, 2), request)).toBeGreaterThan(0.95)
  })

  it('reads a text of words in order the same whatever stands beside it, and takes empty, missing and long ones', async () => {
    const request = wordsRequest({ rows: 60 })
    const { session } = await open({ request, batch: texts(60) })
    await run(session, 3)
    const values = ['visa', '', null, '...', 'a '.repeat(2000), 'visa']
    const ids = values.map((_, i) => `row:${i}`)
    const odd: RecordBatch = { rowIds: ids, subjects: ids, columns: { text: { kind: 'text', values } } }
    const { probabilities } = await session.predict(odd)
    expect(probabilities.every(Number.isFinite)).toBe(true)
    expect(probabilities.slice(10)).toEqual(probabilities.slice(0, 2))
    for (const row of [4, 6]) expect(probabilities.slice(row, row + 2)).toEqual(probabilities.slice(2, 4))
    const alone = await session.predict(takeRows(odd, [0]))
    for (const [i, value] of alone.probabilities.entries()) expect(value).toBeCloseTo(probabilities[i]!, 6)
  })

  it('runs every step of the plan and reports what each spent', async () => {
    const request = tableRequest({ rows: 200, batchSize: 20, epochs: 2, privacy })
    const { plan, session } = await open({ request, batch: table(200) })
    expect(session.epsilonSpent()).toBe(0)
    const reports = await run(session)
    expect(reports.length).toBe(plan.steps)
    expect(await session.step()).toBeUndefined()
    const samplingProbability = 20 / 200
    const event = subsampledGaussian({ ...plan.privacy!, samplingProbability })
    for (const { step, epsilon } of reports)
      expect(epsilon).toBe(accountant().compose(event, step).epsilon(privacy.delta).upper)
    expect(session.epsilonSpent()).toBe(plan.privacy!.epsilon)
    for (const { batchSize, loss, clippedFraction, gradientNorm } of reports.filter(report => report.batchSize > 0)) {
      expect(loss).toBeGreaterThan(0)
      expect(clippedFraction).toBeGreaterThanOrEqual(0)
      expect(clippedFraction).toBeLessThanOrEqual(1)
      expect(gradientNorm).toBeGreaterThan(0)
      expect(batchSize).toBeLessThan(60)
    }
  })

  it.each(['shuffled', 'fixed-size'] as const)('trains on %s batches, and says so', async sampler => {
    const request = tableRequest({ rows: 90, batchSize: 20, epochs: 2, privacy: { ...privacy, sampler } })
    const { plan, session } = await open({ request, batch: table(90) })
    const sizes = (await run(session)).map(({ batchSize }) => batchSize)
    expect(sizes).toEqual(
      sampler === 'shuffled' ? [20, 20, 20, 20, 10, 20, 20, 20, 20, 10] : [20, 20, 20, 20, 20, 20, 20, 20, 20],
    )
    expect(session.epsilonSpent()).toBe(plan.privacy!.epsilon)
    const { facts } = await session.export(nextFolder())
    expect(facts.batches).toMatchObject({ sampler })
    expect(facts.guards).toMatchObject({ batchSizesFixed: true })
  })

  it('tells the norm of each step, spends what a fixed norm spends, and says how the norm went', async () => {
    const base = { rows: 400, batchSize: 100, epochs: 10 }
    const request = tableRequest({ ...base, privacy: { ...privacy, clippingNorm: 5, adaptiveClipping: adaptive } })
    const { plan, session } = await open({ request, batch: table(400) })
    const fixed = planTraining(tableRequest({ ...base, privacy }))
    expect(plan.privacy!.noiseMultiplier).toBe(fixed.privacy!.noiseMultiplier)
    expect(plan.privacy!.epsilon).toBe(fixed.privacy!.epsilon)
    const countNoise = Math.max(5, 5 * plan.privacy!.noiseMultiplier)
    expect(plan.privacy!.adaptiveClipping).toEqual({ ...adaptive, countNoise })
    const reports = await run(session)
    const norms = reports.map(({ clippingNorm }) => clippingNorm!)
    expect(norms[0]).toBe(5)
    expect(new Set(norms).size).toBe(norms.length)
    // No gradient is as long as 5, so the norm falls until about half of them are clipped.
    expect(reports[0]!.clippedFraction).toBe(0)
    const late = reports.slice(-10).map(({ clippedFraction }) => clippedFraction!)
    expect(late.reduce((a, b) => a + b, 0) / late.length).toBeGreaterThan(0.2)
    expect(session.epsilonSpent()).toBe(plan.privacy!.epsilon)
    const { facts } = await session.export(nextFolder())
    expect(facts.clippingNorm).toMatchObject({ ...adaptive, countNoise, firstNorm: 5, countNoiseDraws: plan.steps })
    const { lastNorm, gradientNoiseMultiplier } = facts.clippingNorm as Record<string, number>
    expect(norms).not.toContain(lastNorm)
    expect(lastNorm).toBeLessThan(1)
    expect(gradientNoiseMultiplier! / plan.privacy!.noiseMultiplier).toBeCloseTo(1 / Math.sqrt(1 - 0.01), 9)
    expect(facts.guards).toMatchObject({ clippingNormFollowed: true })
  })

  it('never reports less than was spent when a long plan reports epsilon by blocks', async () => {
    const request = tableRequest({ rows: 400, batchSize: 2, epochs: 2, privacy })
    const { plan, session } = await open({ request, batch: table(400) })
    expect(plan.steps).toBe(400)
    for (const { step, epsilon } of await run(session, 9)) {
      const exact = accountant()
        .compose(subsampledGaussian({ ...plan.privacy!, samplingProbability: 2 / 400 }), step)
        .epsilon(privacy.delta).upper
      expect(epsilon).toBeGreaterThanOrEqual(exact)
      expect(epsilon).toBeLessThanOrEqual(plan.privacy!.epsilon)
    }
    expect(session.epsilonSpent()).toBeLessThan(plan.privacy!.epsilon)
  })

  it('counts an empty draw as a step with noise', async () => {
    const request = tableRequest({ rows: 60, batchSize: 1, privacy })
    const { session } = await open({ request, batch: table(60) })
    const reports = await run(session, 20)
    const empty = reports.filter(({ batchSize }) => batchSize === 0)
    expect(empty.length).toBeGreaterThan(0)
    expect(empty.every(({ loss, gradientNorm }) => loss === null && gradientNorm === null)).toBe(true)
    const { facts } = await session.export(nextFolder())
    expect(facts.noise).toMatchObject({ draws: 20 * session_parameters })
  })

  it('ends with the reason of an abort, before the next step', async () => {
    const stop = new AbortController()
    const request = tableRequest()
    const session = await openTraining(
      planTraining(request),
      dataOf(table(400)),
      request,
      { ...contextOf(), signal: stop.signal },
      { runtime: await nodeRuntime() },
    )
    await session.step()
    stop.abort(new Error('stopped by hand'))
    await expect(session.step()).rejects.toThrow('stopped by hand')
  })

  it('refuses to go on once it is closed', async () => {
    const { session } = await open({ request: tableRequest(), batch: table(400) })
    await session.close()
    await session.close()
    await expect(session.step()).rejects.toThrowError(refused('TRAIN-E018'))
    await expect(session.predict(table(1))).rejects.toThrowError(refused('TRAIN-E018'))
  })
})

const session_parameters = 7 * 8 + 8 + 8 * 2 + 2

async function accuracy(session: TrainingSession, batch: RecordBatch, { classes }: TrainingRequest): Promise<number> {
  const { probabilities } = await session.predict(batch)
  const labels = batch.columns.label!.values as readonly string[]
  const hits = labels.filter((label, row) => {
    const answer = probabilities[2 * row + 1]! > probabilities[2 * row]! ? 1 : 0
    return classes[answer] === label
  })
  return hits.length / labels.length
}

describe('training data is refused', () => {
  const withLabels = (labels: readonly (string | null)[]): RecordBatch => {
    const batch = table(labels.length)
    return { ...batch, columns: { ...batch.columns, label: { kind: 'text', values: labels } } }
  }
  const opening = (batch: RecordBatch, rows = batch.rowIds.length, weights?: ReadonlyMap<string, number>) =>
    open({ request: tableRequest({ rows }), batch, ...(weights && { weights }) })

  it('with a label that is no declared class, naming the row and not the value', async () => {
    const failure = await opening(withLabels(['yes', 'no', 'perhaps Anna'])).catch((error: Error) => error)
    expect(failure).toMatchObject({ code: 'TRAIN-E003' })
    expect(String(failure)).toContain('row:3')
    expect(JSON.stringify(failure)).not.toContain('Anna')
    await expect(opening(withLabels(['yes', null]))).rejects.toThrowError(refused('TRAIN-E003'))
  })

  it('with one class only', async () => {
    await expect(opening(withLabels(['yes', 'yes', 'yes']))).rejects.toThrowError(refused('TRAIN-E004'))
  })

  it('with other rows than the plan was made for', async () => {
    await expect(opening(table(40), 41)).rejects.toThrowError(refused('TRAIN-E005'))
  })

  it.each([undefined, NaN, Infinity, -0.1])('with an example weight of %s', async weight => {
    const batch = table(40)
    const weights = new Map(batch.rowIds.map(id => [id, 1]))
    if (weight === undefined) weights.delete('row:5')
    else weights.set('row:5', weight)
    await expect(opening(batch, 40, weights)).rejects.toThrowError(refused('TRAIN-E006'))
  })
})

describe('examples that are not finite', () => {
  /** The native runtime, except that the loss of some examples comes back as NaN. */
  const brokenRuntime = async (isBad: (x: Float32Array) => boolean): Promise<LoopParts> => {
    const runtime = await nodeRuntime()
    return {
      runtime: {
        ...runtime,
        async open(model) {
          const session = await runtime.open(model)
          return {
            ...session,
            async run(feeds) {
              const results = await session.run(feeds)
              if (!results.loss || !feeds.x) return results
              const [x, loss] = [floats(feeds.x), floats(results.loss)]
              const width = feeds.x.shape[1]!
              const spoilt = loss.map((value, i) => (isBad(x.subarray(i * width, (i + 1) * width)) ? NaN : value))
              return { ...results, loss: f32(results.loss.shape, spoilt) }
            },
          }
        },
      },
    }
  }

  it('are replaced by padding and counted', async () => {
    const batch = table(100)
    const first = Math.fround(2 * (batch.columns.a!.values[0] as number) - 1)
    const parts = await brokenRuntime(x => x[0] === first)
    const request = tableRequest({ rows: 100, batchSize: 50, epochs: 4, privacy })
    const { session } = await open({ request, batch, parts })
    const reports = await run(session)
    const { facts } = await session.export(nextFolder())
    expect(facts.nonFiniteExamples).toBeGreaterThan(0)
    expect(reports.every(({ loss }) => Number.isFinite(loss))).toBe(true)
  })

  it('end the run when there are too many', async () => {
    const parts = await brokenRuntime(x => x[0]! > 0)
    const request = tableRequest({ rows: 400, privacy })
    const { session } = await open({ request, batch: table(400), parts })
    await expect(run(session)).rejects.toThrowError(refused('TRAIN-E007'))
  })

  it('end the run when the weights have left the finite range', async () => {
    const request = tableRequest({ rows: 400, learningRate: 1e38 })
    const { session } = await open({ request, batch: table(400) })
    const failure = await run(session)
      .then(() => session.export(nextFolder()))
      .catch((error: unknown) => error)
    expect(['TRAIN-E007', 'TRAIN-E009']).toContain((failure as { code: string }).code)
  })
})
