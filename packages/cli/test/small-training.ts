import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@attestry/core'
import { llamaConfig, llamaTensors, writeSafetensorsFile } from '@attestry/lm'
import { attestryBin } from './command-line.js'

/** A config of axolotl for adapters on `chat.jsonl`. */
export const configOfLora = (more = ''): string =>
  `
base_model: ./model
adapter: lora
lora_r: 4
lora_alpha: 8
lora_dropout: 0
lora_target_modules: [q_proj, v_proj]
datasets:
  - path: chat.jsonl
sequence_len: 64
sample_packing: false
micro_batch_size: 4
gradient_accumulation_steps: 1
num_epochs: 2
optimizer: adamw_torch
lr_scheduler: cosine
learning_rate: 0.01
val_set_size: 0.25
output_dir: ./out
logging_steps: 1
eval_steps: 3
seed: 7
${more}`

/** A random decoder over bytes, as a folder of transformers. */
export async function writeByteModel(folder: string): Promise<void> {
  mkdirSync(folder)
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let next = 0x100
  const letters = Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++))
  const vocab = Object.fromEntries([...letters, '<end>'].map((token, id) => [token, id]))
  const config = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: 16,
    intermediate_size: 24,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    vocab_size: 257,
    max_position_embeddings: 64,
    tie_word_embeddings: true,
  }
  const put = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value))
  put('config.json', config)
  put('tokenizer_config.json', { tokenizer_class: 'PreTrainedTokenizerFast', eos_token: '<end>' })
  put('generation_config.json', { eos_token_id: 256 })
  put('tokenizer.json', {
    version: '1.0',
    added_tokens: [
      { id: 256, content: '<end>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
    ],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', dropout: null, unk_token: null, byte_fallback: false, vocab, merges: [] },
  })
  const random = seededRandom(2)
  await writeSafetensorsFile(
    join(folder, 'model.safetensors'),
    llamaTensors(llamaConfig(config)).map(({ name, shape }) => ({
      name,
      shape,
      data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
        shape.length === 1 ? 1 : random() - 0.5,
      ),
    })),
  )
}

/** Starts the command, and sends a signal as soon as there is a file; resolves when the process is gone. */
export function signalled(
  folder: string,
  signal: NodeJS.Signals,
  file: string,
  ...words: string[]
): Promise<{ code: number | null; err: string }> {
  return new Promise(done => {
    const child = spawn(process.execPath, [attestryBin, ...words], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let err = ''
    child.stderr.on('data', chunk => (err += String(chunk)))
    const watch = setInterval(() => {
      if (child.killed || !existsSync(join(folder, file))) return
      child.kill(signal)
    }, 2)
    child.on('close', code => {
      clearInterval(watch)
      done({ code, err })
    })
  })
}
