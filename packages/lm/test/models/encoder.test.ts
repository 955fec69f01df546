import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  compileAccumulate,
  createGraph,
  encodeModel,
  f32,
  floats,
  i64,
  openRuntime,
  scalar,
  sizeOf,
  slice,
  softmaxCrossEntropy,
  squeeze,
  type Graph,
  type Tensor,
  type Value,
} from '@attestry/autograd'
import { describe, expect, it } from 'vitest'
import { tokenFeeds } from '../../src/classification/token-rows.js'
import {
  bertClassifierLogits,
  bertConfig,
  bertTensors,
  describeClassifier,
  distilBertConfig,
  encoderHidden,
  encoderTensors,
  fedLayers,
  loraTargets,
  storedName,
  type ModelTensor,
} from '../../src/index.js'

interface Golden {
  readonly config: Readonly<Record<string, unknown>>
  readonly tokens: readonly number[][]
  readonly present: readonly number[][]
  readonly types: readonly number[][] | null
  readonly labels: readonly number[]
  readonly logits: readonly number[][]
  readonly norms: readonly number[]
}

// Made by encoder-golden.py with transformers 5.24.0 and torch 2.13.0.
const file = join(import.meta.dirname, 'fixtures', 'encoder-golden.json')
const goldens = JSON.parse(readFileSync(file, 'utf8')) as readonly Golden[]

/** Each weight from its tensor's name and its place in it, as encoder-golden.py does. */
function formulaWeights(tensors: readonly ModelTensor[]): Record<string, Tensor> {
  return Object.fromEntries(
    tensors.map(({ name, shape }) => {
      const start = 0.13 * Array.from(name, letter => letter.codePointAt(0)!).reduce((a, b) => a + b)
      const centre = /norm.*weight$/i.test(name) ? 1 : 0
      const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => centre + 0.3 * Math.sin(0.7 * i + start))
      return [name, f32(shape, values)]
    }),
  )
}

const isBert = ({ config }: Golden): boolean => 'hidden_size' in config
const configOf = (golden: Golden) => (isBert(golden) ? bertConfig : distilBertConfig)(golden.config)

function modelOf(golden: Golden) {
  const config = configOf(golden)
  const classifier = describeClassifier({ config: golden.config, tensors: baseShapes(golden) }, 3)
  const weights = formulaWeights([...(isBert(golden) ? bertTensors : encoderTensors)(config), ...classifier.head])
  const shapes = new Map(Object.entries(weights).map(([name, { shape }]) => [name, shape]))
  const logits = (graph: Graph, batch: number, length: number): Value => {
    const layers = fedLayers({ shapes, isTrained: () => true })
    if (!golden.types) return classifier.logits(graph, layers, batch, length)
    const hidden = encoderHidden(graph, config, layers, {
      tokens: graph.input('tokens', [batch, length], 'i64'),
      present: graph.input('present', [batch, length]),
      types: graph.input('types', [batch, length], 'i64'),
    })
    const first = squeeze(graph, slice(graph, hidden, 1, 0, 1), [1])
    return bertClassifierLogits(graph, layers, first)
  }
  return { classifier, weights, shapes, logits }
}

const baseShapes = (golden: Golden) =>
  new Map((isBert(golden) ? bertTensors : encoderTensors)(configOf(golden)).map(({ name, shape }) => [name, { shape }]))

function inputs(golden: Golden): Record<string, Tensor> {
  const { tokens, present, types } = golden
  const [batch, length] = [tokens.length, tokens[0]!.length]
  const texts = tokens.map((row, i) => Int32Array.from(row.filter((_, t) => present[i]![t] === 1)))
  const { answering, ...feeds } = tokenFeeds(modelOf(golden).classifier, texts, batch, length)
  return { ...feeds, ...(types ? { types: i64([batch, length], types.flat()) } : { answering: answering! }) }
}

const named = goldens.map(golden => {
  const { architectures, hidden_act, activation, layer_norm_eps } = golden.config
  const kinds = golden.types ? 'with token types' : 'as a classifier'
  const norms = `ε ${String(layer_norm_eps ?? 1e-12)}`
  return [`${String(architectures)}, ${String(hidden_act ?? activation)}, ${norms}, ${kinds}`, golden] as const
})

describe.each(named)('an encoder with the weights of a formula: %s', (_name, golden) => {
  it('has the logits of transformers', async () => {
    const graph = createGraph()
    const { weights, logits } = modelOf(golden)
    graph.output('logits', logits(graph, 3, 6))
    const session = await (await openRuntime()).open(encodeModel(graph, { name: 'logits' }))
    const found = floats((await session.run({ ...weights, ...inputs(golden) })).logits!)
    for (const [i, wanted] of golden.logits.flat().entries()) expect(found[i]).toBeCloseTo(wanted, 5)
    await session.close()
  })

  it("has torch's gradient norm of each example when everything is trained", async () => {
    const { weights, shapes, logits } = modelOf(golden)
    const step = compileAccumulate({
      loss: (graph, batch) =>
        softmaxCrossEntropy(graph, logits(graph, batch, 6), graph.input('labels', [batch], 'i64')),
      batch: 3,
      optimiser: { kind: 'sgd' },
      isPrivate: true,
    })
    expect(step.parameters.map(({ name }) => name).sort()).toEqual([...shapes.keys()].sort())
    const session = await (await openRuntime()).open(step.model)
    const results = await session.run({
      ...weights,
      ...inputs(golden),
      labels: i64([3], golden.labels),
      mask: f32([3], [1, 1, 1]),
      weights: f32([3], [1, 1, 1]),
      clippingNorm: scalar(1),
      ...Object.fromEntries(
        step.parameters.map(({ name, shape }) => [`sum:${name}`, f32(shape, new Float32Array(sizeOf(shape)))]),
      ),
    })
    const norms = floats(results.norms!)
    for (const [i, wanted] of golden.norms.entries()) expect(norms[i]! / wanted).toBeCloseTo(1, 5)
    await session.close()
  })
})

describe('a classifier over an encoder', () => {
  const bert = goldens[0]!
  const distilBert = goldens.at(-1)!
  const stored = (rename: (name: string) => string) =>
    new Map([...baseShapes(bert)].map(([name, tensor]) => [rename(name), tensor]))
  const describeBert = (tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>, more: object = {}) =>
    describeClassifier({ config: { ...bert.config, ...more }, tensors }, 3)

  it.each([
    ['as they are', (name: string) => name],
    ['without the first part', (name: string) => name.slice('bert.'.length)],
    ['with gamma and beta', (name: string) => oldNorm(name)],
    ['without the first part, with gamma and beta', (name: string) => oldNorm(name).slice('bert.'.length)],
  ])('finds the tensors of a checkpoint that names them %s', (_name, rename) => {
    const tensors = stored(rename)
    const classifier = describeBert(tensors)
    for (const name of classifier.shapes.keys()) expect(storedName(classifier, tensors, name)).toBe(rename(name))
  })
  const oldNorm = (name: string): string =>
    name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta')

  it('names adapted layers as PEFT does: `dense` is the pooler too', () => {
    const { linears } = describeBert(stored(name => name))
    const targeted = loraTargets({ rank: 1, alpha: 1, targetModules: ['query', 'dense'] }, linears)
    expect(targeted.filter(path => !path.includes('layer.1'))).toEqual([
      'bert.encoder.layer.0.attention.self.query',
      'bert.encoder.layer.0.attention.output.dense',
      'bert.encoder.layer.0.intermediate.dense',
      'bert.encoder.layer.0.output.dense',
      'bert.pooler.dense',
    ])
  })

  it('has the head of its family', () => {
    expect(describeBert(stored(name => name)).head.map(({ name }) => name)).toEqual([
      'classifier.weight',
      'classifier.bias',
    ])
    const { head, headModules } = describeClassifier({ config: distilBert.config, tensors: baseShapes(distilBert) }, 4)
    expect(headModules).toEqual(['pre_classifier', 'classifier'])
    expect(head.map(({ shape }) => shape)).toEqual([[16, 16], [16], [4, 16], [4]])
  })

  it.each([
    ['hidden_act', { hidden_act: 'mish' }],
    ['hidden_act', { hidden_act: 'toString' }],
    ['num_attention_heads', { num_attention_heads: 3 }],
    ['layer_norm_eps', { layer_norm_eps: 0 }],
    ['is_decoder', { is_decoder: true }],
    ['position_embedding_type', { position_embedding_type: 'relative_key' }],
    ['vocab_size', { vocab_size: 2.5 }],
  ])('refuses a config with another %s', (key, more) => {
    expect(() =>
      describeBert(
        stored(name => name),
        more,
      ),
    ).toThrowError(
      expect.objectContaining({ code: 'LM-E061', message: expect.stringContaining(key) as string }) as Error,
    )
  })

  it('refuses a checkpoint without a pooler, or with a table of another size', () => {
    const tensors = stored(name => name)
    tensors.delete('bert.pooler.dense.weight')
    expect(() => describeBert(tensors)).toThrowError(expect.objectContaining({ code: 'LM-E062' }) as Error)
    expect(() =>
      describeBert(
        stored(name => name),
        { vocab_size: 14 },
      ),
    ).toThrowError(expect.objectContaining({ code: 'LM-E062' }) as Error)
  })
})
