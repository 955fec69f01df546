import { liveNodes, sizeOf, type Graph, type Node, type Shape, type Value } from '../src/index.js'

/** A value in float64, row-major. Booleans are 0 and 1. */
export interface Array64 {
  readonly shape: Shape
  readonly data: Float64Array
}

export const array = (shape: Shape, data: ArrayLike<number>): Array64 => ({ shape, data: Float64Array.from(data) })

/** Evaluates a graph in float64, operator by operator, straight from the ONNX definitions. Slow and plain on purpose. */
export function evaluate(graph: Graph, feeds: Readonly<Record<string, Array64>>): (value: Value) => Array64 {
  const known = new Map<Value, Array64>()
  for (const input of graph.inputs) {
    const fed = feeds[input.name]
    if (fed) known.set(input, fed)
  }
  for (const [value, { shape, data }] of graph.constants)
    known.set(value, array(shape, Array.from(data as ArrayLike<number | bigint>, Number)))
  for (const node of liveNodes(graph)) {
    const inputs = node.inputs.map(input => known.get(input!)!)
    const result = compute(node, inputs)
    if (result.data.length !== sizeOf(node.output.shape))
      throw new Error(`${node.op}: ${result.data.length} elements for [${node.output.shape}]`)
    known.set(node.output, { shape: node.output.shape, data: result.data })
  }
  return value => known.get(value)!
}

function compute({ op, output, attributes }: Node, inputs: readonly Array64[]): Array64 {
  const [a, b, c] = inputs as [Array64, Array64, Array64]
  const integer = (name: string): number => Number(attributes[name]?.value ?? 0)
  switch (op) {
    case 'Add':
      return binary(a, b, (x, y) => x + y)
    case 'Sub':
      return binary(a, b, (x, y) => x - y)
    case 'Mul':
      return binary(a, b, (x, y) => x * y)
    case 'Div':
      return binary(a, b, (x, y) => x / y)
    case 'Max':
      return binary(a, b, Math.max)
    case 'Min':
      return binary(a, b, Math.min)
    case 'Greater':
      return binary(a, b, (x, y) => Number(x > y))
    case 'Equal':
      return binary(a, b, (x, y) => Number(x === y))
    case 'DequantizeLinear': {
      const width = a.shape[1]!
      return array(
        a.shape,
        a.data.map((q, i) => q * b.data[Math.floor(i / width)]!),
      )
    }
    case 'BitShift': {
      const isLeft = attributes.direction!.value === 'LEFT'
      return unary(a, x => (isLeft ? (x << b.data[0]!) & 255 : x >> b.data[0]!))
    }
    case 'Exp':
      return unary(a, Math.exp)
    case 'Log':
      return unary(a, Math.log)
    case 'Sqrt':
      return unary(a, Math.sqrt)
    case 'Tanh':
      return unary(a, Math.tanh)
    case 'Erf':
      return unary(a, erf)
    case 'Sigmoid':
      return unary(a, x => 1 / (1 + Math.exp(-x)))
    case 'Relu':
      return unary(a, x => Math.max(x, 0))
    case 'Cast':
    case 'Reshape':
    case 'Unsqueeze':
    case 'Squeeze':
      return array(output.shape, a.data)
    case 'Expand':
      return binary(a, array(output.shape, new Float64Array(sizeOf(output.shape))), x => x)
    case 'Transpose': {
      const order = attributes.perm!.value as readonly number[]
      return build(output.shape, index => at(a, indexBy(order, index)))
    }
    case 'ReduceSum':
      return reduce(a, Array.from(b.data), 0, (total, x) => total + x)
    case 'ReduceSumSquare':
      return reduce(a, attributes.axes!.value as readonly number[], 0, (total, x) => total + x * x)
    case 'ReduceMax':
      return reduce(a, attributes.axes!.value as readonly number[], -Infinity, Math.max)
    case 'ReduceMean': {
      const sum = reduce(a, attributes.axes!.value as readonly number[], 0, (total, x) => total + x)
      return unary(sum, x => (x * sum.data.length) / a.data.length)
    }
    case 'Softmax': {
      const exps = unary(a, Math.exp)
      const sum = reduce(exps, [-1], 0, (total, x) => total + x)
      return binary(exps, array([...a.shape.slice(0, -1), 1], sum.data), (x, y) => x / y)
    }
    case 'MatMul':
      if (a.shape.length === 1)
        return build(output.shape, ([column]) => a.data.reduce((sum, x, row) => sum + x * at(b, [row, column!]), 0))
      return build(output.shape, index => {
        const lead = index.slice(0, -2)
        const [row, column] = index.slice(-2) as [number, number]
        let total = 0
        for (let k = 0; k < a.shape.at(-1)!; k++) total += at(a, [...lead, row, k]) * at(b, [...lead, k, column])
        return total
      })
    case 'Gemm':
      return build(output.shape, ([row, column]) => {
        const depth = a.shape[integer('transA') ? 0 : 1]!
        let total = c ? at(c, [row!, column!]) : 0
        for (let k = 0; k < depth; k++)
          total +=
            at(a, integer('transA') ? [k, row!] : [row!, k]) * at(b, integer('transB') ? [column!, k] : [k, column!])
        return total
      })
    case 'com.microsoft:FusedMatMul':
      return build(output.shape, index => {
        const lead = index.slice(0, -2)
        const [row, column] = index.slice(-2) as [number, number]
        const [transA, transB] = [integer('transA'), integer('transB')]
        let total = 0
        for (let k = 0; k < a.shape.at(transA ? -2 : -1)!; k++)
          total +=
            at(a, [...lead, ...(transA ? [k, row] : [row, k])]) *
            at(b, [...lead, ...(transB ? [column, k] : [k, column])])
        return total * Number(attributes.alpha!.value)
      })
    case 'com.microsoft:RotaryEmbedding': {
      const sines = inputs[3]!
      const half = c.shape[1]!
      return build(output.shape, ([batch, position, column]) => {
        const place = at(b, [batch!, position!])
        const pair = column! % half
        const isFirst = column! % (2 * half) < half
        const other = at(a, [batch!, position!, isFirst ? column! + half : column! - half])
        const turned = other * at(sines, [place, pair]) * (isFirst ? -1 : 1)
        return at(a, [batch!, position!, column!]) * at(c, [place, pair]) + turned
      })
    }
    case 'Slice': {
      const [from, axis] = [b.data[0]!, inputs[3]!.data[0]!]
      return build(output.shape, index =>
        at(
          a,
          index.map((i, place) => (place === axis ? i + from : i)),
        ),
      )
    }
    case 'Concat': {
      const axis = integer('axis')
      return build(output.shape, index => {
        let place = index[axis]!
        for (const part of inputs) {
          if (place < part.shape[axis]!)
            return at(
              part,
              index.map((i, at) => (at === axis ? place : i)),
            )
          place -= part.shape[axis]!
        }
        throw new Error('past the last part')
      })
    }
    case 'Gather': {
      const width = a.shape[1]!
      return array(
        output.shape,
        Array.from(b.data).flatMap(row => Array.from(a.data.slice(row * width, (row + 1) * width))),
      )
    }
    case 'GatherElements':
      return build(output.shape, ([row, column]) => at(a, [row!, at(b, [row!, column!])]))
    case 'ScatterElements': {
      const data = a.data.slice()
      b.data.forEach((column, row) => (data[row * a.shape[1]! + column]! += c.data[row]!))
      return { shape: a.shape, data }
    }
    case 'ScatterND': {
      const data = a.data.slice()
      const width = a.shape[1]!
      b.data.forEach((row, i) => {
        for (let k = 0; k < width; k++) data[row * width + k]! += c.data[i * width + k]!
      })
      return { shape: a.shape, data }
    }
    default:
      throw new Error(`the reference does not know ${op}`)
  }
}

const unary = ({ shape, data }: Array64, f: (x: number) => number): Array64 => ({ shape, data: data.map(x => f(x)) })

/** Element at a multi-index, which may be longer (leading axes dropped) or reach over axes of size 1. */
function at({ shape, data }: Array64, index: readonly number[]): number {
  const extra = index.length - shape.length
  let place = 0
  shape.forEach((size, axis) => (place = place * size + (size === 1 ? 0 : index[axis + extra]!)))
  return data[place]!
}

function build(shape: Shape, f: (index: readonly number[]) => number): Array64 {
  const data = new Float64Array(sizeOf(shape))
  const index = shape.map(() => 0)
  for (let i = 0; i < data.length; i++) {
    data[i] = f(index)
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0
  }
  return { shape, data }
}

function binary(a: Array64, b: Array64, f: (x: number, y: number) => number): Array64 {
  const rank = Math.max(a.shape.length, b.shape.length)
  const size = ({ shape }: Array64, axis: number): number => shape[axis - rank + shape.length] ?? 1
  const shape = Array.from({ length: rank }, (_, axis) => Math.max(size(a, axis), size(b, axis)))
  return build(shape, index => f(at(a, index), at(b, index)))
}

function reduce(a: Array64, axes: readonly number[], start: number, f: (total: number, x: number) => number): Array64 {
  const gone = new Set(axes.map(axis => (axis < 0 ? axis + a.shape.length : axis)))
  const kept = a.shape.map((size, axis) => (gone.has(axis) ? 1 : size))
  const data = new Float64Array(sizeOf(kept)).fill(start)
  build(a.shape, index => {
    let place = 0
    kept.forEach((size, axis) => (place = place * size + (size === 1 ? 0 : index[axis]!)))
    return (data[place] = f(data[place]!, at(a, index)))
  })
  return { shape: kept, data }
}

/** Source index of a transposed element: axis `order[i]` of the source is axis i of the result. */
function indexBy(order: readonly number[], index: readonly number[]): readonly number[] {
  const source: number[] = []
  order.forEach((axis, i) => (source[axis] = index[i]!))
  return source
}

/** Error function by its Maclaurin series, which converges everywhere; exact to float64 for |x| < 3. */
function erf(x: number): number {
  let term = x
  let total = x
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n
    total += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * total
}

/** A small seeded generator (mulberry32) of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 15), z | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296
  }
}

/** Numbers in [low, high), rounded to 32-bit floats so that both evaluations start from the same. */
export const randomArray = (shape: Shape, random: () => number, low = -1, high = 1): Array64 =>
  array(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random()),
  )
