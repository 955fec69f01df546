import { createHash } from 'node:crypto'
import { ints } from './attributes.js'
import { foldNode } from './fold.js'
import { liveNodes, type Graph, type Node, type Value } from './graph.js'
import { elementTypes, sameShape, type Tensor } from './tensor.js'

/** What is left of a graph. Values keep their names; a value that an output names may have become another. */
export interface OptimisedGraph {
  readonly nodes: readonly Node[]
  /** Those that a node or an output still reads, and what was folded. */
  readonly constants: ReadonlyMap<Value, Tensor>
  readonly outputs: ReadonlyMap<string, Value>
}

/**
 * The same computation in fewer nodes: operators on constants are computed, equal ones are done once, those that change
 * nothing are dropped, and with them everything that reaches no output any more.
 *
 * Every step is exact to the last bit, signs of zero included: what is left computes what was there. (Payloads of NaNs
 * are not promised.) Shapes are taken at their word only where opening an axis cannot make them wrong. A second pass
 * finds nothing to do.
 *
 * A runtime that rewrites graphs itself need not be exact: onnxruntime drops `x + 0` and fuses a norm's operators into
 * one where it sees them, and on seldom occasion it sees others in what is left here.
 */
export function optimiseGraph(graph: Graph): OptimisedGraph {
  const constants = new Map<Value, Tensor>()
  const equalConstant = new Map<string, Value>()
  const instead = new Map<Value, Value>()
  const sources = new Map<Value, Node>()
  const equalNode = new Map<string, Value>()
  const unsigned = new Set<Value>()

  /** Keeps a constant, or takes an equal one for it. */
  const keep = (value: Value, tensor: Tensor): void => {
    const key = constantKey(tensor)
    const known = key === undefined ? undefined : equalConstant.get(key)
    if (known) return void instead.set(value, known)
    constants.set(value, tensor)
    if (key !== undefined) equalConstant.set(key, value)
  }
  for (const [value, tensor] of graph.constants) keep(value, tensor)

  const facts: Facts = {
    constant: value => (value ? constants.get(value) : undefined),
    source: value => (value ? sources.get(value) : undefined),
    isUnsigned: value => unsigned.has(value),
  }
  const now = (value: Value): Value => instead.get(value) ?? value
  for (const original of liveNodes(graph)) {
    const { output } = original
    const result = simplify(
      withInputs(
        original,
        original.inputs.map(input => input && now(input)),
      ),
      facts,
    )
    if ('id' in result) {
      instead.set(output, result)
      continue
    }
    const folded = foldNode(result, result.inputs.map(facts.constant))
    if (folded) {
      keep(output, folded)
      continue
    }
    const key = nodeKey(result)
    const known = key === undefined ? undefined : equalNode.get(key)
    if (known) {
      instead.set(output, known)
      continue
    }
    if (key !== undefined) equalNode.set(key, output)
    if (givesNoMinusZero(result, facts)) unsigned.add(output)
    sources.set(output, result)
  }

  const outputs = new Map([...graph.outputs].map(([name, value]) => [name, now(value)]))
  const nodes = liveNodes({ ...graph, nodes: [...sources.values()], outputs })
  const used = new Set<Value | null>([...nodes.flatMap(({ inputs }) => inputs), ...outputs.values()])
  return { nodes, constants: new Map([...constants].filter(([value]) => used.has(value))), outputs }
}

/** What is known about the values above a node. */
interface Facts {
  constant(value: Value | null | undefined): Tensor | undefined
  source(value: Value | null | undefined): Node | undefined
  /** Whether no element can be -0. */
  isUnsigned(value: Value): boolean
}

/** A value that a node's output equals, or a simpler node with the same output; undefined where there is none. */
type Rule = (node: Node, facts: Facts) => Value | Node | undefined

function simplify(node: Node, facts: Facts): Value | Node {
  for (;;) {
    const simpler = rules[node.op]?.(node, facts)
    if (!simpler) return node
    if ('id' in simpler) return simpler
    node = simpler
  }
}

const rules: Readonly<Record<string, Rule>> = {
  Identity: ({ inputs }) => inputs[0] ?? undefined,
  Cast: ({ inputs: [x], attributes }) => (x && elementTypes[x.dtype] === attributes.to?.value ? x : undefined),
  // x + 0 would turn -0 into 0; x + -0 and x - 0 change nothing.
  Add: (node, facts) =>
    unlessNeutral(node, facts, [0, 1], (x, other) => Object.is(other, -0) || (other === 0 && facts.isUnsigned(x))),
  Sub: (node, facts) => unlessNeutral(node, facts, [1], (_, other) => Object.is(other, 0)),
  Mul: (node, facts) => unlessNeutral(node, facts, [0, 1], (_, other) => other === 1),
  Div: (node, facts) => unlessNeutral(node, facts, [1], (_, other) => other === 1),
  Transpose(node, { source }) {
    const [x] = node.inputs
    const order = orderOf(node)
    if (!x || !order) return undefined
    if (order.every((axis, i) => axis === i)) return x
    const before = source(x)
    const inner = before?.op === 'Transpose' ? orderOf(before) : undefined
    if (!inner) return undefined
    return { ...node, inputs: before!.inputs, attributes: { perm: ints(order.map(axis => inner[axis]!)) } }
  },
  Reshape(node, facts) {
    const [x, target] = node.inputs
    if (!x || !namesItsShape(node, facts)) return undefined
    if (sameShape(x.shape, node.output.shape)) return x
    const before = facts.source(x)
    return before && reshapes.has(before.op) ? { ...node, inputs: [before.inputs[0]!, target!] } : undefined
  },
  Expand(node, facts) {
    const [x, target] = node.inputs
    if (!x || !namesItsShape(node, facts)) return undefined
    if (sameShape(x.shape, node.output.shape)) return x
    const before = facts.source(x)
    return before?.op === 'Expand' ? { ...node, inputs: [before.inputs[0]!, target!] } : undefined
  },
  Squeeze: (node, facts) => undone(node, facts, 'Unsqueeze'),
  Unsqueeze: (node, facts) => undone(node, facts, 'Squeeze'),
}

const reshapes: ReadonlySet<string> = new Set(['Reshape', 'Squeeze', 'Unsqueeze'])

/** The operand x where the other one is a constant that `isNeutral` for it and broadcasts to its shape. */
function unlessNeutral(
  { inputs, output }: Node,
  { constant }: Facts,
  places: readonly number[],
  isNeutral: (x: Value, other: number) => boolean,
): Value | undefined {
  for (const place of places) {
    const x = inputs[1 - place]
    const other = constant(inputs[place])
    if (!x || other?.dtype !== 'f32' || !sameShape(x.shape, output.shape)) continue
    if (other.data.every(element => isNeutral(x, element))) return x
  }
  return undefined
}

/** What was there before axes were added and dropped again, or dropped and added again. */
function undone({ inputs: [x, axes], output }: Node, { source, constant }: Facts, inverse: string): Value | undefined {
  const before = source(x)
  if (before?.op !== inverse) return undefined
  const rank = Math.max(x!.shape.length, output.shape.length)
  const [here, there] = [axes, before.inputs[1]].map(value =>
    Array.from<number | bigint>(constant(value)?.data ?? [])
      .map(axis => (Number(axis) + rank) % rank)
      .sort((a, b) => a - b),
  )
  return here!.length > 0 && here!.join() === there!.join() ? before.inputs[0]! : undefined
}

/** Whether the target of a Reshape or Expand is the shape that the builder knows, not -1, 0 or a size to broadcast. */
function namesItsShape({ inputs, output }: Node, { constant }: Facts): boolean {
  const target = constant(inputs[1])
  return target !== undefined && sameShape(Array.from(target.data, Number), output.shape)
}

const orderOf = ({ attributes }: Node): readonly number[] | undefined =>
  attributes.perm?.type === 'ints' ? attributes.perm.value : undefined

/** Squares, truth values, and sums with one of them. */
const givesNoMinusZero = ({ op, inputs: [a, b], output }: Node, { isUnsigned }: Facts): boolean =>
  (op === 'Mul' && a === b) ||
  (op === 'Cast' && a?.dtype === 'bool' && output.dtype === 'f32') ||
  (op === 'Add' && (isUnsigned(a!) || isUnsigned(b!)))

const withInputs = (node: Node, inputs: Node['inputs']): Node =>
  inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs }

/** Operators that draw: two of them are not one, however equal they look. */
const draws = /Random|Dropout|Bernoulli|Multinomial/

function nodeKey({ op, inputs, output, attributes }: Node): string | undefined {
  if (draws.test(op)) return undefined
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([op, inputs.map(input => input?.id ?? null), output.dtype, output.shape, sorted])
}

/** Bytes of the largest constant that is compared with others. */
const compared = 1 << 20

function constantKey({ dtype, shape, data }: Tensor): string | undefined {
  if (data.byteLength > compared) return undefined
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return `${dtype} ${shape.join(',')} ${createHash('sha256').update(bytes).digest('hex')}`
}
