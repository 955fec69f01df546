import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTrainingConfig, openTrainingData, parseTrainingYaml, type TrainingConfig } from '../../src/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'configs-'))
  await mkdir(join(folder, 'data'))
})
afterAll(() => rm(folder, { recursive: true }))

const code = (value: string, words = ''): unknown =>
  expect.objectContaining({ code: value, message: expect.stringContaining(words) })

async function open(text: string): Promise<TrainingConfig> {
  const file = join(folder, 'config.yaml')
  await writeFile(file, text)
  return openTrainingConfig(file, folder)
}

const axolotl = `
base_model: models/smollm2
model_type: LlamaForCausalLM
tokenizer_type: AutoTokenizer
load_in_8bit: false
load_in_4bit:
strict: false
chat_template: chatml
datasets:
  - path: data/talk.jsonl
    type: chat_template
    field_messages: talk
    message_property_mappings:
      role: role
      content: content
    roles:
      user: [user, human]
      assistant:
        - assistant
  - path: json
    data_files: [data/a.json, data/b.json]
    type: alpaca
    split: train
dataset_prepared_path: prepared
val_set_size: 0.05
output_dir: ./out
adapter: lora
lora_model_dir:
lora_r: 16
lora_alpha: 32
lora_dropout: 0.05
lora_target_modules:
  - q_proj
  - v_proj
lora_fan_in_fan_out:
sequence_len: 1024
sample_packing: yes
eval_sample_packing: true
pad_to_sequence_len: true
wandb_project: mine
wandb_watch:
gradient_accumulation_steps: 4
micro_batch_size: 2
num_epochs: 3
max_steps: 100
optimizer: adamw_bnb_8bit
adam_beta1: 0.8
adam_beta2: 0.95
adam_epsilon: 1e-6
lr_scheduler: cosine
learning_rate: 2e-4
max_grad_norm: 0.5
train_on_inputs: false
group_by_length: false
bf16: auto
fp16:
tf32: false
gradient_checkpointing: true
early_stopping_patience: 2
resume_from_checkpoint:
local_rank:
logging_steps: 5
flash_attention: true
s2_attention:
warmup_steps: 10
eval_steps: 0.1
save_steps: 50
debug:
deepspeed: ds.json
weight_decay: 0.1
fsdp:
fsdp_config: {}
seed: 7
special_tokens:
  pad_token: "<|end|>"
`

describe('a config of axolotl', () => {
  it('is read unchanged', async () => {
    const { settings } = await open(axolotl)
    expect(settings).toEqual({
      source: 'axolotl',
      baseModel: 'models/smollm2',
      tuning: {
        kind: 'lora',
        lora: { rank: 16, alpha: 32, dropout: 0.05, targetModules: ['q_proj', 'v_proj'], rankStabilised: false },
      },
      datasets: [
        { path: 'data/talk.jsonl', format: 'messages', columns: { messages: 'talk' } },
        { path: 'data/a.json', format: 'alpaca' },
        { path: 'data/b.json', format: 'alpaca' },
      ],
      validation: { kind: 'share', share: 0.05 },
      chatTemplate: { kind: 'chatml' },
      lossOn: 'assistant',
      length: 1024,
      onLong: 'drop',
      packing: true,
      physicalBatch: 2,
      accumulation: 4,
      epochs: 3,
      maxSteps: 100,
      optimiser: { kind: 'adamw', beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1 },
      learningRate: 2e-4,
      schedule: { kind: 'cosine', warmup: { steps: 10 } },
      maxGradientNorm: 0.5,
      evaluation: { kind: 'share', of: 0.1 },
      saving: { kind: 'steps', every: 50 },
      loggingSteps: 5,
      earlyStoppingPatience: 2,
      keepBest: false,
      seed: 7,
      outputFolder: './out',
    })
  })

  it('says which keys change nothing, and why', async () => {
    const { ignored } = await open(axolotl)
    const keys = ignored.map(({ key }) => key)
    for (const key of [
      'wandb_project',
      'deepspeed',
      'bf16',
      'flash_attention',
      'gradient_checkpointing',
      'optimizer',
      'special_tokens.pad_token',
      'datasets[1].type',
    ])
      expect(keys).toContain(key)
    for (const key of ['wandb_watch', 'fsdp', 'fp16', 'tf32', 'strict', 'lora_r', 'load_in_8bit'])
      expect(keys).not.toContain(key)
    expect(ignored.find(({ key }) => key === 'bf16')!.why).toContain('32-bit floats')
  })

  it('has the defaults of axolotl', async () => {
    const { settings, ignored } = await open('base_model: m\ndatasets: [{ path: d.jsonl }]\nlearning_rate: 1e-5\n')
    expect(settings).toMatchObject({
      tuning: { kind: 'full' },
      datasets: [{ path: 'd.jsonl' }],
      validation: { kind: 'none' },
      chatTemplate: { kind: 'tokenizer' },
      length: 512,
      onLong: 'drop',
      physicalBatch: 1,
      accumulation: 1,
      epochs: 1,
      optimiser: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
      schedule: { kind: 'cosine', warmup: { share: 0.03, most: 100 } },
      maxGradientNorm: 1,
      evaluation: { kind: 'never' },
      saving: { kind: 'epoch', times: 1 },
      seed: 42,
    })
    expect(ignored).toEqual([])
  })

  const base = 'base_model: m\ndatasets: [{ path: d.jsonl }]\nlearning_rate: 1e-5\n'

  it('takes what else it may say', async () => {
    const with_ = async (more: string): Promise<TrainingConfig['settings']> => (await open(base + more)).settings
    expect(
      await with_('adapter: qlora\nload_in_4bit: true\nlora_r: 8\nlora_alpha: 16\nlora_target_linear: true\n'),
    ).toMatchObject({ tuning: { lora: { targetModules: 'all-linear' } } })
    expect(
      await with_('adapter: lora\nlora_r: 8\nlora_alpha: 16\nlora_target_modules: all-linear\npeft_use_rslora: true\n'),
    ).toMatchObject({ tuning: { lora: { targetModules: 'all-linear', rankStabilised: true } } })
    expect(await with_('micro_batch_size: 4\nbatch_size: 32\n')).toMatchObject({ physicalBatch: 4, accumulation: 8 })
    expect(await with_('test_datasets: [{ path: t.jsonl }]\n')).toMatchObject({
      validation: { kind: 'datasets', datasets: [{ path: 't.jsonl' }] },
      evaluation: { kind: 'epoch', times: 1 },
    })
    expect(await with_('val_set_size: 100\nevals_per_epoch: 4\nsaves_per_epoch: 2\n')).toMatchObject({
      validation: { kind: 'rows', rows: 100 },
      evaluation: { kind: 'epoch', times: 4 },
      saving: { kind: 'epoch', times: 2 },
    })
    expect(await with_('chat_template_jinja: "{{ x }}"\nchat_template: jinja\n')).toMatchObject({
      chatTemplate: { kind: 'source', source: '{{ x }}' },
    })
    expect(await with_('train_on_inputs: true\nexcess_length_strategy: truncate\n')).toMatchObject({
      lossOn: 'all',
      onLong: 'truncate',
    })
    expect(await with_('optimizer: lion_8bit\nlr_scheduler: constant\nwarmup_ratio: 0.1\n')).toMatchObject({
      optimiser: { kind: 'lion' },
      schedule: { kind: 'constant', warmup: { steps: 0 } },
    })
    expect(await with_('lr_scheduler: constant_with_warmup\nwarmup_ratio: 0.1\n')).toMatchObject({
      schedule: { kind: 'constant', warmup: { share: 0.1 } },
    })
    expect(
      await with_('load_best_model_at_end: true\nmetric_for_best_model: eval_loss\nsave_strategy: "no"\n'),
    ).toMatchObject({ keepBest: true, saving: { kind: 'never' } })
  })

  it('is refused by name for keys that are not supported or unknown', async () => {
    for (const [more, name] of [
      ['peft_use_dora: true', 'peft_use_dora'],
      ['lora_rr: 8', 'lora_rr'],
      ['lora_rr:', 'lora_rr'],
      ['rl: dpo', 'rl'],
      ['plugins: [x]', 'plugins'],
      ['special_tokens: { eos_token: x }', 'special_tokens.eos_token'],
      ['toString: 1', 'toString'],
    ])
      await expect(open(`${base}${more}\n`)).rejects.toThrow(code('LM-E046', `'${name}'`))
    await expect(open(`${base}neftune_noise_alpha: 5\nresume_from_checkpoint: x\n`)).rejects.toThrow(
      code('LM-E046', "'neftune_noise_alpha', 'resume_from_checkpoint'"),
    )
    await expect(open('base_model: m\nlearning_rate: 1\ndatasets: [{ path: d.jsonl, shards: 4 }]\n')).rejects.toThrow(
      code('LM-E046', "'datasets[0].shards'"),
    )
    await expect(open('base_model: m\nlearning_rate: 1\ndatasets: [{ path: d.jsonl, typ: alpaca }]\n')).rejects.toThrow(
      code('LM-E046', "'datasets[0].typ'"),
    )
  })

  it('is refused by name for values that are not usable', async () => {
    for (const [more, name] of [
      ['adapter: lora\nlora_r: 0', 'lora_r'],
      ['adapter: lora\nlora_r: 8.5', 'lora_r'],
      ['adapter: lora\nlora_r: 8', 'lora_alpha'],
      ['adapter: lora\nlora_r: 8\nlora_alpha: 16', 'lora_target_modules'],
      ['adapter: ia3', 'adapter'],
      ['lora_dropout: 1', 'lora_dropout'],
      ['optimizer: adafactor', 'optimizer'],
      ['optimizer: sgd\nweight_decay: 0.1', 'weight_decay'],
      ['lr_scheduler: rex', 'lr_scheduler'],
      ['warmup_steps: 5\nwarmup_ratio: 0.1', 'warmup_ratio'],
      ['sequence_len: many', 'sequence_len'],
      ['num_epochs: [3]', 'num_epochs'],
      ['sample_packing: 3', 'sample_packing'],
      ['batch_size: 7\nmicro_batch_size: 2', 'batch_size'],
      ['eval_steps: 2.5', 'eval_steps'],
      ['eval_steps: 2\nevals_per_epoch: 3', 'evals_per_epoch'],
      ['val_set_size: 0.1\ntest_datasets: [{ path: t }]', 'val_set_size'],
      ['val_set_size: 10.5', 'val_set_size'],
      ['chat_template: jinja', 'chat_template'],
      ['metric_for_best_model: eval_accuracy', 'metric_for_best_model'],
      ['seed: -1', 'seed'],
      ['learning_rate_x: 1\noutput_dir: 5', 'output_dir'],
    ])
      await expect(open(`${base}${more}\n`), more).rejects.toThrow(code('LM-E047', `'${name}'`))
    for (const [entry, name] of [
      ['path: d, type: input_output', 'type'],
      ['type: alpaca', 'path'],
      ['path: d, split: test', 'split'],
      ['path: d, type: chat_template, roles_to_train: [user]', 'roles_to_train'],
      ['path: d, type: chat_template, train_on_eos: all', 'train_on_eos'],
      ['path: d, type: chat_template, message_field_role: who', 'message_property_mappings'],
      ['path: d, type: chat_template, roles: { user: [customer] }', 'roles'],
      ['path: d, type: alpaca, field: x', 'field'],
      ['path: json', 'data_files'],
    ])
      await expect(open(`base_model: m\nlearning_rate: 1\ndatasets: [{ ${entry} }]\n`), entry).rejects.toThrow(
        code('LM-E047', `'datasets[0].${name}'`),
      )
  })

  it('is refused without what it needs', async () => {
    await expect(open('base_model: m\nlearning_rate: 1\n')).rejects.toThrow(code('LM-E048', 'datasets'))
    await expect(open('base_model: m\ndatasets: [{ path: d }]\n')).rejects.toThrow(code('LM-E048', 'learning_rate'))
    await expect(open('base_model:\nlearning_rate: 1\n')).rejects.toThrow(code('LM-E048', 'base_model'))
    await expect(open('learning_rate: 1\n')).rejects.toThrow(code('LM-E048'))
    await expect(open('base_model: m\nmodel_name_or_path: m\n')).rejects.toThrow(code('LM-E048', 'both'))
  })
})

const llamaFactory = `
### model
model_name_or_path: models/smollm2
trust_remote_code: true
### method
stage: sft
do_train: true
finetuning_type: lora
lora_rank: 8
lora_target: q_proj,v_proj
### dataset
dataset: talk,rows
template: llama3
cutoff_len: 2048
max_samples: 1000
overwrite_cache: true
preprocessing_num_workers: 16
dataloader_num_workers: 4
packing: true
### output
output_dir: saves/out
logging_steps: 10
save_steps: 500
plot_loss: true
overwrite_output_dir: true
save_only_model: false
report_to: none
### train
per_device_train_batch_size: 1
gradient_accumulation_steps: 8
learning_rate: 1.0e-4
num_train_epochs: 3.0
lr_scheduler_type: cosine
warmup_ratio: 0.1
bf16: true
ddp_timeout: 180000000
resume_from_checkpoint: null
### eval
val_size: 0.1
per_device_eval_batch_size: 1
eval_strategy: steps
eval_steps: 250
`

const info = {
  talk: {
    file_name: 'talk.json',
    formatting: 'sharegpt',
    columns: { messages: 'messages', system: 'sys' },
    tags: {
      role_tag: 'role',
      content_tag: 'content',
      user_tag: 'user',
      assistant_tag: 'assistant',
      system_tag: 'system',
    },
  },
  rows: { file_name: 'rows.json', columns: { prompt: 'question', response: 'answer' } },
  plain: { file_name: 'plain.json', formatting: 'sharegpt' },
  hub: { hf_hub_url: 'someone/data', file_name: 'x.json' },
  nothing: {},
  ranked: { file_name: 'r.json', ranking: true },
  odd: { file_name: 'r.json', formatting: 'sharegpt', tags: { role_tag: 'who' } },
  typo: { file_name: 'r.json', colums: {} },
}

describe('a config of LLaMA-Factory', () => {
  beforeAll(() => writeFile(join(folder, 'data', 'dataset_info.json'), JSON.stringify(info)))

  it('is read unchanged', async () => {
    const { settings } = await open(llamaFactory)
    expect(settings).toEqual({
      source: 'llama-factory',
      baseModel: 'models/smollm2',
      tuning: {
        kind: 'lora',
        lora: { rank: 8, alpha: 16, dropout: 0, targetModules: ['q_proj', 'v_proj'], rankStabilised: false },
      },
      datasets: [
        {
          path: join('data', 'talk.json'),
          format: 'messages',
          columns: { messages: 'messages', system: 'sys', tools: null },
        },
        {
          path: join('data', 'rows.json'),
          format: 'alpaca',
          columns: { instruction: 'question', input: 'input', output: 'answer', system: null, history: null },
        },
      ],
      validation: { kind: 'share', share: 0.1 },
      maxRows: 1000,
      chatTemplate: { kind: 'tokenizer' },
      lossOn: 'assistant',
      length: 2048,
      onLong: 'truncate',
      packing: true,
      physicalBatch: 1,
      accumulation: 8,
      epochs: 3,
      optimiser: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
      learningRate: 1e-4,
      schedule: { kind: 'cosine', warmup: { share: 0.1 } },
      maxGradientNorm: 1,
      evaluation: { kind: 'steps', every: 250 },
      saving: { kind: 'steps', every: 500 },
      loggingSteps: 10,
      keepBest: false,
      seed: 42,
      outputFolder: 'saves/out',
    })
  })

  it('says which keys change nothing', async () => {
    const keys = (await open(llamaFactory)).ignored.map(({ key }) => key)
    for (const key of ['trust_remote_code', 'template', 'bf16', 'plot_loss', 'packing', 'ddp_timeout'])
      expect(keys).toContain(key)
    for (const key of ['report_to', 'resume_from_checkpoint', 'save_only_model', 'lora_rank'])
      expect(keys).not.toContain(key)
  })

  it('has the defaults of LLaMA-Factory', async () => {
    const { settings } = await open('model_name_or_path: m\ndataset: plain\n')
    expect(settings).toMatchObject({
      tuning: { kind: 'lora', lora: { rank: 8, alpha: 16, targetModules: 'all-linear' } },
      datasets: [{ format: 'sharegpt', columns: { conversations: 'conversations', system: null, tools: null } }],
      length: 2048,
      physicalBatch: 8,
      epochs: 3,
      learningRate: 5e-5,
      schedule: { kind: 'linear', warmup: { steps: 0 } },
      evaluation: { kind: 'never' },
      saving: { kind: 'steps', every: 500 },
      loggingSteps: 500,
    })
  })

  it('names data that can be opened with its columns', async () => {
    const { settings } = await open(llamaFactory)
    await writeFile(
      join(folder, 'data', 'rows.json'),
      JSON.stringify([{ question: 'a', answer: 'b', system: 'unused' }]),
    )
    const { path, ...shape } = settings.datasets[1]!
    const rows = []
    for await (const row of (await openTrainingData(join(folder, path), shape)).rows()) rows.push(row)
    expect(rows).toEqual([
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
        line: 1,
      },
    ])
  })

  it('is refused for data sets that are not declared or not local', async () => {
    for (const name of ['missing', 'hub', 'nothing', 'toString'])
      await expect(open(`model_name_or_path: m\ndataset: ${name}\n`)).rejects.toThrow(code('LM-E049', name))
    await expect(open('model_name_or_path: m\ndataset: ranked\n')).rejects.toThrow(code('LM-E046', "'ranked.ranking'"))
    await expect(open('model_name_or_path: m\ndataset: typo\n')).rejects.toThrow(code('LM-E046', "'typo.colums'"))
    await expect(open('model_name_or_path: m\ndataset: odd\n')).rejects.toThrow(code('LM-E047', "'odd.tags'"))
    await expect(open('model_name_or_path: m\ndataset: talk\ndataset_dir: elsewhere\n')).rejects.toThrow(
      code('LM-E049', 'no dataset_info.json'),
    )
    await expect(open('model_name_or_path: m\n')).rejects.toThrow(code('LM-E048', 'dataset'))
  })

  it('is refused by name for what is not supported', async () => {
    const base = 'model_name_or_path: m\ndataset: plain\n'
    for (const more of [
      'use_dora: true',
      'pissa_init: true',
      'quantisation_bit: 4',
      'adapter_name_or_path: a',
      'streaming: true',
      'rope_scaling: linear',
    ])
      await expect(open(`${base}${more}\n`)).rejects.toThrow(code('LM-E046', `'${more.split(':')[0]}'`))
    for (const more of [
      'stage: dpo',
      'finetuning_type: oft',
      'do_train: false',
      'mask_history: true\ntrain_on_prompt: true',
      'enable_thinking: false',
      'optim: adafactor',
      'eval_strategy: steps',
      'lr_scheduler_type: polynomial',
    ])
      await expect(open(`${base}${more}\n`)).rejects.toThrow(code('LM-E047', `'${more.split(':')[0]}'`))
    expect(
      (await open(`${base}finetuning_type: full\nlora_rank: 8\nmask_history: true\nquantization_bit: 4\n`)).ignored.map(
        ({ key }) => key,
      ),
    ).toEqual(['lora_rank', 'quantization_bit'])
  })
})

describe('a config file', () => {
  it('is refused when it is not one plain YAML mapping', () => {
    const wrong = [
      '',
      '7',
      '- a',
      'a: [',
      'a: 1\na: 2',
      'a: *b',
      '--- {}\n--- {}',
      'a: !!binary aGk=',
      'a: !thing 7',
      '? [1]\n: 2',
      'a: 2020-01-01',
    ]
    for (const text of wrong) expect(() => parseTrainingYaml(text, 'c.yaml'), text).toThrow(code('LM-E045'))
  })

  it('is refused when it is larger, deeper or repeats more than allowed', () => {
    const bomb = Array.from(
      { length: 20 },
      (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`,
    ).join('\n')
    for (const text of [
      `a: ${'x'.repeat(2 ** 20)}`,
      `a: ${'['.repeat(30)}${']'.repeat(30)}`,
      `a: ${'['.repeat(100_000)}`,
      `a:\n${'- '.repeat(50_000)}x`,
      `a: ${'&a '.repeat(50_000)}x`,
      `a: ${'!a '.repeat(50_000)}x`,
      `${'? '.repeat(50_000)}x`,
      Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      bomb,
      'a: &a [*a]',
      `a: [${'1,'.repeat(30_000)}]`,
    ])
      expect(() => parseTrainingYaml(text, 'c.yaml'), text.slice(0, 40)).toThrow(code('LM-E045'))
  })

  it('is refused when it is missing or not UTF-8', async () => {
    await expect(openTrainingConfig(join(folder, 'none.yaml'))).rejects.toThrow(code('LM-E045'))
    await writeFile(join(folder, 'latin.yaml'), Buffer.from('a: \xff', 'latin1'))
    await expect(openTrainingConfig(join(folder, 'latin.yaml'))).rejects.toThrow(code('LM-E045'))
  })

  it('is read as YAML 1.1, in which yes and on are truth values, and may use aliases', () => {
    expect(parseTrainingYaml('a: yes\nb: off\nc: &x { d: 1 }\ne: *x\nf: { <<: *x, g: 2 }', 'c.yaml')).toEqual({
      a: true,
      b: false,
      c: { d: 1 },
      e: { d: 1 },
      f: { d: 1, g: 2 },
    })
  })

  it('never fails in another way than with a code', async () => {
    const lines = [...axolotl.split('\n'), ...llamaFactory.split('\n')].filter(line => /^\w/.test(line))
    const key = fc.constantFrom(...lines.map(line => line.split(':')[0]!))
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(0, 1, 0.5, true, 'lora', 'plain', 'd.jsonl', [{ path: 'x' }]),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('base_model', 'model_name_or_path'),
        fc.array(fc.tuple(key, value), { maxLength: 8 }),
        async (model, entries) => {
          const config = {
            [model]: 'm',
            ...(model === 'base_model' ? { datasets: [{ path: 'd' }], learning_rate: 1 } : { dataset: 'plain' }),
            ...Object.fromEntries(entries),
          }
          await open(JSON.stringify(config)).catch(error =>
            expect(error).toEqual(expect.objectContaining({ code: expect.stringMatching(/^LM-E04[5-9]$/) })),
          )
        },
      ),
      { numRuns: 500 },
    )
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&x',
      '*x',
      '!!set',
      '"',
      "'",
      '|',
      '>',
      '#',
      '<<',
      '?',
      '---',
      '\t',
      '%YAML 1.2',
      'base_model',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        try {
          expect(typeof parseTrainingYaml(pieces.join(''), 'c.yaml')).toBe('object')
        } catch (error) {
          expect(error).toEqual(code('LM-E045'))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
