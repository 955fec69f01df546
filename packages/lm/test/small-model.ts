import { f32, sizeOf, type Tensor } from '@attestry/autograd'
import { seededRandom } from '@attestry/core'
import { readLanguageModel, llamaConfig, llamaTensors, type KeepOptions, type LanguageModel } from '../src/index.js'

export const smallConfig: Readonly<Record<string, unknown>> = {
  architectures: ['LlamaForCausalLM'],
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 23,
  rms_norm_eps: 1e-5,
  max_position_embeddings: 64,
  tie_word_embeddings: true,
}

/** Random weights of a small decoder, the same for the same seed. */
export function smallTensors(
  config: Readonly<Record<string, unknown>> = smallConfig,
  seed = 4,
): Record<string, Tensor> {
  const random = seededRandom(seed)
  return Object.fromEntries(
    llamaTensors(llamaConfig(config)).map(({ name, shape }) => {
      const centre = shape.length === 1 ? 1 : 0
      return [
        name,
        f32(
          shape,
          Float32Array.from({ length: sizeOf(shape) }, () => centre + 0.6 * (random() - 0.5)),
        ),
      ]
    }),
  )
}

export function smallModel(
  config: Readonly<Record<string, unknown>> = smallConfig,
  seed = 4,
  options: KeepOptions = {},
): Promise<LanguageModel> {
  const tensors = smallTensors(config, seed)
  const source = {
    config,
    tensors: new Map(Object.entries(tensors)),
    read: async (name: string) => tensors[name]!.data as Float32Array,
  }
  return readLanguageModel(source, options)
}
