import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  backward,
  createGraph,
  dequantise,
  encodeModel,
  f32,
  floats,
  flopsOf,
  linear,
  quantise,
  quantisedFeeds,
  quantisedFrom,
  quantisedInput,
  quantisedLinear,
  waitFor,
  type Bits,
  type Graph,
  type Value,
} from '../src/index.js'
import { array, evaluate, randomArray, seeded, type Array64 } from './reference.js'
import { runtimes } from './runtimes.js'

const both: readonly Bits[] = [8, 4]
const [out, depth] = [3, 64]
const weightShape = [out, depth] as const
const xShape = [2, 2, depth] as const

const matrixOf = (bits: Bits, seed = 5) =>
  quantise(Float32Array.from(randomArray(weightShape, seeded(seed)).data), weightShape, bits)

/** A layer over blocks with everything that it is fed, and the gradient of its input. */
function layer(bits: Bits) {
  const graph = createGraph()
  const x = graph.parameter('x', xShape)
  const bias = graph.input('bias', [out])
  const y = quantisedLinear(graph, x, quantisedInput(graph, 'w', weightShape, bits), bias)
  graph.output('y', y)
  graph.output('dx', backward(graph, y, graph.input('dy', y.shape)).get(x)!)
  const random = seeded(9)
  const fed = { x: randomArray(xShape, random), bias: randomArray([out], random), dy: randomArray(y.shape, random) }
  const blocks = quantisedFeeds('w', matrixOf(bits))
  const feeds64: Record<string, Array64> = { ...fed }
  for (const [name, { shape, data }] of Object.entries(blocks))
    feeds64[name] = array(shape, Array.from(data as ArrayLike<number | bigint>, Number))
  const feeds = {
    ...blocks,
    ...Object.fromEntries(
      Object.entries(fed).map(([name, { shape, data }]) => [name, f32(shape, Float32Array.from(data))]),
    ),
  }
  return { graph, y, fed, feeds, feeds64 }
}

/** y = x Wᵀ + b from its definition, over the matrix in floats. */
function byDefinition(bits: Bits, { x, bias }: { readonly x: Array64; readonly bias: Array64 }): readonly number[] {
  const weight = dequantise(matrixOf(bits))
  const rows = x.data.length / depth
  return Array.from({ length: rows * out }, (_, i) => {
    const [row, column] = [Math.floor(i / out), i % out]
    let total = bias.data[column]!
    for (let k = 0; k < depth; k++) total += x.data[row * depth + k]! * weight[column * depth + k]!
    return total
  })
}

function expectClose(actual: ArrayLike<number | bigint>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  const size = Math.max(1, ...Array.from(expected, Math.abs))
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(Number(actual[i]) - expected[i]!)).toBeLessThanOrEqual(tolerance * size)
}

describe.each(both)('a linear layer over blocks of %d bits', bits => {
  it('is the product with the matrix that the blocks stand for', () => {
    const { graph, y, fed, feeds64 } = layer(bits)
    expectClose(evaluate(graph, feeds64)(y).data, byDefinition(bits, fed), 1e-6)
  })

  it('has a gradient that agrees with central differences over that matrix', () => {
    const { graph, fed, feeds64 } = layer(bits)
    const loss = (x: Array64): number =>
      byDefinition(bits, { ...fed, x }).reduce((total, y, i) => total + y * fed.dy.data[i]!, 0)
    const numeric = Array.from(fed.x.data, (_, i) => {
      const moved = (h: number): Array64 =>
        array(
          xShape,
          fed.x.data.map((x, j) => (i === j ? x + h : x)),
        )
      return (loss(moved(1e-4)) - loss(moved(-1e-4))) / 2e-4
    })
    expectClose(evaluate(graph, feeds64)(graph.outputs.get('dx')!).data, numeric, 1e-6)
    expect(Math.max(...numeric)).toBeGreaterThan(0.1)
  })

  it.each(runtimes)('gives on $name what it gives in float64, whether nodes are merged or not', async ({ open }) => {
    const { graph, feeds, feeds64 } = layer(bits)
    const values = evaluate(graph, feeds64)
    for (const optimise of [true, false]) {
      const session = await (await open()).open(encodeModel(graph, { name: 'layer', optimise }))
      const results = await session.run(feeds)
      for (const [name, value] of graph.outputs) expectClose(results[name]!.data, values(value).data, 1e-5)
      await session.close()
    }
  })

  it('makes its floats anew in the backward pass', () => {
    const { graph } = layer(bits)
    const text = Buffer.from(encodeModel(graph, { name: 'layer' })).toString('latin1')
    expect(text.match(/DequantizeLinear/g)).toHaveLength(2)
    expect(text.match(/BitShift/g) ?? []).toHaveLength(bits === 4 ? 6 : 0)
  })

  it('counts the same products as a layer of floats', () => {
    const { graph } = layer(bits)
    const plain = createGraph()
    const x = plain.parameter('x', xShape)
    const y = linear(plain, x, plain.input('w', weightShape), null)
    plain.output('dx', backward(plain, y, plain.input('dy', y.shape)).get(x)!)
    plain.output('y', y)
    expect(flopsOf(graph).matmul).toBe(flopsOf(plain).matmul)
  })
})

describe('a graph refuses blocks', () => {
  const build =
    (shape: readonly [number, number], after: (graph: Graph, w: ReturnType<typeof quantisedInput>) => Value) => () => {
      const graph = createGraph()
      return graph.within('layers.0', () => after(graph, quantisedInput(graph, 'w', shape, 8)))
    }
  const refused = expect.objectContaining({ code: 'AUTOGRAD-E001', message: expect.stringContaining("'layers.0'") })

  it('whose shape does not fit, with the name of the layer', () => {
    const x = (graph: Graph): Value => graph.input('x', [2, 64])
    expect(build([3, 64], (g, w) => quantisedLinear(g, x(g), w, null))).not.toThrow()
    expect(build([3, 32], (g, w) => quantisedLinear(g, x(g), w, null))).toThrowError(refused)
    expect(build([3, 48], (g, w) => quantisedLinear(g, x(g), w, null))).toThrowError(refused)
    expect(build([3, 64], (g, w) => quantisedLinear(g, x(g), w, g.input('b', [2])))).toThrowError(refused)
    expect(build([3, 64], (g, w) => quantisedLinear(g, x(g), w, g.parameter('b', [3])))).toThrowError(refused)
  })
})

describe('rounding to blocks', () => {
  const row = fc
    .array(fc.float({ min: Math.fround(-1e6), max: Math.fround(1e6), noNaN: true }), { minLength: 64, maxLength: 64 })
    .map(values => values.map(x => (Math.abs(x) < 1e-6 ? 0 : x)))

  it.each(both)('moves no element by more than half a step, with %d bits', bits => {
    fc.assert(
      fc.property(row, values => {
        const matrix = quantise(Float32Array.from(values), [2, 32], bits)
        dequantise(matrix).forEach((x, i) => {
          const [scale, size] = [matrix.scales[i >> 5]!, Math.abs(values[i]!)]
          expect(Math.abs(x - values[i]!)).toBeLessThanOrEqual(scale / 2 + 1e-6 * (scale * 127 + size))
        })
      }),
    )
  })

  it('keeps what a matrix of few values holds, and a block of zeros', () => {
    const values = Float32Array.from({ length: 64 }, (_, i) => (i < 32 ? (i % 16) - 3 : 0))
    expect(dequantise(quantise(values, [1, 64], 4))).toEqual(values)
    const steps = Float32Array.from({ length: 64 }, (_, i) => (i < 32 ? 4 * (i - 31) - 3 : 0)) // down to -127
    expect(dequantise(quantise(steps, [2, 32], 8))).toEqual(steps)
  })

  it('lays out the halves of a block of 4 bits as GGUF does', () => {
    const values = Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? i : 31 - i))
    const matrix = quantise(values, [1, 32], 4)
    expect(Array.from(matrix.quants)).toEqual(Array.from({ length: 16 }, (_, j) => j | ((15 - j) << 4)))
  })

  it.each(both)('is found again among feeds, with %d bits', bits => {
    const feeds = {
      other: f32([1], [1]),
      ...quantisedFeeds('v', matrixOf(bits, 6)),
      ...quantisedFeeds('w', matrixOf(bits)),
    }
    expect(quantisedFrom(feeds, 'w', weightShape)).toEqual(matrixOf(bits))
  })

  it('refuses rows that are no whole blocks, and elements that are not finite', () => {
    const refused = expect.objectContaining({ code: 'AUTOGRAD-E011' })
    for (const bits of both) {
      expect(() => quantise(new Float32Array(96), [2, 48], bits)).toThrowError(refused)
      for (const bad of [NaN, Infinity, -Infinity])
        expect(() => quantise(new Float32Array(64).fill(bad, 40, 41), [2, 32], bits)).toThrowError(refused)
    }
  })
})

describe('a value that waits', () => {
  it.each(runtimes)('is unchanged to the bit whatever it waits for, on $name', async ({ open }) => {
    const graph = createGraph()
    const x = graph.parameter('x', [4])
    const y = waitFor(graph, x, graph.input('gate', [2]))
    graph.output('y', y)
    graph.output('dx', backward(graph, y, graph.input('dy', [4])).get(x)!)
    const session = await (await open()).open(encodeModel(graph, { name: 'wait' }))
    const data = Float32Array.of(-0, 0, 1.5, Infinity)
    for (const gate of [1, -0, NaN, Infinity]) {
      const { y, dx } = await session.run({ x: f32([4], data), gate: f32([2], [gate, 1]), dy: f32([4], [1, 2, -0, 4]) })
      expect(Array.from(floats(y!))).toEqual(Array.from(data))
      expect(Array.from(floats(dx!))).toEqual([1, 2, -0, 4])
    }
    await session.close()
  })

  it('is not one with an equal value that waits for something else', () => {
    const graph = createGraph()
    const x = graph.input('x', [4])
    const gates = ['a', 'b'].map(name => graph.input(name, [4]))
    gates.forEach((gate, i) => graph.output(`y${i}`, waitFor(graph, x, gate)))
    const text = Buffer.from(encodeModel(graph, { name: 'wait' })).toString('latin1')
    expect(text.match(/Greater/g)).toHaveLength(2)
  })
})
