import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
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
  type Tensor,
} from '@attestry/autograd'
import { readSafetensors } from '@attestry/trainer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBaseWeights } from '../../src/classification/base-model.js'
import { adaptClassifier } from '../../src/classification/classifier-task.js'
import { tokenFeeds } from '../../src/classification/token-rows.js'
import {
  classifierLoss,
  describeClassifier,
  fedLayers,
  openCheckpoint,
  readAdapter,
  type Layers,
  type SequenceClassifier,
} from '../../src/index.js'

// A python with torch, transformers, peft and safetensors.
const python = process.env.ATTESTRY_PYTHON
const missing = python ? '' : ' (skipped: set ATTESTRY_PYTHON to a python with torch, transformers and peft)'

const bert = {
  hidden_size: 32,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  intermediate_size: 48,
  vocab_size: 61,
  max_position_embeddings: 16,
}
const distilBert = { dim: 32, n_layers: 3, n_heads: 4, hidden_dim: 48, vocab_size: 61, max_position_embeddings: 16 }
const all = ['query', 'key', 'value', 'dense']
const families = [
  { family: 'bert', config: bert, targets: all, saved: ['classifier'] },
  { family: 'bert', config: { ...bert, hidden_act: 'gelu_new' }, targets: ['query'], saved: ['classifier'] },
  { family: 'bert', config: { ...bert, hidden_act: 'relu' }, targets: ['dense'], saved: ['classifier'] },
  {
    family: 'distilbert',
    config: distilBert,
    targets: ['q_lin', 'lin2'],
    saved: ['pre_classifier', 'classifier'],
  },
]

interface Facts {
  readonly tokens: readonly number[][]
  readonly lengths: readonly number[]
  readonly labels: readonly number[]
  readonly losses: readonly number[]
  readonly norms: readonly number[]
  readonly adaptedLosses: readonly number[]
  readonly adaptedNorms: readonly number[]
}

/** Largest difference, relative to the largest element. */
function worst(found: Float32Array, wanted: ArrayLike<number>): number {
  expect(found).toHaveLength(wanted.length)
  const size = Math.max(...Array.from(wanted, Math.abs))
  return Math.max(...Array.from(found, (x, i) => Math.abs(x - wanted[i]!))) / size
}

describe.skipIf(!python).each(families)(`a random $family, as torch has it, with $targets${missing}`, spec => {
  const [batch, length] = [4, 12]
  let folder: string
  let classifier: SequenceClassifier
  let weights: Readonly<Record<string, Tensor>>
  let feeds: Readonly<Record<string, Tensor>>
  let expected: ReturnType<typeof readSafetensors>
  let facts: Facts

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'attestry-encoder-'))
    const script = join(import.meta.dirname, 'encoder-reference.py')
    execFileSync(python!, [script, folder, JSON.stringify(spec)], { stdio: ['ignore', 'ignore', 'pipe'] })
    expected = readSafetensors(readFileSync(join(folder, 'expected.safetensors')))
    facts = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Facts
    const checkpoint = await openCheckpoint(folder)
    classifier = describeClassifier(checkpoint, 3)
    weights = await readBaseWeights(classifier, checkpoint)
    await checkpoint.close()
    const texts = facts.tokens.map((row, i) => Int32Array.from(row.slice(0, facts.lengths[i])))
    feeds = { ...tokenFeeds(classifier, texts, batch, length), labels: i64([batch], facts.labels) }
  }, 120_000)
  afterAll(() => folder && rmSync(folder, { recursive: true }))

  /** The head as the checkpoint has it. */
  const ownHead = (): Record<string, Tensor> => {
    const stored = readSafetensors(readFileSync(join(folder, 'model.safetensors')))
    return Object.fromEntries(classifier.head.map(({ name, shape }) => [name, f32(shape, stored[name]!.data)]))
  }
  const trainedInFull = (): Layers =>
    fedLayers({
      shapes: new Map([...classifier.shapes, ...classifier.head.map(({ name, shape }) => [name, shape] as const)]),
      isTrained: () => true,
    })
  const adapted = () => adaptClassifier(classifier, { rank: 4, alpha: 6, dropout: 0, targetModules: spec.targets })
  const adapters = async (): Promise<Record<string, Tensor>> => {
    const { tensors } = await readAdapter(join(folder, 'adapter'))
    return Object.fromEntries(tensors.map(({ name, shape, data }) => [name, f32(shape, data)]))
  }
  const run = async (layers: Layers, trained: Readonly<Record<string, Tensor>>, isPrivate: boolean) => {
    const step = compileAccumulate({
      loss: classifierLoss(classifier, layers, length),
      batch,
      optimiser: { kind: 'sgd' },
      isPrivate,
    })
    const session = await (await openRuntime()).open(step.model)
    const zeros = step.parameters.map(
      ({ name, shape }) => [`sum:${name}`, f32(shape, new Float32Array(sizeOf(shape)))] as const,
    )
    const ones = f32([batch], new Float32Array(batch).fill(1))
    const results = await session.run({
      ...weights,
      ...trained,
      ...feeds,
      mask: ones,
      weights: ones,
      ...(isPrivate && { clippingNorm: scalar(0.5) }),
      ...Object.fromEntries(zeros),
    })
    await session.close()
    return { parameters: step.parameters, results }
  }

  it.each([
    ['by itself', 'logits', trainedInFull, ownHead],
    ['adapted', 'adapted', () => adapted().layers('prediction'), adapters],
  ] as const)('has the same logits to 1e-4, padded or not: %s', async (_name, key, layersOf, trained) => {
    const graph = createGraph()
    graph.output('logits', classifier.logits(graph, layersOf(), batch, length))
    const session = await (await openRuntime()).open(encodeModel(graph, { name: 'logits' }))
    const { labels: _, ...inputs } = feeds
    const { logits } = await session.run({ ...weights, ...(await trained()), ...inputs })
    await session.close()
    const wanted = key === 'logits' ? [expected.logits!, expected.padded!] : [expected.adapted!]
    for (const { data } of wanted)
      for (const [i, value] of data.entries()) expect(Math.abs(floats(logits!)[i]! - value)).toBeLessThan(1e-4)
  })

  it("has torch's losses, gradient norms and gradients of every parameter when all are trained", async () => {
    const { results, parameters } = await run(trainedInFull(), ownHead(), false)
    expect(parameters).toHaveLength(classifier.shapes.size + classifier.head.length)
    expect(worst(floats(results.loss!), facts.losses)).toBeLessThan(1e-5)
    for (const { name } of parameters) {
      const gradient = floats(results[`new:sum:${name}`]!)
      // It shifts all scores of a query alike, which softmax does not see: the gradient is zero but for rounding.
      if (/(key|k_lin)\.bias$/.test(name)) expect(Math.max(...gradient.map(Math.abs)), name).toBeLessThan(1e-5)
      else expect(worst(gradient, expected[`grad:${name}`]!.data), name).toBeLessThan(1e-4)
    }
    const clipped = await run(trainedInFull(), ownHead(), true)
    expect(worst(floats(clipped.results.norms!), facts.norms)).toBeLessThan(1e-4)
  })

  it("has PEFT's parameters, and torch's losses, norms and clipped sums of them", async () => {
    const { layers, parameters: declared } = adapted()
    const { results, parameters } = await run(layers('training'), await adapters(), true)
    const names = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name).sort()
    expect(names(parameters)).toEqual(names(declared))
    expect(names(parameters)).toEqual(Object.keys(await adapters()).sort())
    expect(worst(floats(results.loss!), facts.adaptedLosses)).toBeLessThan(1e-5)
    expect(worst(floats(results.norms!), facts.adaptedNorms)).toBeLessThan(1e-4)
    for (const { name } of parameters)
      expect(worst(floats(results[`new:sum:${name}`]!), expected[`sum:${name}`]!.data), name).toBeLessThan(1e-4)
  })
})
