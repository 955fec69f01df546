import { tanh, type Graph, type Value } from '@attestry/autograd'
import { configSize, positiveNumber } from './config-numbers.js'
import { encoderActivation, encoderLinears, encoderTensors, type EncoderConfig } from './encoder.js'
import { badConfig } from './errors.js'
import type { Layers, ModelTensor } from './layers.js'

/**
 * Reads config.json of a BERT checkpoint. MiniLM is a BERT of other sizes.
 *
 * @throws LM-E061 for a missing or impossible value, and for a BERT that writes text or turns positions into distances
 */
export function bertConfig(config: Readonly<Record<string, unknown>>): EncoderConfig {
  if (config.is_decoder === true) throw badConfig('is_decoder', 'is true, and such a model is not known here')
  if ((config.position_embedding_type ?? 'absolute') !== 'absolute')
    throw badConfig('position_embedding_type', 'is not absolute')
  const hidden = configSize(config, 'hidden_size')
  const heads = configSize(config, 'num_attention_heads')
  if (hidden % heads !== 0) throw badConfig('num_attention_heads', 'does not divide hidden_size')
  return {
    vocabulary: configSize(config, 'vocab_size'),
    hidden,
    intermediate: configSize(config, 'intermediate_size'),
    layers: configSize(config, 'num_hidden_layers'),
    heads,
    maxPositions: configSize(config, 'max_position_embeddings', 512),
    tokenTypes: configSize(config, 'type_vocab_size', 2),
    normEpsilon: positiveNumber('layer_norm_eps', config.layer_norm_eps ?? 1e-12),
    activation: encoderActivation(config, 'hidden_act'),
    names: {
      root: 'bert',
      layers: 'encoder.layer',
      query: 'attention.self.query',
      key: 'attention.self.key',
      value: 'attention.self.value',
      attended: 'attention.output.dense',
      attendedNorm: 'attention.output.LayerNorm',
      up: 'intermediate.dense',
      down: 'output.dense',
      norm: 'output.LayerNorm',
    },
  }
}

/** The linear layer that turns the state of the first token into that of the text. */
export const bertPooler = 'bert.pooler.dense'

/** Every tensor that the model reads, with its shape; heads are not among them. */
export const bertTensors = (config: EncoderConfig): readonly ModelTensor[] => [
  ...encoderTensors(config),
  { name: `${bertPooler}.weight`, shape: [config.hidden, config.hidden] },
  { name: `${bertPooler}.bias`, shape: [config.hidden] },
]

/** Paths of the linear layers that adapters may target, in order: with the pooler, whose last part is `dense` too. */
export const bertLinears = (config: EncoderConfig): readonly string[] => [...encoderLinears(config), bertPooler]

/**
 * Other names that checkpoints have for a tensor: a model that was saved without a head leaves the first part out, and the
 * oldest ones, converted from TensorFlow, call scale and shift of a norm gamma and beta.
 */
export function otherBertNames(name: string): readonly string[] {
  const old = name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta')
  const bare = [name, old].map(full => full.slice('bert.'.length))
  return old === name ? [bare[0]!] : [bare[0]!, old, bare[1]!]
}

/**
 * Logits of the classes, [B, classes]: pooler and head over the state of each text's first token.
 *
 * @param first [B, hidden]
 */
export const bertClassifierLogits = (graph: Graph, layers: Layers, first: Value): Value =>
  layers.linear(graph, 'classifier', tanh(graph, layers.linear(graph, bertPooler, first)))
