import { describe, expect, it, vi } from 'vitest'
import { existsSync } from 'node:fs'
import {
  add,
  backward,
  chooseRuntime,
  createGraph,
  embedding,
  encodeModel,
  errorCatalogue,
  f32,
  floats,
  gather,
  i64,
  linear,
  matmul,
  openRuntime,
  relu,
  reshape,
} from '../src/index.js'
import { runtimes } from './runtimes.js'

const withCode = (code: string): unknown => expect.objectContaining({ code })

describe('a graph refuses', () => {
  it('shapes that do not fit, with the name of the layer', () => {
    const graph = createGraph()
    const x = graph.input('x', [8, 3])
    const w = graph.parameter('w', [4, 5])
    const build = (): unknown => graph.within('layers.3', () => graph.within('head', () => linear(graph, x, w, null)))
    expect(build).toThrowError(withCode('AUTOGRAD-E001'))
    expect(build).toThrowError(/'layers.3.head' cannot take \[8, 3\] and \[4, 5\]/)
    expect(() => add(graph, x, w)).toThrowError(withCode('AUTOGRAD-E001'))
    expect(() => matmul(graph, x, w)).toThrowError(withCode('AUTOGRAD-E001'))
    expect(() => reshape(graph, x, [5, 5])).toThrowError(withCode('AUTOGRAD-E001'))
  })

  it('token ids where numbers belong, and numbers where ids belong', () => {
    const graph = createGraph()
    const table = graph.parameter('table', [4, 2])
    expect(() => embedding(graph, table, graph.input('x', [1, 2]))).toThrowError(withCode('AUTOGRAD-E002'))
    expect(() => relu(graph, graph.input('ids', [1], 'i64'))).toThrowError(withCode('AUTOGRAD-E002'))
  })

  it('two values of one name', () => {
    const graph = createGraph()
    const x = graph.input('x', [1])
    expect(() => graph.parameter('x', [1])).toThrowError(withCode('AUTOGRAD-E003'))
    graph.output('y', x)
    expect(() => graph.output('y', x)).toThrowError(withCode('AUTOGRAD-E003'))
    expect(() => graph.output('x', x)).toThrowError(withCode('AUTOGRAD-E003'))
  })

  it('to differentiate what no parameter reaches', () => {
    const graph = createGraph()
    const x = graph.input('x', [1])
    expect(() => backward(graph, relu(graph, x), x)).toThrowError(withCode('AUTOGRAD-E004'))
  })
})

describe.each(runtimes)('$name', ({ open, name }) => {
  const model = (): Uint8Array => {
    const graph = createGraph()
    const table = graph.input('table', [4, 2])
    graph.output('rows', gather(graph, table, graph.input('ids', [3], 'i64')))
    return encodeModel(graph, { name: 'rows' })
  }
  const table = f32([4, 2], [0, 1, 2, 3, 4, 5, 6, 7])

  it('refuses bytes that are no model', async () => {
    await expect((await open()).open(Uint8Array.of(1, 2, 3, 4, 5))).rejects.toThrowError(withCode('AUTOGRAD-E008'))
  })

  it('refuses feeds that are missing, unknown, of another shape, type or length', async () => {
    const session = await (await open()).open(model())
    const ids = i64([3], [0, 1, 3])
    await expect(session.run({ table })).rejects.toThrowError(/'ids' is missing/)
    await expect(session.run({ table, ids, more: table })).rejects.toThrowError(/'more' is not an input/)
    await expect(session.run({ table, ids: i64([2], [0, 1]) })).rejects.toThrowError(/has shape \[2\]/)
    await expect(session.run({ table, ids: f32([3], [0, 1, 2]) })).rejects.toThrowError(/is f32, the graph takes i64/)
    const short = session.run({ table: f32([4, 2], [1]), ids })
    await expect(short).rejects.toThrowError(withCode('AUTOGRAD-E009'))
    expect(Array.from(floats((await session.run({ table, ids })).rows!))).toEqual([0, 1, 2, 3, 6, 7])
  })

  it('reports a failure inside the runtime', async () => {
    const session = await (await open()).open(model())
    await expect(session.run({ table, ids: i64([3], [0, 1, 99]) })).rejects.toThrowError(withCode('AUTOGRAD-E010'))
  })

  it('says which runtime it is, its version, and why', async () => {
    const runtime = await open()
    expect(runtime.name).toBe(`onnxruntime-${name}`)
    expect(runtime.version).toMatch(/^1\./)
    expect(runtime.because).toBe('asked for')
  })
})

describe('the choice of a runtime', () => {
  it('is told beforehand as it then happens', async () => {
    for (const prefer of ['auto', 'node', 'web'] as const) {
      const { name, because } = await openRuntime({ prefer })
      expect(chooseRuntime({ prefer })).toEqual({ name, because })
    }
  })

  it('is left to the environment where the caller has none', async () => {
    try {
      for (const name of ['web', 'node'] as const) {
        vi.stubEnv('ATTESTRY_RUNTIME', name)
        const runtime = await openRuntime()
        expect(runtime).toMatchObject({ name: `onnxruntime-${name}`, because: 'asked for by ATTESTRY_RUNTIME' })
        expect(chooseRuntime()).toEqual({ name: runtime.name, because: runtime.because })
        expect(chooseRuntime({ prefer: 'node' }).name).toBe('onnxruntime-node')
      }
      vi.stubEnv('ATTESTRY_RUNTIME', 'gpu')
      await expect(openRuntime()).rejects.toThrowError(withCode('AUTOGRAD-E007'))
      expect(() => chooseRuntime()).toThrowError(withCode('AUTOGRAD-E007'))
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('falls back to web when the native build cannot be loaded, and says so; and refuses when nothing can', async () => {
    vi.stubEnv('ATTESTRY_RUNTIME', undefined)
    vi.doMock('onnxruntime-node', () => {
      throw new Error('libonnxruntime.so.1: cannot open shared object file')
    })
    try {
      const runtime = await openRuntime()
      expect(runtime.name).toBe('onnxruntime-web')
      expect(runtime.because).toMatch(/^WebAssembly, because onnxruntime-node: /)
      await expect(openRuntime({ prefer: 'node' })).rejects.toThrowError(withCode('AUTOGRAD-E007'))
    } finally {
      vi.doUnmock('onnxruntime-node')
      vi.unstubAllEnvs()
    }
  })
})

describe('the error catalogue', () => {
  it('explains every code that the sources raise in at least three sentences', async () => {
    const { readFile } = await import('node:fs/promises')
    const path = new URL('../src/errors.ts', import.meta.url)
    expect(existsSync(path)).toBe(true)
    const raised = new Set((await readFile(path, 'utf8')).match(/code: '(AUTOGRAD-E\d{3})'/g)!.map(m => m.slice(7, -1)))
    expect([...raised].sort()).toEqual(Object.keys(errorCatalogue).sort())
    for (const { explanation } of Object.values(errorCatalogue))
      expect(explanation.split(/\.(?:\s|$)/).filter(Boolean).length).toBeGreaterThanOrEqual(3)
  })
})
