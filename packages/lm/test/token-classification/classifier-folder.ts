import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  add,
  createGraph,
  encodeModel,
  equal,
  f32,
  gather,
  greater,
  i64,
  int,
  linear,
  mul,
  sizeOf,
  unsqueeze,
  type Graph,
  type Node,
  type Tensor,
  type Value,
} from '@attestry/autograd'
import { normalDraw, seededRandom } from '@attestry/core'
import { writeSafetensorsFile } from '../../src/files/write-safetensors.js'
import { encoderHidden, encoderTensors } from '../../src/models/encoder.js'
import { bertConfig } from '../../src/index.js'
import { wordPieceJson } from '../text/other-tokenizers.js'

/** Primes above every other size: they stand for sizes that stay open, rows and tokens of a row. */
const [rows, length] = [100_003, 200_003]
const open = (): readonly (string | null)[] => ['batch_size', 'sequence_length']

interface Fed {
  readonly graph: Graph
  readonly ids: Value
  /** 1 at tokens, i64 */
  readonly mask: Value
}

/** Writes what Optimum would: a graph with open axes that answers with logits for each token. */
function writeModel(folder: string, inputs: readonly string[], logitsOf: (fed: Fed) => Value): void {
  const graph = createGraph()
  const [ids, mask] = inputs.map(name => graph.input(name, [rows, length], 'i64'))
  graph.output('logits', logitsOf({ graph, ids: ids!, mask: mask! }))
  const openAxes = Object.fromEntries(
    [...inputs, 'logits'].map(name => [name, name === 'logits' ? [...open(), null] : open()]),
  )
  const opened = withOpenReshapes(graph, ids!)
  writeFileSync(join(folder, 'model.onnx'), encodeModel(opened, { name: 'tokens', openAxes, optimise: false }))
}

/** The same graph with targets of Reshape that are made of the sizes of an input when it runs. */
function withOpenReshapes(graph: Graph, ids: Value): Graph {
  const node = (op: string, inputs: readonly Value[], output: Value, attributes: Node['attributes'] = {}): Node => ({
    op,
    inputs,
    output,
    attributes,
    origin: '',
    flops: { matmul: 0, other: 0 },
  })
  const sizes = (name: string, count: number): Value => ({ ...ids, name, shape: [count] })
  const constants = new Map(graph.constants)
  const held = (name: string, values: readonly number[]): Value => {
    const value = sizes(name, values.length)
    constants.set(value, i64([values.length], values))
    return value
  }
  const both = sizes('open_sizes', 2)
  const [of, tokens] = [sizes('open_rows', 1), sizes('open_length', 1)]
  const start: Node[] = [
    node('Shape', [ids], both),
    node('Gather', [both, held('open_first', [0])], of, { axis: int(0) }),
    node('Gather', [both, held('open_second', [1])], tokens, { axis: int(0) }),
  ]
  const nodes = graph.nodes.flatMap((one): readonly Node[] => {
    const { shape, name } = one.output
    const isOpen = (size: number): boolean => size > 0 && (size % rows === 0 || size % length === 0)
    if (one.op !== 'Reshape' || !shape.some(isOpen)) return [one]
    const parts = shape.map((size, axis) =>
      size === rows ? of : size === length ? tokens : held(`${name}_${axis}`, [isOpen(size) ? -1 : size]),
    )
    const target = sizes(`${name}_target`, shape.length)
    return [node('Concat', parts, target, { axis: int(0) }), { ...one, inputs: [one.inputs[0]!, target] }]
  })
  return { ...graph, nodes: [...start, ...nodes], constants }
}

export const put = (folder: string, name: string, value: unknown): void =>
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))

const count = (graph: Graph, mask: Value, reverse: 0 | 1): Value =>
  graph.emit({
    op: 'CumSum',
    inputs: [mask, graph.constant(i64([], [1]))],
    shape: mask.shape,
    dtype: 'i64',
    attributes: { reverse: int(reverse) },
  })

const id2label = (labels: readonly string[]): Record<string, string> =>
  Object.fromEntries(labels.map((label, id) => [String(id), label]))

export interface Table {
  readonly labels: readonly string[]
  /** Words of the vocabulary with the label that the model gives them, whatever stands around. */
  readonly words: Readonly<Record<string, string>>
  /** Logit of that label; 4 by default, the others have 0. */
  readonly logits?: Readonly<Record<string, number>>
  /** A label that the first and the last token of whatever it reads get. */
  readonly edge?: string
}

/** A model that knows one label for each token: what it finds can be written down by hand. */
export function writeTable(folder: string, { labels, words, logits = {}, edge }: Table): void {
  mkdirSync(folder, { recursive: true })
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', ',', '.', ...Object.keys(words)]
  const json = wordPieceJson(true)
  put(folder, 'tokenizer.json', {
    ...json,
    model: { ...(json['model'] as object), vocab: Object.fromEntries(tokens.map((token, id) => [token, id])) },
  })
  put(folder, 'tokenizer_config.json', { pad_token: '[PAD]' })
  put(folder, 'config.json', { model_type: 'bert', vocab_size: tokens.length, id2label: id2label(labels) })
  const table = new Float32Array(tokens.length * labels.length)
  for (const [id, token] of tokens.entries())
    table[id * labels.length + labels.indexOf(words[token] ?? 'O')] = logits[token] ?? 4
  writeModel(folder, ['input_ids', 'attention_mask'], ({ graph, ids, mask }) => {
    const known = gather(graph, graph.constant(f32([tokens.length, labels.length], table)), ids)
    if (edge === undefined) return known
    const second = graph.constant(i64([1], [2]))
    const atEdge = add(graph, equal(graph, count(graph, mask, 0), second), equal(graph, count(graph, mask, 1), second))
    const bonus = f32(
      [labels.length],
      Float32Array.from(labels, label => (label === edge ? 20 : 0)),
    )
    return add(graph, known, mul(graph, unsqueeze(graph, atEdge, [2]), graph.constant(bonus)))
  })
}

/** A small BERT with random weights and a head for tokens, as ONNX and as safetensors. */
export async function writeBert(folder: string, labels: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const tokenizer = wordPieceJson(true) as { readonly model: { readonly vocab: Readonly<Record<string, number>> } }
  const json = {
    architectures: ['BertForTokenClassification'],
    model_type: 'bert',
    vocab_size: Object.keys(tokenizer.model.vocab).length,
    hidden_size: 32,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 64,
    max_position_embeddings: 64,
    pad_token_id: 0,
    id2label: id2label(labels),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  }
  put(folder, 'config.json', json)
  put(folder, 'tokenizer.json', tokenizer)
  put(folder, 'tokenizer_config.json', {
    tokenizer_class: 'PreTrainedTokenizerFast',
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
  })
  const config = bertConfig(json)
  const random = seededRandom(11)
  const draw = (shape: readonly number[], centre: number, deviation: number): Tensor =>
    f32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => centre + deviation * normalDraw(random)),
    )
  const weights: Record<string, Tensor> = Object.fromEntries(
    [
      ...encoderTensors(config),
      { name: 'classifier.weight', shape: [labels.length, config.hidden] },
      { name: 'classifier.bias', shape: [labels.length] },
    ].map(({ name, shape }) => [
      name,
      draw(shape, /norm.*weight$/i.test(name) ? 1 : 0, shape.length > 1 ? 2 / Math.sqrt(shape.at(-1)!) : 0.1),
    ]),
  )
  await writeSafetensorsFile(
    join(folder, 'model.safetensors'),
    Object.entries(weights).map(([name, { shape, data }]) => ({ name, shape, data: data as Float32Array })),
    { format: 'pt' },
  )
  writeModel(folder, ['input_ids', 'attention_mask', 'token_type_ids'], ({ graph, ids, mask }) => {
    const held = new Map<string, Value>()
    const tensor = (_: Graph, name: string): Value => {
      const value = held.get(name) ?? graph.constant(weights[name]!)
      held.set(name, value)
      return value
    }
    const layers = {
      tensor,
      linear: (_: Graph, path: string, x: Value) =>
        linear(graph, x, tensor(graph, `${path}.weight`), tensor(graph, `${path}.bias`)),
    }
    const whole = (op: string, a: Value, b: Value): Value =>
      graph.emit({ op, inputs: [a, b], shape: a.shape, dtype: 'i64' })
    const positions = whole('Mul', whole('Sub', count(graph, mask, 0), graph.constant(i64([1], [1]))), mask)
    const hidden = encoderHidden(graph, config, layers, {
      tokens: ids,
      present: greater(graph, mask, graph.constant(i64([1], [0]))),
      types: graph.inputs.find(({ name }) => name === 'token_type_ids')!,
      positions,
    })
    return layers.linear(graph, 'classifier', hidden)
  })
}
