import fc from 'fast-check'
import {
  add,
  backward,
  concat,
  createGraph,
  div,
  equal,
  exp,
  expand,
  f32,
  gelu,
  gemm,
  greater,
  linear,
  matmul,
  min,
  mul,
  product,
  reduceMax,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  relu,
  reshape,
  rmsNorm,
  sigmoid,
  sizeOf,
  slice,
  softmax,
  squeeze,
  sub,
  tanh,
  transpose,
  transposeLast,
  unsqueeze,
  type Graph,
  type Shape,
  type Value,
} from '../src/index.js'

/** One line of a random program: an operator and what it is applied to, as numbers that are taken modulo what there is. */
export interface Line {
  readonly operator: number
  readonly first: number
  readonly second: number
  readonly detail: number
}

export const programs: fc.Arbitrary<readonly Line[]> = fc.array(
  fc.record({ operator: fc.nat(999), first: fc.nat(999), second: fc.nat(999), detail: fc.nat(999) }),
  { minLength: 1, maxLength: 30 },
)

type Operator = (graph: Graph, a: Value, b: Value, detail: number) => Value

const shapes: readonly Shape[] = [[2, 3], [3, 2], [3], [2, 1], [1, 3], [6], [2, 3, 1], [1, 2, 3], [2, 2, 3], [4, 6]]
const numbers = [1, 0, -0, 2, 0.1, -1]
const axisOf = (value: Value, detail: number): number => detail % Math.max(1, value.shape.length)

const operators: readonly Operator[] = [
  add,
  add,
  sub,
  mul,
  mul,
  div,
  min,
  greater,
  equal,
  matmul,
  (g, a) => exp(g, a),
  (g, a) => tanh(g, a),
  (g, a) => relu(g, a),
  (g, a) => gelu(g, a),
  (g, a) => sigmoid(g, a),
  (g, a) => softmax(g, a.shape.length > 0 ? a : unsqueeze(g, a, [0])),
  (g, a) => mul(g, a, a),
  // Constants of every kind, and arithmetic with them: what folding and neutral elements are about.
  (g, a, _, k) => mul(g, a, g.scalar(numbers[k % numbers.length]!)),
  (g, a, _, k) => add(g, a, g.scalar(numbers[k % numbers.length]!)),
  (g, a, _, k) => sub(g, a, filled(g, a.shape, numbers[k % numbers.length]!)),
  (g, a, _, k) => div(g, a, filled(g, a.shape.slice(-1), numbers[k % numbers.length]! || 1)),
  (g, a, _, k) => filled(g, shapes[k % shapes.length]!, numbers[a.id % numbers.length]!),
  (g, _, __, k) => g.constant(f32([2, 3], [k, -k, k / 7, 0, -0, 1 / (k + 1)])),
  // Shapes.
  (g, a, _, k) => reshape(g, a, shapes[k % shapes.length]!),
  (g, a, _, k) => reshape(g, reshape(g, a, [sizeOf(a.shape)]), shapes[k % shapes.length]!),
  (g, a, _, k) => expand(g, a, shapes[k % shapes.length]!),
  (g, a) => transposeLast(g, a),
  (g, a, _, k) =>
    transpose(
      g,
      a,
      a.shape.map((_, axis) => (axis + k) % a.shape.length),
    ),
  (g, a, _, k) => unsqueeze(g, a, [k % (a.shape.length + 1)]),
  (g, a, _, k) => squeeze(g, a, [axisOf(a, k)]),
  (g, a, _, k) => squeeze(g, unsqueeze(g, a, [k % (a.shape.length + 1)]), [k % (a.shape.length + 1)]),
  (g, a, _, k) => slice(g, a, axisOf(a, k), k % 2, 1 + (k % (a.shape[axisOf(a, k)] ?? 1))),
  (g, a, b, k) => concat(g, [a, b], axisOf(a, k)),
  (g, a, _, k) => reduceSum(g, a, { axes: [axisOf(a, k)], keepDims: k % 2 === 0 }),
  (g, a, _, k) => reduceMean(g, a, { axes: [axisOf(a, k)] }),
  (g, a, _, k) => reduceMax(g, a, { axes: [axisOf(a, k)] }),
  (g, a, _, k) => reduceSumSquare(g, a, { axes: [axisOf(a, k)] }),
  (g, a, b, k) => gemm(g, a, b, null, { transA: k % 2 === 0, transB: k % 3 === 0 }),
  (g, a, b, k) => product(g, a, b, { transB: k % 2 === 0, alpha: 0.5 }),
  (g, a, b) => linear(g, a, b, null),
  (g, a, _, k) => rmsNorm(g, a, filled(g, a.shape.slice(-1), numbers[k % numbers.length]!), 1e-3),
]

const filled = (graph: Graph, shape: Shape, value: number): Value =>
  graph.constant(f32(shape, new Float32Array(sizeOf(shape)).fill(value)))

/**
 * Runs a program: every line whose shapes fit adds a value. Outputs are the last few values and, where a parameter
 * lies below the last, its gradients.
 */
export function graphOf(program: readonly Line[]): Graph {
  const graph = createGraph()
  const values = [
    graph.input('x', [2, 3]),
    graph.parameter('p', [2, 3]),
    graph.parameter('q', [3, 2]),
    graph.input('y', [3]),
    graph.scalar(1),
  ]
  for (const { operator, first, second, detail } of program) {
    // Mostly from the end, so that programs are deep.
    const pick = (place: number): Value => values.at(-1 - (place % values.length))!
    const value = attempt(() => operators[operator % operators.length]!(graph, pick(first), pick(second), detail))
    if (value && sizeOf(value.shape) <= 96) values.push(value)
  }
  values.slice(-6).forEach((value, i) => graph.output(`out${i}`, value))
  const last = values.findLast(value => value.needsGrad)!
  const gradients = backward(graph, last, filled(graph, last.shape, 1))
  for (const parameter of graph.parameters) {
    const gradient = gradients.get(parameter)
    if (gradient) graph.output(`d:${parameter.name}`, gradient)
  }
  return graph
}

/** Undefined where the builder refuses shapes or types. What it emitted before is dead code, which is welcome. */
function attempt(build: () => Value): Value | undefined {
  try {
    return build()
  } catch (failure) {
    if ((failure as { code?: string }).code?.startsWith('AUTOGRAD-')) return undefined
    throw failure
  }
}
