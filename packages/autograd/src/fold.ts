import type { Node } from './graph.js'
import { f32, sizeOf, type Shape, type Tensor } from './tensor.js'

/** Elements of the largest constant that is read or made: a kilobyte of floats, several nodes' worth of bytes. */
const most = 256

type Element = number | bigint
type Kernel = (node: Node, inputs: readonly Tensor[]) => Tensor | undefined

/**
 * The result of an operator on constants, or undefined where it is unknown here, large, or not certain to the last bit.
 *
 * Certain are copies, comparisons, and what IEEE 754 rounds in one way: sum, difference, product, quotient. Roots and
 * exponentials are left to the runtime, whose kernels round as they please. Sums over axes are folded where every order
 * of adding gives the same. Results that are not numbers, whose bits nobody promises, are left too.
 */
export function foldNode(node: Node, inputs: readonly (Tensor | undefined)[]): Tensor | undefined {
  const kernel = kernels[node.op]
  if (!kernel || sizeOf(node.output.shape) > most) return undefined
  const known = inputs.flatMap(input => (input && input.data.length <= most && !hasNaN(input) ? [input] : []))
  if (known.length < node.inputs.length) return undefined
  const result = kernel(node, known)
  return result && !hasNaN(result) ? result : undefined
}

const hasNaN = ({ dtype, data }: Tensor): boolean => dtype === 'f32' && data.some(Number.isNaN)
const isMinusZero = (x: number): boolean => Object.is(x, -0)

const relabel: Kernel = ({ output: { shape } }, [x]) => x && { ...x, shape }

/** A 64-bit result of 32-bit operands, rounded once more, is the correctly rounded 32-bit result. */
const binary =
  (f: (a: number, b: number) => number): Kernel =>
  ({ output: { shape } }, [a, b]) => {
    if (a?.dtype !== 'f32' || b?.dtype !== 'f32') return undefined
    const right = spread(b, shape)
    return tensorOf(
      a,
      shape,
      spread(a, shape).map((x, i) => f(Number(x), Number(right[i]))),
    )
  }

const compare =
  (f: (a: Element, b: Element) => boolean): Kernel =>
  ({ output: { shape } }, [a, b]) => {
    if (!a || a.dtype !== b?.dtype) return undefined
    const right = spread(b, shape)
    return { dtype: 'bool', shape, data: Uint8Array.from(spread(a, shape), (x, i) => Number(f(x, right[i]!))) }
  }

/** NaN stands for: which of two zeros it is depends on who computes it. */
const choose =
  (f: (a: number, b: number) => number) =>
  (a: number, b: number): number =>
    a === b && !Object.is(a, b) ? NaN : f(a, b)

const reduce =
  (f: (values: readonly number[]) => number): Kernel =>
  ({ output: { shape }, attributes }, [x, input]) => {
    if (x?.dtype !== 'f32') return undefined
    const axes = input ? Array.from<Element>(input.data) : attributes.axes?.value
    if (!Array.isArray(axes)) return undefined
    const rank = x.shape.length
    const gone = new Set(axes.map(axis => (Number(axis) + rank) % rank))
    const strides = stridesOf(x.shape)
    const walk = (summed: boolean, start: number): readonly number[] => {
      const along = x.shape.flatMap((_, axis) => (gone.has(axis) === summed ? [axis] : []))
      return places(
        along.map(axis => x.shape[axis]!),
        along.map(axis => strides[axis]!),
        start,
      )
    }
    const results = walk(false, 0).map(start => f(walk(true, start).map(place => x.data[place]!)))
    return tensorOf(x, shape, results)
  }

/** The sum where every order of adding gives it exactly: of whole numbers, small together. NaN elsewhere. */
function exactSum(values: readonly number[]): number {
  const size = values.reduce((total, x) => total + Math.abs(x), 0)
  const isExact = size <= 2 ** 24 && values.every(x => Number.isInteger(x) && !isMinusZero(x))
  return isExact ? values.reduce((total, x) => total + x, 0) : NaN
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n))

const kernels: Readonly<Record<string, Kernel>> = {
  Reshape: relabel,
  Unsqueeze: relabel,
  Squeeze: relabel,
  Expand: ({ output: { shape } }, [x]) => x && tensorOf(x, shape, spread(x, shape)),
  Transpose({ output: { shape }, attributes: { perm } }, [x]) {
    if (!x || perm?.type !== 'ints') return undefined
    const strides = stridesOf(x.shape)
    const walked = perm.value.map(axis => strides[axis]!)
    return pick(x, shape, places(shape, walked))
  },
  Slice({ output: { shape } }, [x, from, , axes, steps]) {
    if (!x || !from || !axes || steps) return undefined
    const strides = stridesOf(x.shape)
    const starts = Array.from<Element>(axes.data).map((axis, i) => {
      const [at, size] = [Number(from.data[i]), x.shape[Number(axis)]!]
      return Math.max(0, at < 0 ? at + size : at) * strides[Number(axis)]!
    })
    const start = starts.reduce((total, place) => total + place, 0)
    return pick(x, shape, places(shape, strides, start))
  },
  Concat({ output: { shape }, attributes }, parts) {
    const axis = Number(attributes.axis?.value)
    if (!(axis >= 0)) return undefined
    const values = Array.from({ length: sizeOf(shape.slice(0, axis)) }, (_, i) =>
      parts.flatMap(({ data, shape }) => {
        const length = sizeOf(shape.slice(axis))
        return Array.from<Element>(data.subarray(i * length, (i + 1) * length))
      }),
    )
    return tensorOf(parts[0]!, shape, values.flat())
  },
  Cast: ({ output: { shape, dtype } }, [x]) =>
    x?.dtype === 'bool' && dtype === 'f32' ? f32(shape, Float32Array.from(x.data)) : undefined,
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Min: binary(choose(Math.min)),
  Max: binary(choose(Math.max)),
  Greater: compare((a, b) => a > b),
  Equal: compare((a, b) => a === b),
  ReduceSum: reduce(exactSum),
  ReduceSumSquare: reduce(values => exactSum(values.map(x => x * x))),
  ReduceMean: reduce(values => (isPowerOfTwo(values.length) ? exactSum(values) / values.length : NaN)),
  ReduceMax: reduce(values => (values.some(isMinusZero) ? NaN : Math.max(...values))),
}

/** How far neighbours along each axis lie apart. */
const stridesOf = (shape: Shape): readonly number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))

/** Where the elements of `shape`, in order, lie in an array that is walked with these strides. */
const places = (shape: Shape, strides: readonly number[], start = 0): readonly number[] =>
  shape.reduce<readonly number[]>(
    (found, size, axis) => found.flatMap(at => Array.from({ length: size }, (_, i) => at + i * strides[axis]!)),
    [start],
  )

const pick = (x: Tensor, shape: Shape, from: readonly number[]): Tensor =>
  tensorOf(
    x,
    shape,
    from.map(place => x.data[place]!),
  )

/** Elements broadcast to a shape. */
function spread(x: Tensor, shape: Shape): readonly Element[] {
  const strides = stridesOf(x.shape)
  const extra = shape.length - x.shape.length
  const repeating = shape.map((_, axis) => ((x.shape[axis - extra] ?? 1) === 1 ? 0 : strides[axis - extra]!))
  return places(shape, repeating).map(place => x.data[place]!)
}

/** A tensor of the type of another. */
function tensorOf({ dtype }: Tensor, shape: Shape, values: readonly Element[]): Tensor {
  switch (dtype) {
    case 'f32':
      return f32(shape, values as readonly number[])
    case 'i64':
      return { dtype, shape, data: BigInt64Array.from(values as readonly bigint[]) }
    case 'bool':
    case 'u8':
      return { dtype, shape, data: Uint8Array.from(values as readonly number[]) }
    case 'i8':
      return { dtype, shape, data: Int8Array.from(values as readonly number[]) }
  }
}
