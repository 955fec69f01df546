import { describe, expect, it } from 'vitest'
import type { TrainingConfig } from '../../src/index.js'
import { axolotl, code, configFolder } from './config-samples.js'

const folder = configFolder()

describe('a config of axolotl', () => {
  it('is read unchanged', async () => {
    const { settings } = await folder.open(axolotl)
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
      gradientCheckpointing: true,
      evaluation: { kind: 'share', of: 0.1 },
      saving: { kind: 'steps', every: 50 },
      resume: { kind: 'never' },
      overwrites: false,
      loggingSteps: 5,
      earlyStoppingPatience: 2,
      keepBest: false,
      seed: 7,
      merge: false,
      outputFolder: './out',
    })
  })

  it('may say where a row names its person', async () => {
    const { settings } = await folder.open(
      'base_model: m\ndatasets: [{ path: d.jsonl, field_subject: meta.user }]\nlearning_rate: 1e-5\n',
    )
    expect(settings.datasets).toEqual([{ path: 'd.jsonl', subject: 'meta.user' }])
  })

  it('says which keys change nothing, and why', async () => {
    const { ignored } = await folder.open(axolotl)
    const keys = ignored.map(({ key }) => key)
    for (const key of [
      'wandb_project',
      'deepspeed',
      'bf16',
      'flash_attention',
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
    const { settings, ignored } = await folder.open(
      'base_model: m\ndatasets: [{ path: d.jsonl }]\nlearning_rate: 1e-5\n',
    )
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
      gradientCheckpointing: false,
      evaluation: { kind: 'never' },
      saving: { kind: 'epoch', times: 1 },
      seed: 42,
    })
    expect(ignored).toEqual([])
  })

  const base = 'base_model: m\ndatasets: [{ path: d.jsonl }]\nlearning_rate: 1e-5\n'

  it('takes what else it may say', async () => {
    const with_ = async (more: string): Promise<TrainingConfig['settings']> => (await folder.open(base + more)).settings
    expect(
      await with_('adapter: qlora\nload_in_4bit: true\nlora_r: 8\nlora_alpha: 16\nlora_target_linear: true\n'),
    ).toMatchObject({ tuning: { lora: { targetModules: 'all-linear' } }, quantise: 4 })
    const adapter = 'adapter: lora\nlora_r: 8\nlora_alpha: 16\nlora_target_linear: true\n'
    expect(await with_(`${adapter}load_in_8bit: true\n`)).toMatchObject({ quantise: 8 })
    expect(await with_(`${adapter}load_in_8bit: false\n`)).not.toHaveProperty('quantise')
    expect(
      await with_('adapter: lora\nlora_r: 8\nlora_alpha: 16\nlora_target_modules: all-linear\npeft_use_rslora: true\n'),
    ).toMatchObject({ tuning: { lora: { targetModules: 'all-linear', rankStabilised: true } } })
    expect(await with_('gradient_checkpointing: offload\n')).toMatchObject({ gradientCheckpointing: true })
    await expect(folder.open(`${base}gradient_checkpointing: sometimes\n`)).rejects.toMatchObject({ code: 'LM-E047' })
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
    expect(await with_('save_total_limit: 2\nauto_resume_from_checkpoints: true\n')).toMatchObject({
      mostCheckpoints: 2,
      resume: { kind: 'latest' },
    })
    expect(await with_('merge_lora: true\n')).toMatchObject({ merge: true })
    expect(await with_('resume_from_checkpoint: out/checkpoint-5\nsave_total_limit: 0\n')).toMatchObject({
      resume: { kind: 'from', path: 'out/checkpoint-5' },
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
      await expect(folder.open(`${base}${more}\n`)).rejects.toThrow(code('LM-E046', `'${name}'`))
    await expect(folder.open(`${base}neftune_noise_alpha: 5\nlora_model_dir: x\n`)).rejects.toThrow(
      code('LM-E046', "'neftune_noise_alpha', 'lora_model_dir'"),
    )
    await expect(
      folder.open('base_model: m\nlearning_rate: 1\ndatasets: [{ path: d.jsonl, shards: 4 }]\n'),
    ).rejects.toThrow(code('LM-E046', "'datasets[0].shards'"))
    await expect(
      folder.open('base_model: m\nlearning_rate: 1\ndatasets: [{ path: d.jsonl, typ: alpaca }]\n'),
    ).rejects.toThrow(code('LM-E046', "'datasets[0].typ'"))
  })

  it('is refused by name for values that are not usable', async () => {
    for (const [more, name] of [
      ['adapter: lora\nlora_r: 0', 'lora_r'],
      ['adapter: lora\nlora_r: 8.5', 'lora_r'],
      ['adapter: lora\nlora_r: 8', 'lora_alpha'],
      ['adapter: lora\nlora_r: 8\nlora_alpha: 16', 'lora_target_modules'],
      ['adapter: ia3', 'adapter'],
      ['load_in_8bit: true', 'load_in_8bit'],
      ['adapter: lora\nlora_r: 8\nload_in_8bit: true\nload_in_4bit: true', 'load_in_8bit'],
      ['adapter: qlora\nlora_r: 8\nload_in_8bit: true', 'load_in_8bit'],
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
      await expect(folder.open(`${base}${more}\n`), more).rejects.toThrow(code('LM-E047', `'${name}'`))
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
      await expect(folder.open(`base_model: m\nlearning_rate: 1\ndatasets: [{ ${entry} }]\n`), entry).rejects.toThrow(
        code('LM-E047', `'datasets[0].${name}'`),
      )
  })

  it('is refused without what it needs', async () => {
    await expect(folder.open('base_model: m\nlearning_rate: 1\n')).rejects.toThrow(code('LM-E048', 'datasets'))
    await expect(folder.open('base_model: m\ndatasets: [{ path: d }]\n')).rejects.toThrow(
      code('LM-E048', 'learning_rate'),
    )
    await expect(folder.open('base_model:\nlearning_rate: 1\n')).rejects.toThrow(code('LM-E048', 'base_model'))
    await expect(folder.open('learning_rate: 1\n')).rejects.toThrow(code('LM-E048'))
    await expect(folder.open('base_model: m\nmodel_name_or_path: m\n')).rejects.toThrow(code('LM-E048', 'both'))
  })
})
