import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  attend,
  concat,
  createGraph,
  encodeModel,
  equal,
  greater,
  i64,
  int,
  linear,
  min,
  mul,
  reshape,
  splitHeads,
  unsqueeze,
  type Graph,
  type Node,
  type Tensor,
  type Value,
} from '@attestry/autograd'
import { ioFailed } from '../files/errors.js'
import type { LanguageModel } from '../models/language-model.js'
import type { Layers } from '../models/layers.js'
import { llamaHead, llamaHidden, type LlamaConfig } from '../models/llama.js'

/** Names of the files of a decoder in ONNX. */
export const onnxDecoderFiles = { model: 'model.onnx', weights: 'model.onnx_data' } as const

/**
 * Writes a decoder for inference as ONNX: `model.onnx` with the graph, `model.onnx_data` beside it with the weights, in the
 * names and shapes that Optimum gives to decoders with a cache.
 *
 * Inputs, for one text: `input_ids` and `position_ids` [1, S], `attention_mask` [1, P + S] (all i64), and for each layer
 * `past_key_values.N.key` and `.value` [1, groups, P, size], with P = 0 before the first tokens. Outputs: `logits`
 * [1, S, V], `present.N.key` and `.value` [1, groups, P + S, size]. S and P are open.
 *
 * It needs onnxruntime, for two of its own operators (domain `com.microsoft`) beside opset 17.
 *
 * @param model its weights may be others than those that it was read with, such as merged ones
 * @returns SHA-256 of each file, hex, by name
 * @throws LM-E019 when the operating system refuses
 */
export async function writeOnnxDecoder(
  folder: string,
  model: Pick<LanguageModel, 'config' | 'weights'>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  const graph = withOpenSizes(decoderGraph(model))
  const { model: bytes, external } = encodeModel(graph, {
    name: 'decoder',
    metadata,
    openAxes: openAxesOf(graph),
    optimise: false,
    external: { location: onnxDecoderFiles.weights },
  })
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw ioFailed(folder, 'making the folder', cause)
  })
  return {
    [onnxDecoderFiles.weights]: await writePieces(join(folder, onnxDecoderFiles.weights), external),
    [onnxDecoderFiles.model]: await writePieces(join(folder, onnxDecoderFiles.model), [bytes]),
  }
}

/** A prime above every size of a model: whatever it divides in a shape stands for S, P or P + S. */
const openSize = 16_777_259
const now = openSize
const past = 2 * openSize

const isOpen = (size: number): boolean => size !== 0 && size % openSize === 0

function decoderGraph({ config, weights }: Pick<LanguageModel, 'config' | 'weights'>): Graph {
  const graph = createGraph()
  const layers = heldLayers(weights)
  const tokens = graph.input('input_ids', [1, now], 'i64')
  const seen = graph.input('attention_mask', [1, past + now], 'i64')
  const positions = graph.input('position_ids', [1, now], 'i64')
  const mask = cacheMask(graph, seen, positions)
  const hidden = llamaHidden(graph, config, layers, {
    tokens,
    positions,
    length: config.maxPositions,
    attend(layer, queries, keys, values) {
      const extended = (what: 'key' | 'value', fresh: Value): Value => {
        const before = graph.input(`past_key_values.${layer}.${what}`, [1, config.groups, past, config.headSize])
        const all = concat(graph, [before, splitHeads(graph, fresh, config.groups)], 2)
        graph.output(`present.${layer}.${what}`, all)
        return all
      }
      return attend(graph, {
        queries: groupedQueries(graph, config, queries),
        keys: extended('key', keys),
        values: extended('value', values),
        length: now,
        mask,
      })
    },
  })
  graph.output('logits', linear(graph, hidden, layers.tensor(graph, llamaHead(config)), null))
  return graph
}

const groupedQueries = (graph: Graph, { heads, groups, headSize }: LlamaConfig, queries: Value): Value =>
  reshape(graph, splitHeads(graph, queries, heads), [1, groups, (heads / groups) * now, headSize])

const blocked = -1e9

/** Added to scores, [1, 1, S, P + S]: a query sees no key after its own position and none that the mask leaves out. */
function cacheMask(graph: Graph, seen: Value, positions: Value): Value {
  const axis = graph.constant(i64([], [1]))
  const one = graph.constant(i64([1], [1]))
  const whole = (op: string, inputs: readonly Value[], of: Value): Value =>
    graph.emit({ op, inputs, shape: of.shape, dtype: 'i64' })
  // The first key that is seen has position 0, so that counting those seen gives positions plus one.
  const keys = unsqueeze(graph, whole('CumSum', [seen, axis], seen), [1, 2])
  const queries = unsqueeze(graph, whole('Add', [positions, one], positions), [1, 3])
  const ahead = mul(graph, greater(graph, keys, queries), graph.scalar(blocked))
  const zero = graph.constant(i64([1], [0]))
  const out = mul(graph, equal(graph, unsqueeze(graph, seen, [1, 2]), zero), graph.scalar(blocked))
  return min(graph, ahead, out)
}

/** Layers whose tensors are constants of the graph. */
function heldLayers(weights: Readonly<Record<string, Tensor>>): Layers {
  const held = new Map<string, Value>()
  const tensor = (graph: Graph, name: string): Value => {
    const value = held.get(name) ?? graph.constant(weights[name]!)
    held.set(name, value)
    return value
  }
  return {
    tensor,
    linear: (graph, path, x) => {
      const bias = weights[`${path}.bias`] ? tensor(graph, `${path}.bias`) : null
      return linear(graph, x, tensor(graph, `${path}.weight`), bias)
    },
  }
}

/**
 * The same graph with targets of Reshape that hold for every S and P: a size that is open becomes 0, which copies it from
 * the same axis, or -1, which is what is left.
 */
function withOpenSizes(graph: Graph): Graph {
  const constants = new Map(graph.constants)
  const nodes = graph.nodes.map((node): Node => {
    const [x, target] = node.inputs
    if (node.op !== 'Reshape' || !node.output.shape.some(isOpen)) {
      refuseOpenConstants(graph, node)
      return node
    }
    const sizes = node.output.shape.map((size, axis) => (!isOpen(size) ? size : size === x!.shape[axis] ? 0 : -1))
    if (sizes.filter(size => size === -1).length > 1) throw new Error(`${node.origin} opens two sizes at once`)
    const opened: Value = { ...target!, name: `${node.output.name}_shape` }
    constants.set(opened, i64([sizes.length], sizes))
    return { ...node, inputs: [x!, opened], attributes: { ...node.attributes, allowzero: int(0) } }
  })
  return { ...graph, nodes, constants }
}

/** No other operator may know how long the text is. */
function refuseOpenConstants(graph: Graph, { inputs, origin, op }: Node): void {
  for (const input of inputs) {
    const constant = input && graph.constants.get(input)
    if (constant?.dtype === 'i64' && constant.data.some(size => isOpen(Number(size))))
      throw new Error(`${op} in ${origin} takes a size that is open`)
  }
}

const axisNames: Readonly<Record<number, string>> = {
  [now]: 'sequence_length',
  [past]: 'past_sequence_length',
  [past + now]: 'total_sequence_length',
}

const openAxesOf = ({ inputs, outputs }: Graph): Readonly<Record<string, readonly (string | null)[]>> =>
  Object.fromEntries(
    [...inputs.map(value => [value.name, value] as const), ...outputs].map(([name, { shape }]) => [
      name,
      shape.map(size => axisNames[size] ?? null),
    ]),
  )

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<string> {
  const hash = createHash('sha256')
  const unfinished = `${path}.part`
  try {
    const file = await open(unfinished, 'w')
    try {
      for (const piece of pieces) {
        hash.update(piece)
        await file.appendFile(piece)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
  } catch (cause) {
    await rm(unfinished, { force: true })
    throw ioFailed(path, 'writing', cause)
  }
  return hash.digest('hex')
}
