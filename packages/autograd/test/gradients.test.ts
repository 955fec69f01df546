import { describe, expect, it } from 'vitest'
import {
  add,
  attention,
  backward,
  concat,
  createGraph,
  div,
  encodeModel,
  erf,
  exp,
  expand,
  f32,
  gather,
  gelu,
  geluTanh,
  gemm,
  i64,
  layerNorm,
  log,
  matmul,
  mul,
  product,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  rmsNorm,
  rotary,
  sigmoid,
  slice,
  softmax,
  softmaxCrossEntropy,
  sqrt,
  squeeze,
  sub,
  swiglu,
  tanh,
  tokenLoss,
  transpose,
  unsqueeze,
  weightedSum,
  type Graph,
  type Shape,
  type Tensor,
  type Value,
} from '../src/index.js'
import { array, evaluate, randomArray, seeded, type Array64 } from './reference.js'
import { runtimes } from './runtimes.js'

interface Case {
  readonly name: string
  /** Shapes of the parameters. */
  readonly shapes: readonly Shape[]
  /** Range of the parameters' values, for logarithms and roots. */
  readonly range?: readonly [number, number]
  build(graph: Graph, parameters: readonly Value[]): Value
}

const tokens = [2, 0, 2, 1, 1, 1]

/** 0 where a position looks back, -1e9 where it would look ahead. */
const causal = (length: number): number[] =>
  Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0))

const randomConstant = (shape: Shape): Tensor => f32(shape, Float32Array.from(randomArray(shape, seeded(3)).data))

/** Angles of heads of 4 at two examples of three positions. */
function turns(graph: Graph, positions: readonly number[]) {
  const angles = [0, 0, 0.9, 0.3, 1.8, 0.6]
  return {
    positions: graph.constant(i64([2, 3], positions)),
    cosines: graph.constant(f32([3, 2], angles.map(Math.cos))),
    sines: graph.constant(f32([3, 2], angles.map(Math.sin))),
  }
}

const cases: readonly Case[] = [
  { name: 'add, broadcast', shapes: [[2, 3], [3]], build: (g, [a, b]) => add(g, a!, b!) },
  {
    name: 'sub, broadcast',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (g, [a, b]) => sub(g, a!, b!),
  },
  { name: 'mul, broadcast over a new axis', shapes: [[2, 2, 3], [3]], build: (g, [a, b]) => mul(g, a!, b!) },
  { name: 'mul of a value with itself', shapes: [[4]], build: (g, [a]) => mul(g, a!, a!) },
  {
    name: 'div, broadcast',
    shapes: [
      [2, 3],
      [1, 3],
    ],
    range: [0.5, 2],
    build: (g, [a, b]) => div(g, a!, b!),
  },
  {
    name: 'matmul',
    shapes: [
      [2, 3],
      [3, 4],
    ],
    build: (g, [a, b]) => matmul(g, a!, b!),
  },
  {
    name: 'matmul, batched and broadcast',
    shapes: [
      [2, 2, 3],
      [3, 2],
    ],
    build: (g, [a, b]) => matmul(g, a!, b!),
  },
  { name: 'gemm', shapes: [[2, 3], [3, 4], [4]], build: (g, [a, b, c]) => gemm(g, a!, b!, c!) },
  {
    name: 'gemm, second transposed',
    shapes: [[2, 3], [4, 3], [4]],
    build: (g, [a, b, c]) => gemm(g, a!, b!, c!, { transB: true }),
  },
  {
    name: 'gemm, first transposed',
    shapes: [
      [3, 2],
      [3, 4],
      [2, 1],
    ],
    build: (g, [a, b, c]) => gemm(g, a!, b!, c!, { transA: true }),
  },
  {
    name: 'gemm, both transposed',
    shapes: [
      [3, 2],
      [4, 3],
    ],
    build: (g, [a, b]) => gemm(g, a!, b!, null, { transA: true, transB: true }),
  },
  { name: 'transpose', shapes: [[2, 3, 4]], build: (g, [a]) => transpose(g, a!, [2, 0, 1]) },
  { name: 'reshape', shapes: [[2, 6]], build: (g, [a]) => reshape(g, a!, [3, 4]) },
  { name: 'unsqueeze and squeeze', shapes: [[2, 3]], build: (g, [a]) => squeeze(g, unsqueeze(g, a!, [0, 2]), [0]) },
  { name: 'expand', shapes: [[2, 1]], build: (g, [a]) => expand(g, a!, [3, 2, 4]) },
  { name: 'reduceSum', shapes: [[2, 3, 2]], build: (g, [a]) => reduceSum(g, a!, { axes: [0, 2] }) },
  { name: 'reduceMean', shapes: [[2, 3, 2]], build: (g, [a]) => reduceMean(g, a!, { axes: [1], keepDims: true }) },
  { name: 'exp', shapes: [[5]], build: (g, [a]) => exp(g, a!) },
  { name: 'log', shapes: [[5]], range: [0.5, 3], build: (g, [a]) => log(g, a!) },
  { name: 'sqrt', shapes: [[5]], range: [0.5, 3], build: (g, [a]) => sqrt(g, a!) },
  { name: 'tanh', shapes: [[5]], build: (g, [a]) => tanh(g, a!) },
  { name: 'relu', shapes: [[7]], build: (g, [a]) => relu(g, a!) },
  { name: 'erf', shapes: [[5]], build: (g, [a]) => erf(g, a!) },
  { name: 'gelu, tanh form', shapes: [[5]], range: [-2, 2], build: (g, [a]) => geluTanh(g, a!) },
  { name: 'sigmoid', shapes: [[5]], build: (g, [a]) => sigmoid(g, a!) },
  {
    name: 'swiglu',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    range: [-2, 2],
    build: (g, [a, b]) => swiglu(g, a!, b!),
  },
  { name: 'slice', shapes: [[2, 5]], build: (g, [a]) => slice(g, a!, 1, 1, 4) },
  {
    name: 'concat',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (g, [a, b]) => concat(g, [a!, b!, a!], 1),
  },
  ...[0, 1, 2, 3].map(bits => {
    const [transA, transB] = [(bits & 1) === 1, (bits & 2) === 2]
    return {
      name: `product, transposed ${transA} ${transB}`,
      shapes: [transA ? [2, 3, 2] : [2, 2, 3], transB ? [2, 4, 3] : [2, 3, 4]],
      build: (g: Graph, [a, b]: readonly Value[]) => product(g, a!, b!, { transA, transB, alpha: 0.3 }),
    }
  }),
  {
    name: 'rmsNorm',
    shapes: [[2, 2, 3]],
    build: (g, [a]) => rmsNorm(g, a!, g.constant(f32([3], [1, 0.5, -2])), 1e-3),
  },
  {
    name: 'layerNorm',
    shapes: [[2, 2, 3]],
    build: (g, [a]) =>
      layerNorm(g, a!, g.constant(f32([3], [1, 0.5, -2])), g.constant(f32([3], [0.1, 0.2, 0.3])), 1e-3),
  },
  {
    name: 'rotary',
    shapes: [[2, 3, 8]],
    build: (g, [a]) => rotary(g, a!, turns(g, [0, 1, 2, 0, 0, 1])),
  },
  {
    name: 'attention with two heads to a group and a mask of each example',
    shapes: [
      [2, 3, 8],
      [2, 3, 4],
      [2, 3, 4],
    ],
    build: (g, [queries, keys, values]) =>
      attention(g, {
        queries: queries!,
        keys: keys!,
        values: values!,
        heads: 4,
        groups: 2,
        mask: g.constant(f32([2, 1, 3, 3], [...causal(3), 0, -1e9, -1e9, 0, 0, -1e9, 0, -1e9, 0])),
      }),
  },
  {
    name: 'token loss in blocks of rows',
    shapes: [[2, 4, 3]],
    build: (g, [hidden]) =>
      tokenLoss(g, {
        hidden: hidden!,
        head: g.constant(randomConstant([5, 3])),
        labels: g.constant(i64([2, 4], [0, 4, 4, 1, 2, 2, 0, 3])),
        shares: g.constant(f32([2, 4], [0, 0.5, 0.5, 0, 0.25, 0.25, 0.25, 0.25])),
        rowsAtOnce: 3,
      }),
  },
  { name: 'gelu', shapes: [[5]], range: [-2, 2], build: (g, [a]) => gelu(g, a!) },
  { name: 'softmax', shapes: [[2, 4]], build: (g, [a]) => softmax(g, a!) },
  {
    name: 'gather with repeated rows',
    shapes: [[3, 2]],
    build: (g, [a]) => gather(g, a!, g.constant(i64([2, 3], tokens))),
  },
  {
    name: 'masked mean',
    shapes: [[2, 3, 2]],
    build: (g, [a]) => weightedSum(g, a!, g.constant(f32([2, 3], [0.5, 0.5, 0, 1, 0, 0]))),
  },
  {
    name: 'softmax cross-entropy',
    shapes: [[3, 4]],
    range: [-3, 3],
    build: (g, [a]) => softmaxCrossEntropy(g, a!, g.constant(i64([3], [0, 3, 3]))),
  },
]

/** The graph with its result, a random incoming gradient and the gradients of all parameters as outputs. */
function differentiate({ shapes, range = [-1, 1], build }: Case) {
  const random = seeded(7)
  const graph = createGraph()
  const parameters = shapes.map((shape, i) => graph.parameter(`p${i}`, shape))
  const result = build(graph, parameters)
  const seed = graph.input('seed', result.shape)
  const gradients = backward(graph, result, seed)
  graph.output('result', result)
  parameters.forEach((parameter, i) => graph.output(`d${i}`, gradients.get(parameter)!))
  const feeds: Record<string, Array64> = { seed: randomArray(result.shape, random) }
  shapes.forEach((shape, i) => (feeds[`p${i}`] = randomArray(shape, random, ...range)))
  return { graph, result, feeds }
}

const tensors = (feeds: Readonly<Record<string, Array64>>): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, { shape, data }]) => [name, f32(shape, Float32Array.from(data))]),
  )

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

describe('gradient rules', () => {
  it.each(cases)('of $name agree with central differences in float64', case_ => {
    const { graph, result, feeds } = differentiate(case_)
    const values = evaluate(graph, feeds)
    const loss = (changed: Readonly<Record<string, Array64>>): number =>
      evaluate(graph, changed)(result).data.reduce((total, y, i) => total + y * feeds.seed!.data[i]!, 0)
    case_.shapes.forEach((shape, p) => {
      const analytic = values(graph.outputs.get(`d${p}`)!)
      expect(analytic.shape).toEqual(shape)
      const numeric = Float64Array.from(analytic.data, (_, i) => {
        const moved = (h: number): Array64 =>
          array(
            shape,
            feeds[`p${p}`]!.data.map((x, j) => (j === i ? x + h : x)),
          )
        const h = 1e-5
        return (loss({ ...feeds, [`p${p}`]: moved(h) }) - loss({ ...feeds, [`p${p}`]: moved(-h) })) / (2 * h)
      })
      const error = largest(numeric.map((value, i) => value - analytic.data[i]!))
      expect(error).toBeLessThanOrEqual(1e-6 * Math.max(1, largest(numeric)))
      expect(largest(numeric)).toBeGreaterThan(0)
    })
  })

  describe.each(runtimes)('on $name', ({ open }) => {
    it.each(cases)('of $name give what the float64 reference gives, to 1e-5', async case_ => {
      const { graph, feeds } = differentiate(case_)
      const values = evaluate(graph, feeds)
      const session = await (await open()).open(encodeModel(graph, { name: 'case' }))
      const wanted = Object.fromEntries(
        Object.entries(tensors(feeds)).filter(([name]) => session.inputs.includes(name)),
      )
      const results = await session.run(wanted)
      for (const [name, value] of graph.outputs) {
        const expected = values(value)
        expect(results[name]!.shape).toEqual(expected.shape)
        const error = largest(expected.data.map((x, i) => x - Number(results[name]!.data[i])))
        expect(error).toBeLessThanOrEqual(1e-5 * Math.max(1, largest(expected.data)))
      }
      await session.close()
    })
  })
})

describe('cross-entropy', () => {
  it('stays finite when the probability of the label underflows', async () => {
    const graph = createGraph()
    const logits = graph.parameter('logits', [1, 2])
    graph.output('loss', softmaxCrossEntropy(graph, logits, graph.constant(i64([1], [1]))))
    const session = await (await runtimes[0]!.open()).open(encodeModel(graph, { name: 'loss' }))
    const { loss } = await session.run({ logits: f32([1, 2], [500, -500]) })
    expect(loss!.data[0]).toBe(1000)
  })
})
