import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  compileAccumulate,
  encodeModel,
  createGraph,
  f32,
  floats,
  i64,
  openRuntime,
  scalar,
  linear,
} from '@attestry/autograd'
import { readSafetensors } from '@attestry/trainer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  causalLoss,
  causalMask,
  fedLayers,
  llamaHead,
  llamaHidden,
  loraLayers,
  loraTargets,
  maskedAttention,
  readLanguageModel,
  rowPositions,
  type LanguageModel,
  type LoraConfig,
} from '../../src/index.js'

// A python with torch, transformers, peft and safetensors.
const python = process.env.ATTESTRY_PYTHON
const missing = python ? '' : ' (skipped: set ATTESTRY_PYTHON to a python with torch, transformers and peft)'

const ropes: readonly Readonly<Record<string, unknown>>[] = [
  { rope_type: 'default', rope_theta: 10000 },
  { rope_type: 'linear', rope_theta: 5000, factor: 3 },
  {
    rope_type: 'llama3',
    rope_theta: 500,
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 32,
  },
  { rope_type: 'yarn', rope_theta: 10000, factor: 4, original_max_position_embeddings: 16 },
]

const lora: LoraConfig = { rank: 4, alpha: 6, targetModules: ['q_proj', 'v_proj', 'down_proj'] }
const prefix = 'base_model.model.'

describe.skipIf(!python).each(ropes)(`a random Llama with $rope_type positions, as torch has it${missing}`, rope => {
  let folder: string
  let model: LanguageModel
  let expected: ReturnType<typeof readSafetensors>
  let facts: { tokens: number[][]; losses: number[]; norms: number[] }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'attestry-llama-'))
    const script = join(import.meta.dirname, 'torch-reference.py')
    execFileSync(python!, [script, folder, JSON.stringify(rope)], { stdio: ['ignore', 'ignore', 'pipe'] })
    const stored = readSafetensors(readFileSync(join(folder, 'model.safetensors')))
    model = await readLanguageModel({
      config: JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>,
      tensors: new Map(Object.entries(stored)),
      read: async name => stored[name]!.data,
    })
    expected = readSafetensors(readFileSync(join(folder, 'expected.safetensors')))
    facts = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as typeof facts
  }, 120_000)
  afterAll(() => folder && rmSync(folder, { recursive: true }))

  const adapters = () => {
    const stored = readSafetensors(readFileSync(join(folder, 'adapter', 'adapter_model.safetensors')))
    return Object.fromEntries(
      Object.entries(stored).map(([name, { shape, data }]) => [name.slice(prefix.length), f32(shape, data)]),
    )
  }
  const layersOf = (isAdapted: boolean) =>
    fedLayers({
      shapes: model.shapes,
      isTrained: () => false,
      ...(isAdapted && { lora: loraLayers(lora, loraTargets(lora, model.linears)) }),
    })
  const tokens = () => i64([3, 16], facts.tokens.flat())

  it.each([false, true])('has the same logits to 1e-4, adapted: %s', async isAdapted => {
    const graph = createGraph()
    const layers = layersOf(isAdapted)
    const hidden = llamaHidden(graph, model.config, layers, {
      tokens: graph.input('tokens', [3, 16], 'i64'),
      positions: rowPositions(graph, 3, 16),
      attend: maskedAttention(graph, model.config, causalMask(graph, 16)),
      length: 16,
    })
    graph.output('logits', linear(graph, hidden, layers.tensor(graph, llamaHead(model.config)), null))
    const session = await (await openRuntime()).open(encodeModel(graph, { name: 'logits' }))
    const { logits } = await session.run({ ...model.weights, ...(isAdapted && adapters()), tokens: tokens() })
    const wanted = expected[isAdapted ? 'adapted' : 'logits']!.data
    const differences = floats(logits!).map((x, i) => Math.abs(x - wanted[i]!))
    expect(Math.max(...differences)).toBeLessThan(1e-4)
    await session.close()
  })

  it('has the same losses, gradient norms and clipped gradient sums to 1e-4', async () => {
    const loss = causalLoss(model.config, layersOf(true), { length: 16 })
    const step = compileAccumulate({ loss, batch: 3, optimiser: { kind: 'sgd' }, isPrivate: true })
    const session = await (await openRuntime()).open(step.model)
    const next = facts.tokens.map(row => [...row.slice(1), 0])
    const results = await session.run({
      ...model.weights,
      ...adapters(),
      tokens: tokens(),
      labels: i64([3, 16], next.flat()),
      shares: f32(
        [3, 16],
        facts.tokens.flatMap(row => row.map((_, t) => (t < 15 ? 1 / 15 : 0))),
      ),
      mask: f32([3], [1, 1, 1]),
      weights: f32([3], [1, 1, 1]),
      clippingNorm: scalar(2),
      ...Object.fromEntries(
        step.parameters.map(({ name, shape }) => [`sum:${name}`, f32(shape, new Float32Array(shape[0]! * shape[1]!))]),
      ),
    })
    const worst = (found: Float32Array, wanted: ArrayLike<number>): number => {
      const size = Math.max(...Array.from(wanted, Math.abs))
      return Math.max(...Array.from(found, (x, i) => Math.abs(x - wanted[i]!))) / size
    }
    expect(worst(floats(results.loss!), facts.losses)).toBeLessThan(1e-5)
    expect(worst(floats(results.norms!), facts.norms)).toBeLessThan(1e-4)
    for (const { name } of step.parameters)
      expect(worst(floats(results[`new:sum:${name}`]!), expected[`sum:${prefix}${name}`]!.data), name).toBeLessThan(
        1e-4,
      )
    await session.close()
  })
})
