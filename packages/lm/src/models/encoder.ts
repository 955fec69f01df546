import {
  add,
  attention,
  embedding,
  gather,
  gelu,
  geluTanh,
  i64,
  layerNorm,
  relu,
  type Graph,
  type Value,
} from '@attestry/autograd'
import { badConfig } from './errors.js'
import type { Layers, ModelTensor } from './layers.js'
import { paddingMask } from './padding-mask.js'

type Activation = 'gelu' | 'gelu_new' | 'gelu_pytorch_tanh' | 'relu'

const activations: Readonly<Record<Activation, (graph: Graph, x: Value) => Value>> = {
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  relu,
}

/** Sizes of an encoder whose norms stand after attention and feed-forward, and the names of its parts. */
export interface EncoderConfig {
  readonly vocabulary: number
  readonly hidden: number
  readonly intermediate: number
  readonly layers: number
  readonly heads: number
  readonly maxPositions: number
  /** Kinds of tokens that are told apart, such as first and second sentence; 0 where there is no such embedding. */
  readonly tokenTypes: number
  readonly normEpsilon: number
  readonly activation: Activation
  readonly names: EncoderNames
}

/** Where a checkpoint keeps the parts of an encoder. */
export interface EncoderNames {
  /** What every path begins with, such as `bert`. */
  readonly root: string
  /** Layers within the root, such as `encoder.layer`. */
  readonly layers: string
  /** Parts within a layer. */
  readonly query: string
  readonly key: string
  readonly value: string
  readonly attended: string
  readonly attendedNorm: string
  readonly up: string
  readonly down: string
  readonly norm: string
}

/** The activation that config.json gives under `key`. @throws LM-E061 for one that is not known */
export function encoderActivation(config: Readonly<Record<string, unknown>>, key: string): Activation {
  const name = config[key] ?? 'gelu'
  if (typeof name !== 'string' || !Object.hasOwn(activations, name))
    throw badConfig(key, `is none of ${Object.keys(activations).join(', ')}`)
  return name as Activation
}

const layerPath = ({ root, layers }: EncoderNames, layer: number): string => `${root}.${layers}.${layer}`

/** Paths of the linear layers of the encoder, in order. */
export function encoderLinears({ layers, names }: EncoderConfig): readonly string[] {
  const { query, key, value, attended, up, down } = names
  return Array.from({ length: layers }, (_, layer) =>
    [query, key, value, attended, up, down].map(part => `${layerPath(names, layer)}.${part}`),
  ).flat()
}

/** Every tensor of the encoder, with its shape. */
export function encoderTensors(config: EncoderConfig): readonly ModelTensor[] {
  const { vocabulary, hidden, intermediate, layers, maxPositions, tokenTypes, names } = config
  const embeddings = `${names.root}.embeddings`
  const tensors: ModelTensor[] = [
    { name: `${embeddings}.word_embeddings.weight`, shape: [vocabulary, hidden] },
    { name: `${embeddings}.position_embeddings.weight`, shape: [maxPositions, hidden] },
  ]
  if (tokenTypes > 0) tensors.push({ name: `${embeddings}.token_type_embeddings.weight`, shape: [tokenTypes, hidden] })
  const withBias = (path: string, shape: readonly number[]): void =>
    void tensors.push({ name: `${path}.weight`, shape }, { name: `${path}.bias`, shape: [shape[0]!] })
  withBias(`${embeddings}.LayerNorm`, [hidden])
  for (let layer = 0; layer < layers; layer++) {
    const path = layerPath(names, layer)
    for (const part of [names.query, names.key, names.value, names.attended])
      withBias(`${path}.${part}`, [hidden, hidden])
    withBias(`${path}.${names.attendedNorm}`, [hidden])
    withBias(`${path}.${names.up}`, [intermediate, hidden])
    withBias(`${path}.${names.down}`, [hidden, intermediate])
    withBias(`${path}.${names.norm}`, [hidden])
  }
  return tensors
}

export interface EncoderInputs {
  /** [B, T], i64; T is at most `maxPositions` */
  readonly tokens: Value
  /** 1 at tokens, 0 at padding, [B, T] */
  readonly present: Value
  /** Kind of each token, [B, T], i64; by default all are of kind 0. */
  readonly types?: Value
  /** Place of each token in its row, [B, T], i64; by default 0, 1, 2 and so on. Given, T may be an open size. */
  readonly positions?: Value
}

/**
 * States of the last layer, [B, T, hidden]. Those at padding mean nothing.
 *
 * The dropout that config.json names is left out: prediction has none, and in training only that of adapters is applied.
 *
 * @see Devlin et al. 2018, arXiv 1810.04805, section 3; Vaswani et al. 2017, arXiv 1706.03762, section 3.1
 */
export function encoderHidden(graph: Graph, config: EncoderConfig, layers: Layers, inputs: EncoderInputs): Value {
  const { heads, normEpsilon, tokenTypes, names } = config
  const { tokens, present } = inputs
  const [batch, length] = tokens.shape as readonly [number, number]
  const perToken = (of: (position: number) => number): Value =>
    graph.constant(
      i64(
        [batch, length],
        Array.from({ length: batch * length }, (_, i) => of(i % length)),
      ),
    )
  const embedded = (part: string, indices: Value): Value => {
    const table = layers.tensor(graph, `${names.root}.embeddings.${part}.weight`)
    return (table.needsGrad ? embedding : gather)(graph, table, indices)
  }
  const norm = (x: Value, path: string): Value =>
    layerNorm(graph, x, layers.tensor(graph, `${path}.weight`), layers.tensor(graph, `${path}.bias`), normEpsilon)
  const mask = paddingMask(graph, present)
  let x = graph.within('embeddings', () => {
    const placed = add(
      graph,
      embedded('word_embeddings', tokens),
      embedded('position_embeddings', inputs.positions ?? perToken(position => position)),
    )
    const typed =
      tokenTypes > 0 ? add(graph, placed, embedded('token_type_embeddings', inputs.types ?? perToken(() => 0))) : placed
    return norm(typed, `${names.root}.embeddings.LayerNorm`)
  })
  for (let layer = 0; layer < config.layers; layer++) {
    const path = layerPath(names, layer)
    const part = (name: string, value: Value): Value => layers.linear(graph, `${path}.${name}`, value)
    x = graph.within(path, () => {
      const mixed = attention(graph, {
        queries: part(names.query, x),
        keys: part(names.key, x),
        values: part(names.value, x),
        heads,
        groups: heads,
        mask,
      })
      const attended = norm(add(graph, x, part(names.attended, mixed)), `${path}.${names.attendedNorm}`)
      const active = activations[config.activation](graph, part(names.up, attended))
      return norm(add(graph, attended, part(names.down, active)), `${path}.${names.norm}`)
    })
  }
  return x
}
