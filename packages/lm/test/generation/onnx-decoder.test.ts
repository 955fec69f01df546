import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRuntime } from '@attestry/autograd'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fedLayers, generate, openDecoder, writeOnnxDecoder } from '../../src/index.js'
import { likeliest } from '../../src/generation/generate.js'
import { smallConfig, smallModel } from '../small-model.js'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'attestry-onnx-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const whole = (values: readonly number[]): Tensor =>
  new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])

/** Reads tokens with what onnxruntime finds in the folder, and nothing of this package. */
async function stockDecoder(layers: number, groups: number, size: number) {
  const session = await InferenceSession.create(join(folder, 'model.onnx'))
  const none = new Tensor('float32', new Float32Array(), [1, groups, 0, size])
  const names = Array.from({ length: layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat()
  let cache: Record<string, Tensor> = Object.fromEntries(names.map(name => [`past_key_values.${name}`, none]))
  let length = 0
  return {
    session,
    async read(tokens: readonly number[], unseen = 0) {
      const total = length + tokens.length
      const results = await session.run({
        ...cache,
        input_ids: whole(tokens),
        position_ids: whole(tokens.map((_, i) => Math.max(0, length + i - unseen))),
        attention_mask: whole(Array.from({ length: total }, (_, i) => (i < unseen ? 0 : 1))),
      })
      cache = Object.fromEntries(names.map(name => [`past_key_values.${name}`, results[`present.${name}`] as Tensor]))
      length = total
      return results.logits as Tensor
    },
  }
}

const apart = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))
const tokens = [3, 17, 9, 9, 0, 22, 5, 1, 14, 6, 2, 2, 19]

describe.each([
  { name: 'tied embeddings', config: smallConfig },
  {
    name: 'a head of its own, and biases',
    config: { ...smallConfig, tie_word_embeddings: false, attention_bias: true },
  },
])('the ONNX files of a decoder with $name', ({ config }) => {
  it('generate in onnxruntime what the decoder generates here, whatever parts the text comes in', async () => {
    const model = await smallModel(config)
    const layers = fedLayers({ shapes: model.shapes, isTrained: () => false })
    const decoder = openDecoder({ runtime: await openRuntime(), model, layers, feeds: model.weights })
    const expected: number[] = []
    for await (const token of generate(decoder, tokens, { maxTokens: 20 })) expected.push(token)
    decoder.reset()
    const { layers: depth, groups, headSize, vocabulary } = model.config
    const digests = await writeOnnxDecoder(folder, model, { plan: 'sha256:1' })
    expect(readdirSync(folder).sort()).toEqual(['model.onnx', 'model.onnx_data'])
    expect(Object.keys(digests)).toHaveLength(2)
    expect(readFileSync(join(folder, 'model.onnx')).length).toBeLessThan(60_000)

    const stock = await stockDecoder(depth, groups, headSize)
    const logits = await stock.read(tokens)
    expect(logits.dims).toEqual([1, tokens.length, vocabulary])
    const data = logits.data as Float32Array
    for (let i = 0; i < tokens.length; i++) {
      const row = await decoder.read([tokens[i]!])
      expect(apart(row, data.subarray(i * vocabulary, (i + 1) * vocabulary))).toBeLessThan(1e-5)
    }
    let last = data.subarray(-vocabulary)
    const made: number[] = []
    for (let i = 0; i < 20; i++) {
      made.push(likeliest(last))
      last = (await stock.read([made.at(-1)!])).data as Float32Array
    }
    expect(made).toEqual(expected)

    const inParts = await stockDecoder(depth, groups, headSize)
    await inParts.read(tokens.slice(0, 4))
    await inParts.read(tokens.slice(4, 5))
    const rest = (await inParts.read(tokens.slice(5))).data as Float32Array
    expect(apart(rest.slice(-vocabulary), data.slice(-vocabulary))).toBeLessThan(1e-5)

    const padded = await stockDecoder(depth, groups, headSize)
    const afterPadding = (await padded.read([7, 7, 7, ...tokens], 3)).data as Float32Array
    expect(apart(afterPadding.slice(-vocabulary), data.slice(-vocabulary))).toBeLessThan(1e-5)
    await decoder.close()
  })
})
