import { relu, type Graph, type Value } from '@attestry/autograd'
import { configSize } from './config-numbers.js'
import { encoderActivation, type EncoderConfig } from './encoder.js'
import { badConfig } from './errors.js'
import type { Layers } from './layers.js'

/**
 * Reads config.json of a DistilBERT checkpoint.
 *
 * @throws LM-E061 for a missing or impossible value
 */
export function distilBertConfig(config: Readonly<Record<string, unknown>>): EncoderConfig {
  const hidden = configSize(config, 'dim')
  const heads = configSize(config, 'n_heads')
  if (hidden % heads !== 0) throw badConfig('n_heads', 'does not divide dim')
  return {
    vocabulary: configSize(config, 'vocab_size'),
    hidden,
    intermediate: configSize(config, 'hidden_dim'),
    layers: configSize(config, 'n_layers'),
    heads,
    maxPositions: configSize(config, 'max_position_embeddings', 512),
    tokenTypes: 0,
    normEpsilon: 1e-12,
    activation: encoderActivation(config, 'activation'),
    names: {
      root: 'distilbert',
      layers: 'transformer.layer',
      query: 'attention.q_lin',
      key: 'attention.k_lin',
      value: 'attention.v_lin',
      attended: 'attention.out_lin',
      attendedNorm: 'sa_layer_norm',
      up: 'ffn.lin1',
      down: 'ffn.lin2',
      norm: 'output_layer_norm',
    },
  }
}

/** A model that was saved without a head leaves the first part of names out. */
export const otherDistilBertNames = (name: string): readonly string[] => [name.slice('distilbert.'.length)]

/**
 * Logits of the classes, [B, classes]: a head of two layers over the state of each text's first token.
 *
 * @param first [B, hidden]
 */
export const distilBertClassifierLogits = (graph: Graph, layers: Layers, first: Value): Value =>
  layers.linear(graph, 'classifier', relu(graph, layers.linear(graph, 'pre_classifier', first)))
