import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeOf } from '@attestry/autograd'
import { normalDraw, seededRandom } from '@attestry/core'
import { writeSafetensorsFile } from '../files/write-safetensors.js'
import { llamaConfig, llamaTensors } from './llama.js'

/** Sizes of a byte model, as `config.json` names them. */
export interface ByteModelSizes {
  readonly hidden_size?: number
  readonly intermediate_size?: number
  readonly num_hidden_layers?: number
  readonly num_attention_heads?: number
  readonly num_key_value_heads?: number
  readonly max_position_embeddings?: number
}

/**
 * Writes a small Llama with random weights and a tokenizer of single bytes into a folder, as transformers would: something
 * to try or test a run with where no real model is at hand. It knows no language.
 *
 * @param seed of the weights; the same gives the same files
 */
export async function writeByteModel(folder: string, sizes: ByteModelSizes = {}, seed = 1): Promise<void> {
  const config = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_act: 'silu',
    hidden_size: 32,
    intermediate_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    max_position_embeddings: 256,
    rms_norm_eps: 1e-6,
    tie_word_embeddings: true,
    vocab_size: byteLetters.length + 1,
    eos_token_id: byteLetters.length,
    ...sizes,
  }
  await mkdir(folder, { recursive: true })
  const put = (name: string, value: unknown): Promise<void> => writeFile(join(folder, name), JSON.stringify(value))
  await put('config.json', config)
  await put('tokenizer_config.json', { eos_token: end })
  await put('tokenizer.json', byteTokenizer())
  const random = seededRandom(seed)
  const tensors = llamaTensors(llamaConfig(config)).map(({ name, shape }) => {
    const data = new Float32Array(sizeOf(shape)).fill(1)
    const deviation = 1 / Math.sqrt(shape.at(-1)!)
    if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] = deviation * normalDraw(random)
    return { name, shape, data }
  })
  await writeSafetensorsFile(join(folder, 'model.safetensors'), tensors, { format: 'pt' })
}

const end = '<end>'

/** How byte-level tokenizers write each byte: printable Latin-1 as itself, the rest from U+0100 on. */
const byteLetters = ((): readonly string[] => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++))
})()

const byteTokenizer = (): object => ({
  version: '1.0',
  added_tokens: [
    {
      id: byteLetters.length,
      content: end,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    byte_fallback: false,
    vocab: Object.fromEntries([...byteLetters, end].map((token, id) => [token, id])),
    merges: [],
  },
})
