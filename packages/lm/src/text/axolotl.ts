import { join } from 'node:path'
import type { JsonObject } from '../files/json-object.js'
import type { LoraConfig } from '../models/lora.js'
import { axolotlIgnored, axolotlUnsupported } from './axolotl-keys.js'
import { axolotlDataset } from './axolotl-dataset.js'
import { configFields, type ConfigFields } from './config-fields.js'
import { missingSetting } from './errors.js'
import type { ChatTemplateChoice, Frequency, IgnoredKey, ResumeChoice, SftSettings } from './sft-settings.js'
import {
  isRounded,
  readCheckpointing,
  readKeepBest,
  readMostCheckpoints,
  readOptimiser,
  readSchedule,
  readSteps,
  readStrategy,
} from './training-choices.js'

/**
 * Settings of an axolotl config for supervised fine-tuning, with the defaults of axolotl.
 *
 * @throws LM-E046 for keys that are not supported, LM-E047 for values that are not usable, LM-E048 for missing ones
 */
export function settingsFromAxolotl(config: JsonObject, file: string, report: IgnoredKey[]): SftSettings {
  const fields = configFields(config, file, report)
  const baseModel = fields.text('base_model')
  if (!baseModel) throw missingSetting("'base_model' is missing", { file })
  const entries = fields.list('datasets') ?? []
  if (entries.length === 0) throw missingSetting("'datasets' is missing or empty", { file })
  const datasets = entries.flatMap((entry, i) => axolotlDataset(entry, `datasets[${i}]`, file, report))
  const tests = (fields.list('test_datasets') ?? []).flatMap((entry, i) =>
    axolotlDataset(entry, `test_datasets[${i}]`, file, report),
  )
  const { physicalBatch, accumulation } = readBatch(fields)
  const rounded = isRounded(fields.text('optimizer'))
  if (rounded) fields.ignore('optimizer', 'the state of the optimiser is kept in 32-bit floats, not in 8 bits')
  const learningRate = fields.number('learning_rate', { above: 0 })
  if (learningRate === undefined) throw missingSetting("'learning_rate' is missing", { file })
  const validation = readValidation(fields, tests)
  const maxSteps = fields.number('max_steps', { least: 1, whole: true })
  const patience = fields.number('early_stopping_patience', { least: 1, whole: true })
  const template = readTemplate(fields)
  checkSpecialTokens(fields, file, report)
  const settings: SftSettings = {
    source: 'axolotl',
    baseModel,
    ...readTuning(fields),
    datasets,
    validation,
    chatTemplate: template,
    lossOn: fields.flag('train_on_inputs') ? 'all' : 'assistant',
    length: fields.number('sequence_len', { least: 2, most: 1_048_576, whole: true }) ?? 512,
    onLong: fields.choice('excess_length_strategy', { drop: 'drop', truncate: 'truncate' } as const) ?? 'drop',
    packing: fields.flag('sample_packing') ?? false,
    physicalBatch,
    accumulation,
    epochs: fields.number('num_epochs', { above: 0 }) ?? 1,
    ...(maxSteps !== undefined && { maxSteps }),
    optimiser: readOptimiser(fields, 'optimizer'),
    learningRate,
    schedule: readSchedule(fields, 'lr_scheduler', { kind: 'cosine', warmup: { share: 0.03, most: 100 } }),
    maxGradientNorm: fields.number('max_grad_norm', { least: 0 }) ?? 1,
    gradientCheckpointing: readCheckpointing(fields),
    evaluation:
      readFrequency(fields, 'eval_steps', 'evals_per_epoch', 'eval_strategy') ??
      (validation.kind === 'none' ? { kind: 'never' } : { kind: 'epoch', times: 1 }),
    saving: readFrequency(fields, 'save_steps', 'saves_per_epoch', 'save_strategy') ?? { kind: 'epoch', times: 1 },
    ...readMostCheckpoints(fields),
    resume: readResume(fields),
    overwrites: false,
    loggingSteps: fields.number('logging_steps', { least: 1, whole: true }) ?? 10,
    ...(patience !== undefined && { earlyStoppingPatience: patience }),
    keepBest: readKeepBest(fields),
    seed: fields.number('seed', { least: 0, most: 2 ** 32 - 1, whole: true }) ?? 42,
    merge: fields.flag('merge_lora') ?? false,
    outputFolder: fields.text('output_dir') ?? join('.', 'model-out'),
  }
  fields.finish(axolotlIgnored, axolotlUnsupported)
  return settings
}

function readTuning(fields: ConfigFields): Pick<SftSettings, 'tuning' | 'quantise'> {
  const adapter = fields.choice('adapter', { lora: 'lora', qlora: 'qlora' } as const)
  const rank = fields.number('lora_r', { least: 1, most: 65_536, whole: true })
  const alpha = fields.number('lora_alpha', { above: 0 })
  const dropout = fields.number('lora_dropout', { least: 0, below: 1 }) ?? 0
  const modules = fields.texts('lora_target_modules')
  const linear = fields.flag('lora_target_linear') ?? false
  const rankStabilised = fields.flag('peft_use_rslora') ?? false
  const quantise = readBits(fields)
  if (adapter === undefined) {
    for (const [key, value] of Object.entries({ lora_r: rank, lora_alpha: alpha, lora_target_modules: modules }))
      if (value !== undefined) fields.ignore(key, 'there is no adapter: all weights are trained')
    if (quantise)
      throw fields.refuse(`load_in_${quantise}bit`, 'is true without an adapter: weights in blocks are not trained')
    return { tuning: { kind: 'full' } }
  }
  if (adapter === 'qlora' && quantise === 8) throw fields.refuse('load_in_8bit', "is true beside adapter 'qlora'")
  if (adapter === 'qlora' && !quantise)
    fields.ignore('adapter', "the base model is kept in 32-bit floats, because 'load_in_4bit' is not true")
  if (rank === undefined) throw fields.refuse('lora_r', 'is missing beside an adapter')
  if (alpha === undefined) throw fields.refuse('lora_alpha', 'is missing beside an adapter')
  if (!linear && modules === undefined)
    throw fields.refuse('lora_target_modules', "is missing beside an adapter; name layers, or set 'lora_target_linear'")
  const isAll = linear || modules!.includes('all-linear')
  const lora: LoraConfig = { rank, alpha, dropout, targetModules: isAll ? 'all-linear' : modules!, rankStabilised }
  return { tuning: { kind: 'lora', lora }, ...(quantise && { quantise }) }
}

function readBits(fields: ConfigFields): SftSettings['quantise'] {
  const [of8, of4] = [fields.flag('load_in_8bit') ?? false, fields.flag('load_in_4bit') ?? false]
  if (of8 && of4) throw fields.refuse('load_in_8bit', "is true beside 'load_in_4bit'")
  return of8 ? 8 : of4 ? 4 : undefined
}

function readBatch(fields: ConfigFields): { readonly physicalBatch: number; readonly accumulation: number } {
  const physicalBatch = fields.number('micro_batch_size', { least: 1, most: 65_536, whole: true }) ?? 1
  const accumulation = fields.number('gradient_accumulation_steps', { least: 1, most: 1_048_576, whole: true })
  const total = fields.number('batch_size', { least: 1, whole: true })
  if (total === undefined) return { physicalBatch, accumulation: accumulation ?? 1 }
  if (total % physicalBatch !== 0 || (accumulation !== undefined && total !== physicalBatch * accumulation))
    throw fields.refuse('batch_size', "is not 'micro_batch_size' times 'gradient_accumulation_steps'")
  return { physicalBatch, accumulation: total / physicalBatch }
}

function readValidation(fields: ConfigFields, tests: SftSettings['datasets']): SftSettings['validation'] {
  const size = fields.number('val_set_size', { least: 0 }) ?? 0
  if (size > 0 && tests.length > 0) throw fields.refuse('val_set_size', "is given beside 'test_datasets'")
  if (tests.length > 0) return { kind: 'datasets', datasets: tests }
  if (size === 0) return { kind: 'none' }
  if (size < 1) return { kind: 'share', share: size }
  if (!Number.isInteger(size)) throw fields.refuse('val_set_size', 'is neither a share below 1 nor a number of rows')
  return { kind: 'rows', rows: size }
}

function readTemplate(fields: ConfigFields): ChatTemplateChoice {
  const source = fields.text('chat_template_jinja')
  const name = fields.text('chat_template')
  if (source !== undefined) {
    if (name !== undefined && name !== 'jinja')
      throw fields.refuse('chat_template_jinja', "is given beside 'chat_template'")
    return { kind: 'source', source }
  }
  if (name === 'jinja') throw fields.refuse('chat_template', "is 'jinja' without 'chat_template_jinja'")
  if (name === undefined || name === 'tokenizer_default') return { kind: 'tokenizer' }
  if (name === 'chatml') return { kind: 'chatml' }
  if (name === 'tokenizer_default_fallback_chatml') return { kind: 'tokenizer-or-chatml' }
  // Names of model families stand for the template that such a model's tokenizer has.
  fields.ignore('chat_template', "the chat template of the model's own tokenizer is used")
  return { kind: 'tokenizer' }
}

function readResume(fields: ConfigFields): ResumeChoice {
  const path = fields.text('resume_from_checkpoint')
  const isLatest = fields.flag('auto_resume_from_checkpoints') ?? false
  if (path) return { kind: 'from', path }
  return { kind: isLatest ? 'latest' : 'never' }
}

function readFrequency(
  fields: ConfigFields,
  stepsKey: string,
  epochKey: string,
  strategyKey: string,
): Frequency | undefined {
  const steps = readSteps(fields, stepsKey)
  const times = fields.number(epochKey, { least: 0, whole: true })
  const strategy = readStrategy(fields, strategyKey, steps)
  if (steps && times) throw fields.refuse(epochKey, `is given beside '${stepsKey}'`)
  if (strategy?.kind === 'never') return strategy
  if (times) return { kind: 'epoch', times }
  return strategy ?? steps
}

/** Padding is never seen, so its token does not matter; the other special tokens do. */
function checkSpecialTokens(fields: ConfigFields, file: string, report: IgnoredKey[]): void {
  const tokens = fields.mapping('special_tokens')
  if (!tokens) return
  const inner = configFields(tokens, file, report, 'special_tokens.')
  inner.finish(
    { pad_token: 'padding is neither seen nor learned' },
    new Set(['bos_token', 'eos_token', 'unk_token', 'additional_special_tokens']),
  )
}
