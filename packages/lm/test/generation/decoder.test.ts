import { createGraph, encodeModel, floats, i64, linear, openRuntime } from '@attestry/autograd'
import { describe, expect, it } from 'vitest'
import {
  causalMask,
  fedLayers,
  generate,
  llamaHead,
  llamaHidden,
  maskedAttention,
  openDecoder,
  rowPositions,
} from '../../src/index.js'
import { drawn, likeliest } from '../../src/generation/generate.js'
import { smallConfig, smallModel } from '../small-model.js'

const tokens = [3, 17, 9, 9, 0, 22, 5, 1, 14, 6, 2, 2, 19, 8, 20, 11, 4, 7, 13, 3]

/** Logits at every position from one pass over the whole text. */
async function wholeLogits(config = smallConfig) {
  const model = await smallModel(config)
  const layers = fedLayers({ shapes: model.shapes, isTrained: () => false })
  const graph = createGraph()
  const length = tokens.length
  const hidden = llamaHidden(graph, model.config, layers, {
    tokens: graph.input('tokens', [1, length], 'i64'),
    positions: rowPositions(graph, 1, length),
    attend: maskedAttention(graph, model.config, causalMask(graph, length)),
    length,
  })
  graph.output('logits', linear(graph, hidden, layers.tensor(graph, llamaHead(model.config)), null))
  const runtime = await openRuntime()
  const session = await runtime.open(encodeModel(graph, { name: 'whole' }))
  const { logits } = await session.run({ ...model.weights, tokens: i64([1, length], tokens) })
  await session.close()
  return { model, layers, runtime, logits: floats(logits!) }
}

const apart = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))

describe.each([
  { name: 'tied embeddings', config: smallConfig },
  { name: 'a head of its own', config: { ...smallConfig, tie_word_embeddings: false } },
])('a decoder with $name', ({ config }) => {
  it('gives after each token what one pass over the whole text gives there', async () => {
    const { model, layers, runtime, logits } = await wholeLogits(config)
    const decoder = openDecoder({ runtime, model, layers, feeds: model.weights })
    const vocabulary = model.config.vocabulary
    const at = (position: number) => logits.subarray(position * vocabulary, (position + 1) * vocabulary)
    expect(apart(await decoder.read(tokens.slice(0, 3)), at(2))).toBeLessThan(1e-5)
    for (let position = 3; position < 9; position++)
      expect(apart(await decoder.read([tokens[position]!]), at(position))).toBeLessThan(1e-5)
    expect(apart(await decoder.read(tokens.slice(9)), at(tokens.length - 1))).toBeLessThan(1e-5)
    expect(decoder.length()).toBe(tokens.length)
    decoder.reset()
    expect(apart(await decoder.read(tokens), at(tokens.length - 1))).toBeLessThan(1e-5)
    await decoder.close()
  })
})

describe('a decoder refuses', () => {
  it('nothing, and more than the model takes, and keeps what it has read', async () => {
    const { model, layers, runtime } = await wholeLogits()
    const decoder = openDecoder({ runtime, model, layers, feeds: model.weights, maxLength: 8 })
    await decoder.read(tokens.slice(0, 6))
    for (const more of [[], tokens.slice(0, 3)])
      await expect(decoder.read(more)).rejects.toMatchObject({ code: 'LM-E066' })
    expect(decoder.length()).toBe(6)
    await decoder.read(tokens.slice(6, 8))
    await decoder.close()
  })
})

describe('generating', () => {
  it('takes the likeliest token each time, ends at a stop token, and is the same again', async () => {
    const { model, layers, runtime } = await wholeLogits()
    const decoder = openDecoder({ runtime, model, layers, feeds: model.weights })
    const made = async (options: Parameters<typeof generate>[2]) => {
      decoder.reset()
      const out = []
      for await (const token of generate(decoder, tokens.slice(0, 4), options)) out.push(token)
      return out
    }
    const first = await made({ maxTokens: 6 })
    expect(first).toHaveLength(6)
    decoder.reset()
    let logits = await decoder.read(tokens.slice(0, 4))
    for (const token of first) {
      expect(token).toBe(likeliest(logits))
      logits = await decoder.read([token])
    }
    expect(await made({ maxTokens: 6 })).toEqual(first)
    expect(await made({ maxTokens: 6, stop: [first[2]!] })).toEqual(first.slice(0, first.indexOf(first[2]!)))
    await decoder.close()
  })

  it('draws tokens as often as their probabilities say, and only from the likeliest share', () => {
    const logits = Float32Array.from([0.5, 0.3, 0.15, 0.05], Math.log)
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 1000; i++) counts[drawn(logits, { temperature: 1, random: () => (i + 0.5) / 1000 })]!++
    expect(counts).toEqual([500, 300, 150, 50])
    const few = [0, 0, 0, 0]
    for (let i = 0; i < 800; i++) few[drawn(logits, { temperature: 1, topP: 0.8, random: () => (i + 0.5) / 800 })]!++
    expect(few).toEqual([500, 300, 0, 0])
  })
})
