import type { Attributes } from './attributes.js'
import { nameTwice } from './errors.js'
import { f32, i64, sizeOf, type DType, type Shape, type Tensor } from './tensor.js'

/** Something a graph computes or is given. Shapes are static: the builder knows every size. */
export interface Value {
  readonly id: number
  /** Unique in the graph. */
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
  /** True when a parameter lies below it, so that a gradient may flow through it. */
  readonly needsGrad: boolean
}

/** Floating-point operations: those in matrix products, and one per element for everything else. */
export interface Flops {
  readonly matmul: number
  readonly other: number
}

/** One ONNX operator with one output. */
export interface Node {
  /** As in the ONNX operator list; an operator of another domain is `domain:Name`, such as `com.microsoft:FusedMatMul`. */
  readonly op: string
  /** `null` is an omitted optional input. */
  readonly inputs: readonly (Value | null)[]
  readonly output: Value
  readonly attributes: Attributes
  /** Path of the layer that it belongs to, for errors and tables. */
  readonly origin: string
  readonly flops: Flops
}

/** Passes the gradient of a value on. Adds up when several gradients meet in one value. */
export type Accumulate = (into: Value, gradient: Value) => void

/** How the gradient of `output` becomes gradients of what it was computed from. */
export interface TapeEntry {
  readonly output: Value
  readonly origin: string
  backward(gradient: Value, accumulate: Accumulate): void
}

/**
 * One use of parameters by a layer, with what is needed for each example's own gradient. B examples are axis 0.
 *
 * - `linear`: y = x Wᵀ + b; x is [B, …, in], dy is [B, …, out], W is [out, in], b is [out]
 * - `embedding`: y = table[tokens]; tokens is [B, T], dy is [B, T, d], table is [V, d]
 * - `bag`: y = Σ_t share_t · table[token_t]; tokens and shares are [B, T], dy is [B, d], table is [V, d]
 * - `scale`: y = x ⊙ scale + shift along the last axis; x and dy are [B, …, d], scale and shift are [d]
 * - `direct`: any other operator; only the gradient summed over the batch is known
 */
export type ParameterUse =
  | {
      readonly kind: 'linear'
      readonly weight: Value
      readonly bias: Value | null
      readonly x: Value
      readonly dy: Value
    }
  | { readonly kind: 'embedding'; readonly table: Value; readonly tokens: Value; readonly dy: Value }
  | {
      readonly kind: 'bag'
      readonly table: Value
      readonly tokens: Value
      readonly shares: Value
      readonly dy: Value
      /** Promised by the caller: no token with a share other than 0 occurs twice in an example. */
      readonly distinct: boolean
    }
  | {
      readonly kind: 'scale'
      readonly scale: Value
      readonly shift: Value | null
      readonly x: Value
      readonly dy: Value
    }
  | { readonly kind: 'direct'; readonly parameter: Value; readonly gradient: Value }

export interface EmitOptions {
  readonly op: string
  readonly inputs: readonly (Value | null)[]
  readonly shape: Shape
  readonly dtype?: DType
  readonly attributes?: Attributes
  /** Operations in a matrix product; otherwise one per output element is counted. */
  readonly matmulFlops?: number
  /** For operators that count no arithmetic (reshapes, copies), or more than one per output element. */
  readonly otherFlops?: number
  /** For an output whose gradient rule reaches further down than its inputs. By default: some input needs a gradient. */
  readonly needsGrad?: boolean
}

/** A graph under construction. Emission order is a topological order. */
export interface Graph {
  readonly nodes: readonly Node[]
  readonly inputs: readonly Value[]
  readonly parameters: readonly Value[]
  readonly constants: ReadonlyMap<Value, Tensor>
  readonly outputs: ReadonlyMap<string, Value>
  readonly tape: readonly TapeEntry[]
  readonly uses: readonly ParameterUse[]
  /** The layer path that is being built, such as `hidden.0`. */
  readonly origin: string
  /** A value that is fed on every run. @throws AUTOGRAD-E003 when the name is taken */
  input(name: string, shape: Shape, dtype?: DType): Value
  /** A trainable value, fed on every run. @throws AUTOGRAD-E003 when the name is taken */
  parameter(name: string, shape: Shape): Value
  /** A value written into the graph. Equal small constants are one. */
  constant(tensor: Tensor): Value
  /** A float scalar constant. */
  scalar(value: number): Value
  /** A 64-bit integer vector constant. */
  integers(values: readonly number[]): Value
  /** Adds one operator and gives its output. */
  emit(options: EmitOptions): Value
  /** Remembers how to pass gradients through `output`; ignored where no parameter lies below. */
  onBackward(output: Value, backward: TapeEntry['backward']): Value
  recordUse(use: ParameterUse): void
  /** Builds `body` under a layer name. */
  within<T>(layer: string, body: () => T): T
  /** Builds `body` without remembering gradients of gradients. */
  withoutTape<T>(body: () => T): T
  /** Builds `body` on a tape of its own, which is given with its result, wherever this is called. */
  withOwnTape<T>(body: () => T): { readonly result: T; readonly tape: readonly TapeEntry[] }
  /** Makes a value a result of the graph. @throws AUTOGRAD-E003 when the name is taken */
  output(name: string, value: Value): void
}

/** Starts an empty graph. */
export function createGraph(): Graph {
  const nodes: Node[] = []
  const inputs: Value[] = []
  const parameters: Value[] = []
  const constants = new Map<Value, Tensor>()
  const constantOf = new Map<string, Value>()
  const outputs = new Map<string, Value>()
  const tape: TapeEntry[] = []
  const uses: ParameterUse[] = []
  const names = new Set<string>()
  const path: string[] = []
  let recording = true
  let remembered = tape
  let count = 0

  const value = (name: string, shape: Shape, dtype: DType, needsGrad: boolean): Value => ({
    id: count++,
    name,
    shape,
    dtype,
    needsGrad,
  })
  const declare = (name: string): string => {
    if (names.has(name)) throw nameTwice(name)
    names.add(name)
    return name
  }
  const origin = (): string => path.join('.') || 'graph'

  const graph: Graph = {
    nodes,
    inputs,
    parameters,
    constants,
    outputs,
    tape,
    uses,
    get origin() {
      return origin()
    },
    input(name, shape, dtype = 'f32') {
      const made = value(declare(name), shape, dtype, false)
      inputs.push(made)
      return made
    },
    parameter(name, shape) {
      const made = value(declare(name), shape, 'f32', true)
      inputs.push(made)
      parameters.push(made)
      return made
    },
    constant(tensor) {
      const { dtype, shape, data } = tensor
      const key = data.length < 64 ? `${dtype} ${shape.join(',')} ${hex(data)}` : undefined
      const known = key === undefined ? undefined : constantOf.get(key)
      if (known) return known
      const made = value(`constant_${count}`, shape, dtype, false)
      constants.set(made, tensor)
      if (key !== undefined) constantOf.set(key, made)
      return made
    },
    scalar: number => graph.constant(f32([], [number])),
    integers: values => graph.constant(i64([values.length], values)),
    emit({ op, inputs: from, shape, dtype = 'f32', attributes = {}, matmulFlops, otherFlops, needsGrad: forced }) {
      const needsGrad = recording && (forced ?? from.some(input => input?.needsGrad))
      const output = value(`${op.slice(op.indexOf(':') + 1).toLowerCase()}_${count}`, shape, dtype, needsGrad)
      const other = otherFlops ?? (matmulFlops === undefined ? sizeOf(shape) : 0)
      nodes.push({ op, inputs: from, output, attributes, origin: origin(), flops: { matmul: matmulFlops ?? 0, other } })
      return output
    },
    onBackward(output, backward) {
      if (output.needsGrad) remembered.push({ output, origin: origin(), backward })
      return output
    },
    recordUse: use => void uses.push(use),
    within(layer, body) {
      path.push(layer)
      try {
        return body()
      } finally {
        path.pop()
      }
    },
    withoutTape(body) {
      const before = recording
      recording = false
      try {
        return body()
      } finally {
        recording = before
      }
    },
    withOwnTape(body) {
      const before = { recording, remembered }
      const own: TapeEntry[] = []
      recording = true
      remembered = own
      try {
        return { result: body(), tape: own }
      } finally {
        recording = before.recording
        remembered = before.remembered
      }
    },
    output(name, result) {
      if (outputs.has(name) || names.has(name)) throw nameTwice(name)
      outputs.set(name, result)
    },
  }
  return graph
}

const hex = (data: Tensor['data']): string => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')

/** The nodes that an output depends on, in order: everything else is dead. */
export function liveNodes(graph: Graph): readonly Node[] {
  const needed = new Set<Value>(graph.outputs.values())
  const live: Node[] = []
  for (const node of graph.nodes.toReversed())
    if (needed.has(node.output)) {
      live.push(node)
      for (const input of node.inputs) if (input) needed.add(input)
    }
  return live.reverse()
}

/** Operations of one run, dead nodes not counted. */
export function flopsOf(graph: Graph): Flops {
  let matmul = 0
  let other = 0
  for (const { flops } of liveNodes(graph)) {
    matmul += flops.matmul
    other += flops.other
  }
  return { matmul, other }
}
