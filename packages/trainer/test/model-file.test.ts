import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAttestryError, sha256, type RecordBatch, type Trainer } from '@attestry/core'
import { createTrainer, modelFiles, writeSafetensors } from '../src/index.js'
import {
  contextOf,
  dataOf,
  nodeRuntime,
  privacy,
  table,
  tableRequest,
  textRequest,
  texts,
  wordsRequest,
} from './data.js'
import { floats } from '@attestry/autograd'
import { encodeRows, inputFeeds } from '../src/inputs.js'
import { featureLayout, mostPositions } from '../src/feature-layout.js'

const trainer = createTrainer({ runtime: 'node' })
let folder: string
let good: string
let facts: Awaited<ReturnType<typeof trained>>['facts']
let predictions: Float32Array

async function trained(
  directory: string,
  request = tableRequest({ rows: 200, privacy }),
  batch: RecordBatch = table(200),
) {
  const session = await trainer.open(trainer.plan(request), dataOf(batch), request, contextOf())
  while (await session.step());
  const { files, facts } = await session.export(directory)
  const { probabilities } = await session.predict(batch)
  await session.close()
  return { files, facts, probabilities }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-model-'))
  good = join(folder, 'good')
  const result = await trained(good)
  facts = result.facts
  predictions = result.probabilities
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let copies = 0
async function copy(): Promise<string> {
  const directory = join(folder, `copy-${copies++}`)
  await cp(good, directory, { recursive: true })
  return directory
}

const refused = (code: string): unknown => expect.objectContaining({ code })

describe('an exported model', () => {
  it('is three files with the digests that export returned', async () => {
    const { files } = await trained(join(folder, 'again'))
    expect(files.map(({ name }) => name)).toEqual(['weights.safetensors', 'inference.onnx', 'model.json'])
    for (const { name, digest } of files) expect(sha256(await readFile(join(folder, 'again', name)))).toBe(digest)
  })

  it('has the same bytes when the same training is repeated', async () => {
    await trained(join(folder, 'repeated'))
    for (const name of Object.values(modelFiles))
      expect(await readFile(join(folder, 'repeated', name))).toEqual(await readFile(join(good, name)))
  })

  it('predicts after loading what the session predicted', async () => {
    const model = await trainer.load(good)
    const { classes, probabilities } = await model.predict(table(200))
    expect(classes).toEqual(['no', 'yes'])
    expect(probabilities).toEqual(predictions)
    await model.close()
  })

  it('gives probabilities for any number of rows, none and many runs included', async () => {
    const model = await trainer.load(good)
    expect((await model.predict(table(0))).probabilities.length).toBe(0)
    const many = (await model.predict(table(2500))).probabilities
    expect(many.slice(0, 2)).toEqual((await model.predict(table(2500))).probabilities.slice(0, 2))
    for (let row = 0; row < 2500; row++) expect(many[2 * row]! + many[2 * row + 1]!).toBeCloseTo(1, 5)
  })

  it.each([textRequest({ rows: 200 }), wordsRequest({ rows: 200, privacy })])(
    'is an ONNX file that a runtime opens by itself, for text as for tables: $model.architecture',
    async request => {
      const directory = join(folder, request.model.architecture)
      const { probabilities } = await trained(directory, request, texts(200))
      const session = await (await nodeRuntime()).open(await readFile(join(directory, 'inference.onnx')))
      const layout = featureLayout(request.data, request.model)
      const results = await session.run(inputFeeds(encodeRows(texts(200), layout), [0, 1, 2], 3, mostPositions(layout)))
      const found = floats(results.probabilities!)
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(probabilities[i]!, 5)
      if (layout.kind === 'words')
        await expect(session.run(inputFeeds(encodeRows(texts(3), layout), [0], 1, 300))).rejects.toThrow()
      const loaded = await trainer.load(directory)
      expect((await loaded.predict(texts(200))).probabilities).toEqual(probabilities)
      await loaded.close()
    },
  )

  it('comes with facts for the evidence', () => {
    expect(facts).toMatchObject({
      runtime: { name: 'onnxruntime-node', version: expect.stringMatching(/^1\./), threads: 1 },
      steps: 20,
      nonFiniteExamples: 0,
      guards: { weightsChanged: true, weightsFinite: true, stepsAccounted: 20, clippingPerExample: true },
      noise: { draws: 20 * 82, sampler: expect.stringContaining('AES-256-CTR') },
    })
    const { flops, records, noise, guards } = facts as unknown as {
      flops: { matmul: number }
      records: number
      noise: { standardDeviationPlanned: number; standardDeviationMeasured: number; variance: number }
      guards: { reloadDifference: number }
    }
    expect(flops.matmul).toBeGreaterThan(20 * 50 * 6 * 72)
    expect(records).toBeGreaterThan(700)
    expect(Math.abs(noise.standardDeviationMeasured / noise.standardDeviationPlanned - 1)).toBeLessThan(0.5)
    expect(Math.abs(noise.variance - 1)).toBeLessThan(0.2)
    expect(guards.reloadDifference).toBeLessThanOrEqual(1e-4)
  })
})

describe('a model folder is refused with TRAIN-E016', () => {
  it.each(Object.values(modelFiles))('without %s', async name => {
    const directory = await copy()
    await rm(join(directory, name))
    await expect(trainer.load(directory)).rejects.toThrowError(refused('TRAIN-E016'))
  })

  it.each(Object.values(modelFiles))('with %s cut short', async name => {
    const directory = await copy()
    await truncate(join(directory, name), 100)
    await expect(trainer.load(directory)).rejects.toThrowError(refused('TRAIN-E016'))
  })

  it('with an inference graph of other weights', async () => {
    const directory = await copy()
    const bytes = await readFile(join(directory, modelFiles.inference))
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(join(directory, modelFiles.inference), bytes)
    await expect(trainer.load(directory)).rejects.toThrowError(/inference.onnx is not the inference graph/)
  })

  /** Changes model.json, and with `weights` the weights beside it with a digest that matches. */
  async function forge(change: (description: Record<string, unknown>) => unknown, weights?: Uint8Array) {
    const directory = await copy()
    const path = join(directory, modelFiles.description)
    const description = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    if (weights) {
      await writeFile(join(directory, modelFiles.weights), weights)
      description.weights = sha256(weights)
    }
    await writeFile(path, JSON.stringify(change(description)))
    return trainer.load(directory)
  }

  const weightsOf = (value: number): Uint8Array => {
    const shapes = { 'hidden.0.weight': [8, 7], 'hidden.0.bias': [8], 'head.weight': [2, 8], 'head.bias': [2] }
    const parameters = Object.entries(shapes).map(([name, shape]) => ({ name, shape }))
    const fill = Object.fromEntries(
      parameters.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b)).fill(value)]),
    )
    return writeSafetensors(parameters, fill)
  }

  it('with weights that model.json does not name, or that are not of its shapes, or not finite', async () => {
    await expect(forge(same => same, weightsOf(1))).rejects.toThrowError(/another inference graph/)
    await expect(forge(same => same, weightsOf(NaN))).rejects.toThrowError(/not finite/)
    const fewer = writeSafetensors([{ name: 'head.bias', shape: [2] }], { 'head.bias': Float32Array.of(1, 2) })
    await expect(forge(same => same, fewer)).rejects.toThrowError(/has 1 tensors, the model 4/)
    const directory = await copy()
    await writeFile(join(directory, modelFiles.weights), weightsOf(1))
    await expect(trainer.load(directory)).rejects.toThrowError(/does not have the digest/)
  })

  it.each<[string, (description: Record<string, unknown>) => unknown]>([
    ['a list', () => []],
    ['null', () => null],
    ['another format', d => ({ ...d, format: 'attestry-model-2' })],
    ['one class', d => ({ ...d, classes: ['no'] })],
    ['classes that are numbers', d => ({ ...d, classes: [1, 2] })],
    ['another architecture', d => ({ ...d, model: { architecture: 'transformer' } })],
    ['a layer of a million', d => ({ ...d, model: { architecture: 'mlp', hidden: [1_000_000] } })],
    ['more layers than bytes', d => ({ ...d, model: { architecture: 'mlp', hidden: Array(100).fill(4096) } })],
    ['a layout of text for a table', d => ({ ...d, layout: { kind: 'text', column: 'x' } })],
    ['a width that does not add up', d => ({ ...d, layout: { ...(d.layout as object), width: 3 } })],
    [
      'bounds the wrong way round',
      d => ({ ...d, layout: { kind: 'tabular', width: 2, features: [{ kind: 'number', name: 'a', min: 1, max: 0 }] } }),
    ],
    ['a digest that is none', d => ({ ...d, weights: 'sha256:0' })],
    ['an optimiser that is none', d => ({ ...d, optimizer: 'magic' })],
  ])('with a model.json of %s', async (_what, change) => {
    await expect(forge(change)).rejects.toThrowError(refused('TRAIN-E016'))
  })

  it.each<[string, object, object]>([
    ['no width', { widths: [] }, {}],
    ['a width twice', { widths: [3, 3] }, {}],
    ['a width of 17', { widths: [17] }, { padding: 16 }],
    ['no filters', { filters: 0 }, {}],
    ['too little padding', {}, { padding: 1 }],
    ['a bag for words in order', {}, { kind: 'text' }],
    ['other buckets', {}, { buckets: 32 }],
  ])('with a model.json of words in order and %s', async (_what, ofModel, ofLayout) => {
    const { model, data } = wordsRequest()
    const layout = featureLayout(data, model)
    const change = (d: Record<string, unknown>): unknown => ({
      ...d,
      model: { ...model, ...ofModel },
      layout: { ...layout, ...ofLayout },
    })
    await expect(forge(change)).rejects.toThrowError(/has no valid (model|layout)/)
  })

  it('or fails with another code of ours, whatever the bytes of model.json', async () => {
    const directory = await copy()
    const path = join(directory, modelFiles.description)
    const original = await readFile(path)
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.nat(255), async (at, value) => {
        const bytes = Uint8Array.from(original)
        bytes[at] = value
        await writeFile(path, bytes)
        const outcome = await trainer.load(directory).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(isAttestryError(outcome)).toBe(true)
        else await (outcome as Awaited<ReturnType<Trainer['load']>>).close()
      }),
      { numRuns: 150 },
    )
  })
})
