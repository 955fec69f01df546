import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@attestry/core'
import { llamaConfig, llamaTensors, readAdapter, writeSafetensorsFile } from '@attestry/lm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'

let site: Site
beforeEach(async () => {
  site = openSite()
  await writeModel(join(site.folder, 'model'))
  site.write('chat.jsonl', chats())
  site.write('lora.yaml', yaml())
})
afterEach(() => site.remove())

const chats = (): string =>
  Array.from({ length: 24 }, (_, i) =>
    JSON.stringify({ prompt: `colour ${i % 4}?`, completion: ['red', 'green', 'blue', 'amber'][i % 4] }),
  ).join('\n')

const yaml = (more = ''): string =>
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
async function writeModel(folder: string): Promise<void> {
  mkdirSync(folder)
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let next = 0x100
  const letters = Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++))
  const vocab = Object.fromEntries([...letters, '<end>'].map((token, id) => [token, id]))
  const config = {
    architectures: ['LlamaForCausalLM'],
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
  put('tokenizer_config.json', { eos_token: '<end>' })
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

describe('attestry train', () => {
  it('prints with --dry-run what would happen, and starts nothing', () => {
    const { code, out } = site.attestry('train', 'lora.yaml', '--dry-run')
    expect(code).toBe(0)
    expect(out).toMatch(/parameters\s+[\d,]+, of them trained 224 /)
    expect(out).toMatch(/privacy\s+none/)
    expect(site.attestry('train', 'lora.yaml', '--dry-run').err).toContain('outside of a governed run')
    expect(existsSync(join(site.folder, 'out'))).toBe(false)
    const facts: Record<string, unknown> = site.attestry('train', 'lora.yaml', '--dry-run', '--json').json()
    expect(facts).toMatchObject({ examples: 18, validation: 6, steps: 9, trainable: 224, epsilon: null })
  })

  it('trains with privacy, and writes an adapter, its record and a log', async () => {
    const result = site.attestry('train', 'lora.yaml', '--epsilon', '20', '--delta', '0.01', '--json')
    expect(result.err).toBe('')
    expect(result.code).toBe(0)
    const out = join(site.folder, 'out')
    expect(await readAdapter(out)).toMatchObject({ rank: 4, base: './model' })
    const record = JSON.parse(readFileSync(join(out, 'training_record.json'), 'utf8')) as Record<string, unknown>
    expect(record.epsilonSpent).toBeLessThanOrEqual(20)
    expect(record.base).toHaveProperty(['model.safetensors'], expect.stringMatching(/^[0-9a-f]{64}$/))
    expect(record.facts).toMatchObject({ guards: { clippingPerExample: true, readBack: true } })
    const log = readFileSync(join(out, 'trainer_log.jsonl'), 'utf8').trim().split('\n')
    expect(log.filter(line => line.includes('"epsilon"'))).toHaveLength(9)
    expect(record).toMatchObject({ steps: 9, stoppedEarly: false, writtenStep: 9 })
  })

  it.each([
    ['a number that is none', ['--epsilon', 'much'], yaml(), 'CLI-E010'],
    ['an unknown key', [], yaml('relora_steps: 3'), 'LM-E046'],
    ['a target that the model lacks', [], yaml().replace('[q_proj, v_proj]', '[query]'), 'LM-E063'],
    ['a model that is not there', [], yaml().replace('./model', './nowhere'), 'LM-E001'],
  ])('refuses %s before anything starts', (_name, flags, config, code) => {
    site.write('lora.yaml', config)
    const result = site.attestry('train', 'lora.yaml', ...flags)
    expect(result.err).toContain(`error[${code}]`)
    expect(existsSync(join(site.folder, 'out'))).toBe(false)
  })
})
