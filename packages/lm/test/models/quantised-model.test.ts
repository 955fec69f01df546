import {
  backward,
  createGraph,
  encodeModel,
  f32,
  floats,
  gradientSums,
  openRuntime,
  type Bits,
  type Tensor,
} from '@attestry/autograd'
import { describe, expect, it } from 'vitest'
import {
  causalLoss,
  describeModel,
  fedLayers,
  floatWeight,
  initialAdapters,
  loraLayers,
  loraParameters,
  loraTargets,
  planFineTune,
  readLanguageModel,
  type LanguageModel,
  type LoraConfig,
} from '../../src/index.js'
import { rowFeeds } from '../../src/training/sft-task.js'
import { smallConfig, smallModel, smallTensors } from '../small-model.js'

const config = { ...smallConfig, hidden_size: 32, intermediate_size: 64 }
const lora: LoraConfig = { rank: 2, alpha: 4, targetModules: 'all-linear' }
const tokens = Int32Array.of(1, 5, 9, 2, 8, 8, 3, 20)
const both: readonly Bits[] = [8, 4]

/** Loss of one text and the gradients of its adapters. */
async function lossAndGradients(model: LanguageModel): Promise<Readonly<Record<string, Tensor>>> {
  const targets = loraTargets(lora, model.linears)
  const { shapes, quantised } = model
  const layers = fedLayers({ shapes, quantised, isTrained: () => false, lora: loraLayers(lora, targets) })
  const graph = createGraph()
  const loss = causalLoss(model.config, layers, { length: 8 })(graph, 1)
  graph.output('loss', loss)
  const gradients = backward(graph, loss, graph.constant(f32([1], [1])))
  expect(gradients.size).toBeGreaterThan(0)
  gradientSums(graph, null).forEach((sum, { name }) => graph.output(`d ${name}`, sum))
  const parameters = loraParameters(lora, targets, shapes)
  const first = initialAdapters(parameters, 1)
  // B is not zero here, so that A has a gradient.
  const adapters = parameters.map(({ name, shape }) => [
    name,
    f32(
      shape,
      first[name]!.map((x, i) => x + 0.1 * Math.sin(i)),
    ),
  ])
  const session = await (await openRuntime()).open(encodeModel(graph, { name: 'loss' }))
  const rows = rowFeeds([{ tokens, labels: tokens }], 1, 8, false)
  const results = await session.run({ ...model.weights, ...Object.fromEntries(adapters), ...rows })
  await session.close()
  return results
}

/** The same model with floats for its blocks. */
async function inFloats(model: LanguageModel): Promise<LanguageModel> {
  return readLanguageModel({
    config,
    tensors: new Map([...model.shapes].map(([name, shape]) => [name, { shape }])),
    read: async name => floatWeight(model, name),
  })
}

describe.each(both)('a model with linear layers in blocks of %d bits', bits => {
  it('has the loss and the gradients of the model in floats that its blocks stand for', async () => {
    const model = await smallModel(config, 4, { quantise: bits })
    const [ours, theirs] = [await lossAndGradients(model), await lossAndGradients(await inFloats(model))]
    expect(Object.keys(ours)).toEqual(Object.keys(theirs))
    expect(Object.keys(ours)).toHaveLength(1 + 2 * 14)
    for (const [name, tensor] of Object.entries(theirs)) {
      const [expected, given] = [floats(tensor), floats(ours[name]!)]
      const size = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
      expect(size).toBeGreaterThan(0)
      expected.forEach((x, i) => expect(Math.abs(x - given[i]!)).toBeLessThan(1e-5 * Math.max(1e-2, size)))
    }
  })

  it('is near the model it was made of, and takes a part of its memory', async () => {
    const [model, plain] = [await smallModel(config, 4, { quantise: bits }), await smallModel(config)]
    const bytes = ({ weights }: LanguageModel): number =>
      Object.entries(weights).reduce((sum, [name, { data }]) => sum + (/_proj/.test(name) ? data.byteLength : 0), 0)
    expect(bytes(model) / bytes(plain)).toBeCloseTo(bits === 8 ? 9 / 32 : 6 / 32, 6)
    const name = 'model.layers.1.mlp.down_proj.weight'
    const exact = floats(plain.weights[name]!)
    floatWeight(model, name).forEach((x, i) =>
      expect(Math.abs(x - exact[i]!)).toBeLessThan(bits === 8 ? 0.0012 : 0.021),
    )
    expect(model.quantised.size).toBe(14)
    expect(floats(model.weights['model.embed_tokens.weight']!)).toEqual(
      floats(plain.weights['model.embed_tokens.weight']!),
    )
  })

  it('is planned with the memory it takes, and not where all weights are to be trained', async () => {
    const [model, plain] = [await smallModel(config, 4, { quantise: bits }), await smallModel(config)]
    const settings = {
      tuning: { kind: 'lora', lora },
      epochs: 1,
      batchSize: 1,
      optimiser: { kind: 'adamw' },
      learningRate: 1e-3,
      schedule: { kind: 'constant', warmup: { steps: 0 } },
      seed: 1,
    } as const
    const rows = [{ tokens, labels: tokens }]
    const [a, b] = [planFineTune(model, rows, settings), planFineTune(plain, rows, settings)]
    // Four of 32 x 32 or 16 x 32, three of 64 x 32, in two layers; one matrix of 64 x 32 is in floats at a time.
    const elements = 2 * (2 * 32 * 32 + 2 * 16 * 32 + 3 * 64 * 32)
    expect(a.inBlocks).toEqual(bits === 8 ? { of8: elements, of4: 0 } : { of8: 0, of4: elements })
    expect(b.inBlocks).toEqual({ of8: 0, of4: 0 })
    expect(b.memory - a.memory).toBe(4 * elements - ((bits + 1 + (bits === 4 ? 1 : 0)) * elements) / 8 - 4 * 64 * 32)
    expect(a.digest).not.toBe(b.digest)
    expect(() => planFineTune(model, rows, { ...settings, tuning: { kind: 'full' } })).toThrowError(
      expect.objectContaining({ code: 'LM-E064' }),
    )
  })
})

it('a model whose rows are not whole blocks is refused by the name of the weight', () => {
  const tensors = new Map(Object.entries(smallTensors()))
  expect(() => describeModel({ config: smallConfig, tensors }, { quantise: 8 })).toThrowError(
    expect.objectContaining({ code: 'LM-E062', message: expect.stringContaining('q_proj.weight has rows of 16') }),
  )
})
