import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  backward,
  compileAccumulate,
  createGraph,
  encodeModel,
  f32,
  floats,
  linear,
  newOf,
  scalar,
  softmaxCrossEntropy,
  stepInputs,
  sumOf,
  tanh,
  type Value,
} from '../src/index.js'
import { convolution, maxOverPositions, type ConvolutionOptions } from '../src/ops/convolution.js'
import { problem, stack, tensorsOf, zerosOf, type Feeds, type Model } from './models.js'
import { array, evaluate, randomArray, seeded, type Array64 } from './reference.js'
import { runtimes } from './runtimes.js'

interface Size {
  readonly positions: number
  readonly inputs: number
  readonly outputs: number
  readonly width: number
  readonly stride: number
  readonly padding: readonly [number, number]
}

const batch = 2

const sizes: fc.Arbitrary<Size> = fc
  .record({
    positions: fc.integer({ min: 1, max: 8 }),
    inputs: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 3 }),
    width: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 4 }),
    padding: fc.tuple(fc.nat(3), fc.nat(3)),
  })
  .filter(({ positions, width, padding: [before, after] }) => width <= positions + before + after)

const extremes: readonly [Size, number][] = [
  [{ positions: 6, inputs: 2, outputs: 3, width: 3, stride: 1, padding: [1, 1] }, 1],
  [{ positions: 7, inputs: 2, outputs: 2, width: 3, stride: 2, padding: [0, 1] }, 2],
  [{ positions: 6, inputs: 2, outputs: 2, width: 2, stride: 2, padding: [0, 0] }, 3],
  [{ positions: 5, inputs: 1, outputs: 2, width: 1, stride: 3, padding: [2, 0] }, 4],
]

/** A graph of one convolution with its data, all three of x, weight and bias as inputs; x as a parameter. */
function layer({ positions, inputs, outputs, width, stride, padding }: Size, seed: number) {
  const random = seeded(seed)
  const graph = createGraph()
  const x = graph.parameter('x', [batch, positions, inputs])
  const weight = graph.input('weight', [outputs, width * inputs])
  const y = convolution(graph, x, { weight, bias: graph.input('bias', [outputs]), stride, padding })
  graph.output('y', y)
  const feeds = Object.fromEntries(graph.inputs.map(({ name, shape }) => [name, randomArray(shape, random)]))
  return { graph, x, y, feeds }
}

/** From the definition: every product of every window, padding being what is not there. */
function byDefinition({ positions, inputs, outputs, width, stride, padding }: Size, feeds: Feeds): readonly number[] {
  const [x, weight, bias] = ['x', 'weight', 'bias'].map(name => feeds[name]!.data) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const results: number[] = []
  for (let b = 0; b < batch; b++)
    for (let start = -padding[0]; start + width <= positions + padding[1]; start += stride)
      for (let o = 0; o < outputs; o++) {
        let total = bias[o]!
        for (let k = 0; k < width; k++)
          for (let i = 0; i < inputs; i++)
            if (start + k >= 0 && start + k < positions)
              total += weight[(o * width + k) * inputs + i]! * x[(b * positions + start + k) * inputs + i]!
        results.push(total)
      }
  return results
}

function expectClose(actual: ArrayLike<number | bigint>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  const size = Math.max(1, ...Array.from(expected, Math.abs))
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(Number(actual[i]) - expected[i]!)).toBeLessThanOrEqual(tolerance * size)
}

/** Derivatives of `f` at `at` by central differences. */
const differences = (f: (x: Array64) => number, { shape, data }: Array64): readonly number[] =>
  Array.from(data, (_, i) => {
    const moved = (h: number): Array64 => ({ shape, data: data.map((x, j) => (i === j ? x + h : x)) })
    return (f(moved(1e-5)) - f(moved(-1e-5))) / 2e-5
  })

describe('a convolution', () => {
  it('is its definition, for any width, stride and padding', () => {
    fc.assert(
      fc.property(sizes, fc.nat(999), (size, seed) => {
        const { graph, y, feeds } = layer(size, seed)
        const { shape, data } = evaluate(graph, feeds)(y)
        const expected = byDefinition(size, feeds)
        expect(shape).toEqual([batch, expected.length / batch / size.outputs, size.outputs])
        expectClose(data, expected, 1e-12)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves the batch open where its weights are constants', async () => {
    const size = { positions: 5, inputs: 2, outputs: 3, width: 3, stride: 1, padding: [0, 0] } as const
    const { feeds } = layer(size, 3)
    const graph = createGraph()
    const held = (name: string): Value => graph.constant(f32(feeds[name]!.shape, Float32Array.from(feeds[name]!.data)))
    const x = graph.input('x', [1, 5, 2])
    graph.output('y', convolution(graph, x, { weight: held('weight'), bias: held('bias') }))
    const openAxes = { x: ['batch', null, null], y: ['batch', null, null] }
    const session = await (await runtimes[0]!.open()).open(encodeModel(graph, { name: 'open', openAxes }))
    const { y } = await session.run({ x: f32(feeds.x!.shape, Float32Array.from(feeds.x!.data)) })
    expectClose(floats(y!), byDefinition(size, feeds), 1e-5)
  })

  it('has a gradient that agrees with central differences in float64', () => {
    fc.assert(
      fc.property(sizes, fc.nat(999), (size, seed) => {
        const { graph, x, y, feeds } = layer(size, seed)
        const incoming = randomArray(y.shape, seeded(seed + 1))
        const gradient = backward(graph, y, graph.input('dy', y.shape)).get(x)!
        graph.output('dx', gradient)
        const all = { ...feeds, dy: incoming }
        const loss = (moved: Array64): number =>
          evaluate(graph, { ...all, x: moved })(y).data.reduce(
            (total, value, i) => total + value * incoming.data[i]!,
            0,
          )
        expectClose(evaluate(graph, all)(gradient).data, differences(loss, feeds.x!), 1e-6)
      }),
      { numRuns: 60 },
    )
  })

  it.each(runtimes.flatMap(runtime => extremes.map(([size, seed]) => ({ ...runtime, size, seed }))))(
    'is on $name what it is in float64: $size',
    async ({ open, size, seed }) => {
      const { graph, feeds } = layer(size, seed)
      const session = await (await open()).open(encodeModel(graph, { name: 'convolution' }))
      const { y } = await session.run(tensorsOf(feeds, []))
      expectClose(y!.data, byDefinition(size, feeds), 1e-5)
      await session.close()
    },
  )

  it('refuses windows that do not fit, with the name of the layer', () => {
    const build =
      (weight: readonly number[], options: Partial<ConvolutionOptions> = {}) =>
      () => {
        const graph = createGraph()
        const x = graph.input('x', [2, 4, 3])
        graph.within('text.0', () => convolution(graph, x, { weight: graph.parameter('w', weight), ...options }))
      }
    const refused = expect.objectContaining({ code: 'AUTOGRAD-E001', message: expect.stringContaining("'text.0'") })
    expect(build([5, 12])).not.toThrow()
    expect(build([5, 15])).toThrowError(refused)
    expect(build([5, 15], { padding: [0, 1] })).not.toThrow()
    expect(build([5, 7])).toThrowError(refused)
    expect(build([5, 0])).toThrowError(refused)
    expect(build([5])).toThrowError(refused)
    expect(build([5, 6], { stride: 0 })).toThrowError(refused)
    expect(build([5, 6], { stride: 1.5 })).toThrowError(refused)
    expect(build([5, 6], { padding: [-1, 0] })).toThrowError(refused)
  })
})

describe('the maximum over positions', () => {
  const graphOf = (shape: readonly number[]) => {
    const graph = createGraph()
    const x = graph.parameter('x', shape)
    const y = maxOverPositions(graph, x)
    const dy = graph.input('dy', y.shape)
    graph.output('y', y)
    graph.output('dx', backward(graph, y, dy).get(x)!)
    return graph
  }

  it('has a gradient that agrees with central differences in float64', () => {
    const graph = graphOf([2, 5, 3])
    const random = seeded(8)
    const [x, dy] = [randomArray([2, 5, 3], random), randomArray([2, 3], random)]
    const loss = (moved: Array64): number =>
      evaluate(graph, { x: moved, dy })(graph.outputs.get('y')!).data.reduce((sum, y, i) => sum + y * dy.data[i]!, 0)
    expectClose(evaluate(graph, { x, dy })(graph.outputs.get('dx')!).data, differences(loss, x), 1e-6)
  })

  it.each(runtimes)('gives equal elements equal shares of the gradient, on $name', async ({ open }) => {
    const session = await (await open()).open(encodeModel(graphOf([1, 4, 2]), { name: 'max' }))
    const { y, dx } = await session.run({
      x: f32([1, 4, 2], [0, 3, 2, -1, 2, 0, 1, 2]),
      dy: f32([1, 2], [1, 5]),
    })
    expect(Array.from(floats(y!))).toEqual([2, 3])
    expect(Array.from(floats(dx!))).toEqual([0, 5, 0.5, 0, 0.5, 0, 0, 0])
  })

  it('refuses what has no positions', () => {
    const graph = createGraph()
    const refused = expect.objectContaining({ code: 'AUTOGRAD-E001' })
    expect(() => maxOverPositions(graph, graph.input('x', [2, 3]))).toThrowError(refused)
  })
})

const classes = 3

/** Two convolutions, the largest element over positions, a head. */
const convolutional = (
  name: string,
  first: Omit<Size, 'positions' | 'inputs'>,
  second: Omit<Size, 'positions' | 'inputs'>,
): Model => {
  const [positions, inputs] = [7, 2]
  const model: Model = {
    name,
    integers: ['labels'],
    shapes: {
      w1: [first.outputs, first.width * inputs],
      b1: [first.outputs],
      w2: [second.outputs, second.width * first.outputs],
      b2: [second.outputs],
      head: [classes, second.outputs],
    },
    loss(graph, size) {
      const p = (parameter: string): Value => graph.parameter(parameter, model.shapes[parameter]!)
      const x = graph.input('x', [size, positions, inputs])
      const h = tanh(graph, convolution(graph, x, { ...first, weight: p('w1'), bias: p('b1') }))
      const y = tanh(graph, convolution(graph, h, { ...second, weight: p('w2'), bias: p('b2') }))
      const logits = linear(graph, maxOverPositions(graph, y), p('head'), null)
      return softmaxCrossEntropy(graph, logits, graph.input('labels', [size], 'i64'))
    },
    example: random => ({
      x: randomArray([1, positions, inputs], random, -2, 2),
      labels: array([1], [Math.floor(random() * classes)]),
    }),
  }
  return model
}

const convolutionals: readonly Model[] = [
  convolutional(
    'padded convolutions',
    { outputs: 3, width: 3, stride: 1, padding: [1, 1] },
    { outputs: 4, width: 2, stride: 1, padding: [1, 0] },
  ),
  convolutional(
    'strided convolutions',
    { outputs: 4, width: 3, stride: 2, padding: [0, 1] },
    { outputs: 3, width: 2, stride: 2, padding: [0, 0] },
  ),
  convolutional(
    'a few wide windows, whose norms need no gradients',
    { outputs: 6, width: 5, stride: 2, padding: [0, 0] },
    { outputs: 6, width: 2, stride: 1, padding: [0, 0] },
  ),
]

describe.each(convolutionals)('clipping in a model of $name', model => {
  it.each([0.01, 0.6, 100])('to %d equals a float64 loop over single examples', async clippingNorm => {
    const { parameters, examples } = problem(model, 6, 11)
    const mask = [1, 1, 0, 1, 1, 1]
    const weights = [1, 0.5, 1, 2, 1, 0.25]
    const graph = createGraph()
    const loss = model.loss(graph, 1)
    graph.output('loss', loss)
    const expected = Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, data.map(() => 0)]))
    const norms = examples.map((example, i) => {
      const gradients = Object.entries(parameters).map(([name, at]) => {
        const lossAt = (moved: Array64): number =>
          evaluate(graph, { ...parameters, ...example, [name]: moved })(loss).data[0]!
        return [name, differences(lossAt, at)] as const
      })
      const norm = Math.hypot(...gradients.flatMap(([, gradient]) => gradient))
      const factor = mask[i]! * weights[i]! * Math.min(1, (clippingNorm * (1 - 1e-5)) / (weights[i]! * norm))
      for (const [name, gradient] of gradients) gradient.forEach((g, j) => (expected[name]![j]! += factor * g))
      return norm
    })
    const step = compileAccumulate({ loss: model.loss, batch: 6, optimiser: { kind: 'sgd' }, isPrivate: true })
    const session = await (await runtimes[0]!.open()).open(step.model)
    const results = await session.run({
      ...tensorsOf({ ...parameters, ...stack(examples) }, model.integers),
      [stepInputs.mask]: f32([6], mask),
      [stepInputs.weights]: f32([6], weights),
      [stepInputs.clippingNorm]: scalar(clippingNorm),
      ...Object.fromEntries(Object.entries(model.shapes).map(([name, shape]) => [sumOf(name), zerosOf(shape)])),
    })
    expect(norms.every(norm => norm > 0.01)).toBe(true)
    expectRelative(results.norms!.data, norms)
    for (const [name, sum] of Object.entries(expected)) expectRelative(results[newOf(sumOf(name))]!.data, sum)
  })
})

function expectRelative(actual: ArrayLike<number | bigint>, expected: ArrayLike<number>): void {
  const size = Math.max(...Array.from(expected, Math.abs))
  const error = Math.max(...Array.from(expected, (x, i) => Math.abs(Number(actual[i]) - x)))
  expect(error).toBeLessThanOrEqual(1e-5 * size)
}
