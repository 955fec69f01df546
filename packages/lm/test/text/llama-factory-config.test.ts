import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTrainingData } from '../../src/index.js'
import { code, configFolder, llamaFactory } from './config-samples.js'

const folder = configFolder()

describe('a config of LLaMA-Factory', () => {
  it('is read unchanged', async () => {
    const { settings } = await folder.open(llamaFactory)
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
      gradientCheckpointing: false,
      evaluation: { kind: 'steps', every: 250 },
      saving: { kind: 'steps', every: 500 },
      resume: { kind: 'never' },
      overwrites: true,
      loggingSteps: 10,
      keepBest: false,
      seed: 42,
      merge: false,
      outputFolder: 'saves/out',
    })
  })

  it('says which keys change nothing', async () => {
    const keys = (await folder.open(llamaFactory)).ignored.map(({ key }) => key)
    for (const key of ['trust_remote_code', 'template', 'bf16', 'plot_loss', 'packing', 'ddp_timeout'])
      expect(keys).toContain(key)
    for (const key of ['report_to', 'resume_from_checkpoint', 'save_only_model', 'lora_rank'])
      expect(keys).not.toContain(key)
  })

  it('has the defaults of LLaMA-Factory', async () => {
    const { settings } = await folder.open('model_name_or_path: m\ndataset: plain\n')
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
      resume: { kind: 'latest' },
      overwrites: false,
      loggingSteps: 500,
    })
  })

  it('may say where a row names its person', async () => {
    const { settings } = await folder.open('model_name_or_path: m\ndataset: named,plain\n')
    expect(settings.datasets.map(({ subject }) => subject)).toEqual(['meta.user', undefined])
  })

  it('goes on from checkpoints as LLaMA-Factory does', async () => {
    const base = 'model_name_or_path: m\ndataset: plain\noverwrite_output_dir: true\n'
    const resume = async (more: string) => (await folder.open(base + more)).settings.resume
    expect(await resume('save_total_limit: 3')).toEqual({ kind: 'never' })
    expect(await resume('resume_from_checkpoint: true')).toEqual({ kind: 'latest' })
    expect(await resume('resume_from_checkpoint: out/checkpoint-7')).toEqual({
      kind: 'from',
      path: 'out/checkpoint-7',
    })
  })

  it('names data that can be opened with its columns', async () => {
    const { settings } = await folder.open(llamaFactory)
    await writeFile(
      folder.path('data', 'rows.json'),
      JSON.stringify([{ question: 'a', answer: 'b', system: 'unused' }]),
    )
    const { path, ...shape } = settings.datasets[1]!
    const rows = []
    for await (const row of (await openTrainingData(folder.path(path), shape)).rows()) rows.push(row)
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
      await expect(folder.open(`model_name_or_path: m\ndataset: ${name}\n`)).rejects.toThrow(code('LM-E049', name))
    await expect(folder.open('model_name_or_path: m\ndataset: ranked\n')).rejects.toThrow(
      code('LM-E046', "'ranked.ranking'"),
    )
    await expect(folder.open('model_name_or_path: m\ndataset: typo\n')).rejects.toThrow(
      code('LM-E046', "'typo.colums'"),
    )
    await expect(folder.open('model_name_or_path: m\ndataset: odd\n')).rejects.toThrow(code('LM-E047', "'odd.tags'"))
    await expect(folder.open('model_name_or_path: m\ndataset: talk\ndataset_dir: elsewhere\n')).rejects.toThrow(
      code('LM-E049', 'no dataset_info.json'),
    )
    await expect(folder.open('model_name_or_path: m\n')).rejects.toThrow(code('LM-E048', 'dataset'))
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
      await expect(folder.open(`${base}${more}\n`)).rejects.toThrow(code('LM-E046', `'${more.split(':')[0]}'`))
    for (const more of [
      'stage: dpo',
      'finetuning_type: oft',
      'do_train: false',
      'mask_history: true\ntrain_on_prompt: true',
      'enable_thinking: false',
      'optim: adafactor',
      'eval_strategy: steps',
      'lr_scheduler_type: polynomial',
      'quantization_bit: 3',
      'quantization_bit: 4\nfinetuning_type: full',
    ])
      await expect(folder.open(`${base}${more}\n`)).rejects.toThrow(code('LM-E047', `'${more.split(':')[0]}'`))
    expect(
      (
        await folder.open(`${base}finetuning_type: full\nlora_rank: 8\nmask_history: true\nquantization_method: bnb\n`)
      ).ignored.map(({ key }) => key),
    ).toEqual(['lora_rank', 'quantization_method'])
    expect((await folder.open(`${base}quantization_bit: 4\n`)).settings).toMatchObject({ quantise: 4 })
    expect((await folder.open(`${base}quantization_bit: 8\n`)).settings).toMatchObject({ quantise: 8 })
  })
})
