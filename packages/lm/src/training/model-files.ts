import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Checkpoint } from '../files/checkpoint.js'
import { ioFailed } from '../files/errors.js'
import { readGgufTokenizer } from '../files/gguf-checkpoint.js'
import type { JsonObject } from '../files/json-object.js'
import { ggufTokenizerSource } from '../text/gguf-tokenizer.js'

/** Files beside the weights that a model is loaded and used with. */
const companions = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'vocab.json',
  'merges.txt',
  'vocab.txt',
  'tokenizer.model',
  'generation_config.json',
] as const

/**
 * Writes what a folder needs beside `model.safetensors` to be a model of its own: config.json for 32-bit weights, and the
 * tokenizer and generation settings of the base model, copied from its folder or made of its GGUF file.
 *
 * @param path of the base model
 * @throws LM-E019 when the operating system refuses, LM-E020 and LM-E033 for a GGUF file without a tokenizer that is known
 */
export async function writeModelFiles(folder: string, path: string, checkpoint: Checkpoint): Promise<void> {
  const { config } = checkpoint
  const put = (name: string, value: JsonObject): Promise<void> =>
    writeFile(join(folder, name), `${JSON.stringify(value, null, 2)}\n`)
  const tokenizer = checkpoint.format === 'gguf' ? ggufTokenizerSource(await readGgufTokenizer(path), path) : undefined
  try {
    await mkdir(folder, { recursive: true })
    await put('config.json', { model_type: 'llama', ...config, torch_dtype: 'float32', dtype: 'float32' })
    if (tokenizer) {
      const { chatTemplate } = tokenizer
      await put('tokenizer.json', tokenizer.json)
      await put('tokenizer_config.json', {
        tokenizer_class: 'PreTrainedTokenizerFast',
        clean_up_tokenization_spaces: false,
        ...defined(tokenizer.config),
        ...(chatTemplate !== undefined && { chat_template: chatTemplate }),
      })
      const { bos_token_id, eos_token_id } = config
      await put('generation_config.json', defined({ bos_token_id, eos_token_id }))
    } else
      for (const name of companions)
        if (await stat(join(path, name)).catch(() => undefined)) await copyFile(join(path, name), join(folder, name))
  } catch (cause) {
    throw ioFailed(folder, 'writing', cause)
  }
}

const defined = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
