import {
  add,
  attention,
  embedding,
  f32,
  gather,
  recompute,
  rmsNorm,
  rotary,
  swiglu,
  type Graph,
  type Value,
} from '@attestry/autograd'
import { configSize, positiveNumber } from './config-numbers.js'
import { badConfig } from './errors.js'
import type { Layers, ModelTensor } from './layers.js'
import { ropeScaling, ropeTables, type RopeScaling } from './rope.js'

/** Sizes of a Llama-family decoder. */
export interface LlamaConfig {
  readonly vocabulary: number
  readonly hidden: number
  readonly intermediate: number
  readonly layers: number
  readonly heads: number
  /** Key and value heads; each is shared by `heads / groups` query heads. */
  readonly groups: number
  /** Width of one head. */
  readonly headSize: number
  readonly normEpsilon: number
  readonly ropeBase: number
  readonly ropeScaling: RopeScaling
  /** True when the embedding is also the head. */
  readonly tied: boolean
  readonly maxPositions: number
  /** True when the projections of attention have biases. */
  readonly attentionBias: boolean
}

/**
 * Reads config.json of a Llama-family checkpoint.
 *
 * @throws LM-E061 for a missing or impossible size, LM-E060 for a part that is not known
 */
export function llamaConfig(config: Readonly<Record<string, unknown>>): LlamaConfig {
  const size = (key: string, otherwise?: number): number => configSize(config, key, otherwise)
  const activation = config.hidden_act ?? 'silu'
  if (activation !== 'silu') throw badConfig('hidden_act', `is not silu`)
  if (config.mlp_bias === true) throw badConfig('mlp_bias', 'is true, and such a model is not known here')
  const hidden = size('hidden_size')
  const heads = size('num_attention_heads')
  const groups = size('num_key_value_heads', heads)
  if (heads % groups !== 0) throw badConfig('num_key_value_heads', 'does not divide num_attention_heads')
  if (config.head_dim === undefined && hidden % heads !== 0)
    throw badConfig('num_attention_heads', 'does not divide hidden_size')
  const headSize = size('head_dim', hidden / heads)
  if (headSize % 2 !== 0) throw badConfig('head_dim', 'is odd, so its halves cannot be turned')
  const maxPositions = size('max_position_embeddings', 2048)
  // Newer files keep everything about positions in one object.
  const parameters = config.rope_parameters as Readonly<Record<string, unknown>> | undefined
  return {
    vocabulary: size('vocab_size'),
    hidden,
    intermediate: size('intermediate_size'),
    layers: size('num_hidden_layers'),
    heads,
    groups,
    headSize,
    normEpsilon: positiveNumber('rms_norm_eps', config.rms_norm_eps ?? 1e-6),
    ropeBase: positiveNumber('rope_theta', config.rope_theta ?? parameters?.rope_theta ?? 10_000),
    ropeScaling: ropeScaling(parameters ?? config.rope_scaling, maxPositions),
    tied: config.tie_word_embeddings === true,
    maxPositions,
    attentionBias: config.attention_bias === true,
  }
}

const layerPath = (layer: number): string => `model.layers.${layer}`

/** Paths of the linear layers that adapters may target, in order; the head is not one of them. */
export function llamaLinears({ layers }: LlamaConfig): readonly string[] {
  const parts = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.o_proj']
  const all = [...parts, 'mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj']
  return Array.from({ length: layers }, (_, layer) => all.map(part => `${layerPath(layer)}.${part}`)).flat()
}

/** Every tensor that the model reads, with its shape. */
export function llamaTensors(config: LlamaConfig): readonly ModelTensor[] {
  const { vocabulary, hidden, intermediate, layers, heads, groups, headSize, tied, attentionBias } = config
  const shapes: ModelTensor[] = [{ name: 'model.embed_tokens.weight', shape: [vocabulary, hidden] }]
  const [q, kv] = [heads * headSize, groups * headSize]
  for (let layer = 0; layer < layers; layer++) {
    const add = (part: string, shape: readonly number[]): void =>
      void shapes.push({ name: `${layerPath(layer)}.${part}`, shape })
    add('input_layernorm.weight', [hidden])
    for (const [part, out, depth] of [
      ['q_proj', q, hidden],
      ['k_proj', kv, hidden],
      ['v_proj', kv, hidden],
      ['o_proj', hidden, q],
    ] as const) {
      add(`self_attn.${part}.weight`, [out, depth])
      if (attentionBias) add(`self_attn.${part}.bias`, [out])
    }
    add('post_attention_layernorm.weight', [hidden])
    add('mlp.gate_proj.weight', [intermediate, hidden])
    add('mlp.up_proj.weight', [intermediate, hidden])
    add('mlp.down_proj.weight', [hidden, intermediate])
  }
  shapes.push({ name: 'model.norm.weight', shape: [hidden] })
  if (!tied) shapes.push({ name: 'lm_head.weight', shape: [vocabulary, hidden] })
  return shapes
}

/** Name of the tensor that turns hidden states into logits. */
export const llamaHead = ({ tied }: LlamaConfig): string => (tied ? 'model.embed_tokens.weight' : 'lm_head.weight')

export interface LlamaInputs {
  /** [B, T], i64 */
  readonly tokens: Value
  /** Position of each token in its text, [B, T], i64 */
  readonly positions: Value
  /** How the queries of a layer meet its keys and values, [B, T, heads or groups · size] each. */
  readonly attend: (layer: number, queries: Value, keys: Value, values: Value) => Value
  /** Most positions that occur. */
  readonly length: number
  /** Keep the input of each layer only, and compute the layer again on the way back. By default everything is kept. */
  readonly gradientCheckpointing?: boolean
}

/**
 * The decoder up to its last norm: [B, T, hidden].
 *
 * @see Touvron et al. 2023, arXiv 2302.13971, section 2.2; Grattafiori et al. 2024, arXiv 2407.21783, section 3.2
 */
export function llamaHidden(graph: Graph, config: LlamaConfig, layers: Layers, inputs: LlamaInputs): Value {
  const { normEpsilon, headSize, ropeBase } = config
  const tables = ropeTables(inputs.length, headSize, ropeBase, config.ropeScaling)
  const turns = {
    positions: inputs.positions,
    cosines: graph.constant(f32([inputs.length, headSize / 2], tables.cosines)),
    sines: graph.constant(f32([inputs.length, headSize / 2], tables.sines)),
  }
  const norm = (x: Value, name: string): Value => rmsNorm(graph, x, layers.tensor(graph, `${name}.weight`), normEpsilon)
  const table = layers.tensor(graph, 'model.embed_tokens.weight')
  let x = (table.needsGrad ? embedding : gather)(graph, table, inputs.tokens)
  for (let layer = 0; layer < config.layers; layer++) {
    const path = layerPath(layer)
    const part = (name: string, value: Value): Value => layers.linear(graph, `${path}.${name}`, value)
    const body = (x: Value): Value => {
      const h = norm(x, `${path}.input_layernorm`)
      const mixed = inputs.attend(
        layer,
        rotary(graph, part('self_attn.q_proj', h), turns),
        rotary(graph, part('self_attn.k_proj', h), turns),
        part('self_attn.v_proj', h),
      )
      const attended = add(graph, x, part('self_attn.o_proj', mixed))
      const g = norm(attended, `${path}.post_attention_layernorm`)
      const gated = swiglu(graph, part('mlp.gate_proj', g), part('mlp.up_proj', g))
      return add(graph, attended, part('mlp.down_proj', gated))
    }
    x = graph.within(path, () => (inputs.gradientCheckpointing ? recompute(graph, x, body) : body(x)))
  }
  return norm(x, 'model.norm')
}

/** Attention of a whole row at once, for training: every query sees what the mask leaves open. */
export const maskedAttention =
  (graph: Graph, { heads, groups }: LlamaConfig, mask: Value): LlamaInputs['attend'] =>
  (_layer, queries, keys, values) =>
    attention(graph, { queries, keys, values, heads, groups, mask })
