import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createGraph, encodeModel, f32, floats, gather, i64, linear, relu, type Graph } from '../src/index.js'
import { randomArray, seeded } from './reference.js'
import { runtimes } from './runtimes.js'

const frozen = (shape: readonly number[], seed: number) =>
  f32(shape, Float32Array.from(randomArray(shape, seeded(seed)).data))

/** Two large matrices, large indices and a small vector, all constants: relu(table[rows] Wᵀ + b) · x. */
function frozenModel(): Graph {
  const graph = createGraph()
  const rows = Array.from({ length: 200 }, (_, i) => (i * 7) % 90)
  const table = gather(graph, graph.constant(frozen([90, 30], 1)), graph.constant(i64([200], rows)))
  const hidden = relu(graph, linear(graph, table, graph.constant(frozen([40, 30], 2)), graph.constant(frozen([40], 3))))
  graph.output('y', linear(graph, graph.input('x', [2, 40]), hidden, null))
  return graph
}

const x = frozen([2, 40], 4)
const location = 'weights.bin'

interface Ort {
  readonly env: { readonly wasm: { wasmPaths?: string; numThreads?: number } }
  readonly Tensor: new (type: string, data: Float32Array, dims: readonly number[]) => { readonly data: Float32Array }
  readonly InferenceSession: {
    create(
      model: Uint8Array | string,
      options?: Readonly<Record<string, unknown>>,
    ): Promise<{ run(feeds: object): Promise<Readonly<Record<string, { readonly data: Float32Array }>>> }>
  }
}

async function load(name: 'node' | 'web'): Promise<Ort> {
  const require = createRequire(import.meta.url)
  if (name === 'node') return require('onnxruntime-node') as Ort
  const ort = require('onnxruntime-web') as Ort
  ort.env.wasm.wasmPaths = pathToFileURL(dirname(require.resolve('onnxruntime-web')) + '/').href
  ort.env.wasm.numThreads = 1
  return ort
}

const answer = async (ort: Ort, model: Uint8Array | string, options = {}): Promise<readonly number[]> => {
  const session = await ort.InferenceSession.create(model, options)
  const { y } = await session.run({ x: new ort.Tensor('float32', floats(x), x.shape) })
  return Array.from(y!.data)
}

/** What the model gives with its constants inside. */
const expected = async (name: 'node' | 'web'): Promise<readonly number[]> => {
  const session = await (await runtimes.find(runtime => runtime.name === name)!.open()).open(
    encodeModel(frozenModel(), { name: 'frozen' }),
  )
  return Array.from(floats((await session.run({ x })).y!))
}

describe('a model with its large constants in a side file', () => {
  it.each(['node', 'web'] as const)('gives on %s what it gives with them inside', async name => {
    const { model, external } = encodeModel(frozenModel(), { name: 'frozen', external: { location } })
    // Both packages share a registry of providers: without a name, web may run on what node registered.
    const executionProviders = [name === 'node' ? 'cpu' : 'wasm']
    const options = { executionProviders, externalData: [{ path: location, data: Buffer.concat(external) }] }
    expect(await answer(await load(name), model, options)).toEqual(await expected(name))
  })

  it('is read from a folder with both files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attestry-external-'))
    const { model, external } = encodeModel(frozenModel(), { name: 'frozen', external: { location } })
    await writeFile(join(folder, 'model.onnx'), model)
    await writeFile(join(folder, location), Buffer.concat(external))
    expect(await answer(await load('node'), join(folder, 'model.onnx'))).toEqual(await expected('node'))
    await rm(folder, { recursive: true })
  })

  it('keeps what is small, and begins each constant at a page of 4096 bytes', () => {
    const { model, external } = encodeModel(frozenModel(), { name: 'frozen', external: { location } })
    const entries = (key: string): number[] =>
      // A StringStringEntryProto: field 1 holds the key, field 2 the digits.
      [
        ...Buffer.from(model)
          .toString('latin1')
          .matchAll(new RegExp(`\\x0a\\x06${key}\\x12.(\\d+)`, 'gs')),
      ].map(match => Number(match[1]))
    expect(entries('offset')).toEqual([0, 12288, 16384])
    expect(entries('length')).toEqual([90 * 30 * 4, 200 * 8, 40 * 30 * 4])
    expect(Buffer.concat(external).length).toBe(16384 + 40 * 30 * 4)
    expect(model.length).toBeLessThan(encodeModel(frozenModel(), { name: 'frozen' }).length - 17_000)
  })

  it('copies no constant: the pieces are views of the bytes that were given', () => {
    const graph = createGraph()
    const weight = frozen([40, 30], 2)
    graph.output('y', linear(graph, graph.input('x', [2, 30]), graph.constant(weight), null))
    const { external } = encodeModel(graph, { name: 'frozen', external: { location } })
    expect(external.map(piece => piece.buffer)).toEqual([weight.data.buffer])
    expect(external[0]!.buffer).toBe(weight.data.buffer)
  })

  it('has an empty side file and the same bytes as ever when nothing is large', () => {
    const graph = createGraph()
    graph.output('y', linear(graph, graph.input('x', [2, 3]), graph.constant(frozen([4, 3], 2)), null))
    const { model, external } = encodeModel(graph, { name: 'small', external: { location } })
    expect(external).toEqual([])
    expect(model).toEqual(encodeModel(graph, { name: 'small' }))
  })
})
