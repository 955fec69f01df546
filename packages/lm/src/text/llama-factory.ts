import { join } from 'node:path'
import type { JsonObject } from '../files/json-object.js'
import type { LoraConfig } from '../models/lora.js'
import { configFields, type ConfigFields } from './config-fields.js'
import { declaredDatasets } from './dataset-info.js'
import { missingSetting } from './errors.js'
import { llamaFactoryIgnored, llamaFactoryUnsupported } from './llama-factory-keys.js'
import type { ChatTemplateChoice, Frequency, IgnoredKey, SftSettings } from './sft-settings.js'
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

/** Where LLaMA-Factory looks for data and for dataset_info.json when a config does not say. */
export const datasetFolder = (config: JsonObject): string =>
  typeof config.dataset_dir === 'string' ? config.dataset_dir : 'data'

/**
 * Settings of a LLaMA-Factory config for supervised fine-tuning, with the defaults of LLaMA-Factory.
 *
 * @param info parsed dataset_info.json
 * @throws LM-E046 for keys that are not supported, LM-E047 for values that are not usable, LM-E048 for missing ones,
 *   LM-E049 for data sets that are not declared
 */
export function settingsFromLlamaFactory(
  config: JsonObject,
  info: JsonObject,
  file: string,
  report: IgnoredKey[],
): SftSettings {
  const fields = configFields(config, file, report)
  const baseModel = fields.text('model_name_or_path')
  if (!baseModel) throw missingSetting("'model_name_or_path' is missing", { file })
  fields.choice('stage', { sft: 'sft' })
  if (fields.flag('do_train') === false) throw fields.refuse('do_train', 'is false')
  fields.flag('do_eval')
  fields.text('dataset_dir')
  const folder = datasetFolder(config)
  const names = fields.texts('dataset')
  if (!names) throw missingSetting("'dataset' is missing", { file })
  const datasets = declaredDatasets(names, info, folder, report)
  const tests = declaredDatasets(fields.texts('eval_dataset') ?? [], info, folder, report)
  fields.choice('mix_strategy', { concat: 'concat' })
  const packing = fields.flag('packing') ?? false
  const neat = fields.flag('neat_packing') ?? false
  if (packing && !neat) fields.ignore('packing', 'packed examples never see each other, as with neat_packing')
  if (isRounded(fields.text('optim')))
    fields.ignore('optim', 'the state of the optimiser is kept in 32-bit floats, not in 8 bits')
  const maxRows = fields.number('max_samples', { least: 1, whole: true })
  const maxSteps = fields.number('max_steps', { least: -1, whole: true })
  const patience = fields.number('early_stopping_steps', { least: 1, whole: true })
  const evalSteps = readSteps(fields, 'eval_steps')
  const validation = readValidation(fields, tests)
  const settings: SftSettings = {
    source: 'llama-factory',
    baseModel,
    ...readTuning(fields),
    datasets,
    validation,
    ...(maxRows !== undefined && { maxRows }),
    chatTemplate: readTemplate(fields),
    lossOn: readLoss(fields),
    length: fields.number('cutoff_len', { least: 2, most: 1_048_576, whole: true }) ?? 2048,
    onLong: 'truncate',
    packing: packing || neat,
    physicalBatch: fields.number('per_device_train_batch_size', { least: 1, most: 65_536, whole: true }) ?? 8,
    accumulation: fields.number('gradient_accumulation_steps', { least: 1, most: 1_048_576, whole: true }) ?? 1,
    epochs: fields.number('num_train_epochs', { above: 0 }) ?? 3,
    ...(maxSteps !== undefined && maxSteps > 0 && { maxSteps }),
    optimiser: readOptimiser(fields, 'optim'),
    learningRate: fields.number('learning_rate', { above: 0 }) ?? 5e-5,
    schedule: readSchedule(fields, 'lr_scheduler_type', { kind: 'linear', warmup: { steps: 0 } }),
    maxGradientNorm: fields.number('max_grad_norm', { least: 0 }) ?? 1,
    gradientCheckpointing: readCheckpointing(fields),
    evaluation: readEvaluation(fields, evalSteps, validation.kind !== 'none'),
    saving: readSaving(fields),
    ...readMostCheckpoints(fields),
    ...readOutput(fields),
    loggingSteps: fields.number('logging_steps', { least: 1, whole: true }) ?? 500,
    ...(patience !== undefined && { earlyStoppingPatience: patience }),
    keepBest: readKeepBest(fields),
    seed: fields.number('seed', { least: 0, most: 2 ** 32 - 1, whole: true }) ?? 42,
    merge: false,
    outputFolder: fields.text('output_dir') ?? join('.', 'trainer_output'),
  }
  fields.finish(llamaFactoryIgnored, llamaFactoryUnsupported)
  return settings
}

function readTuning(fields: ConfigFields): Pick<SftSettings, 'tuning' | 'quantise'> {
  const kind = fields.choice('finetuning_type', { lora: 'lora', full: 'full' } as const) ?? 'lora'
  const rank = fields.number('lora_rank', { least: 1, most: 65_536, whole: true })
  const alpha = fields.number('lora_alpha', { above: 0 })
  const dropout = fields.number('lora_dropout', { least: 0, below: 1 }) ?? 0
  const target = fields.texts('lora_target')
  const rankStabilised = fields.flag('use_rslora') ?? false
  const quantise = readBits(fields)
  if (kind === 'full') {
    if (quantise)
      throw fields.refuse('quantization_bit', 'is given without an adapter: weights in blocks are not trained')
    for (const [key, value] of Object.entries({ lora_rank: rank, lora_alpha: alpha, lora_target: target }))
      if (value !== undefined) fields.ignore(key, 'there is no adapter: all weights are trained')
    return { tuning: { kind } }
  }
  const isAll = target === undefined || target.includes('all')
  const lora: LoraConfig = {
    rank: rank ?? 8,
    alpha: alpha ?? 2 * (rank ?? 8),
    dropout,
    targetModules: isAll ? 'all-linear' : target,
    rankStabilised,
  }
  return { tuning: { kind, lora }, ...(quantise && { quantise }) }
}

function readBits(fields: ConfigFields): SftSettings['quantise'] {
  const bits = fields.number('quantization_bit', { least: 0, whole: true })
  if (bits === undefined || bits === 0 || bits === 4 || bits === 8) return bits || undefined
  throw fields.refuse('quantization_bit', 'is neither 4 nor 8')
}

function readValidation(fields: ConfigFields, tests: SftSettings['datasets']): SftSettings['validation'] {
  const size = fields.number('val_size', { least: 0 }) ?? 0
  if (size > 0 && tests.length > 0) throw fields.refuse('val_size', "is given beside 'eval_dataset'")
  if (tests.length > 0) return { kind: 'datasets', datasets: tests }
  if (size === 0) return { kind: 'none' }
  if (size < 1) return { kind: 'share', share: size }
  if (!Number.isInteger(size)) throw fields.refuse('val_size', 'is neither a share below 1 nor a number of rows')
  return { kind: 'rows', rows: size }
}

function readTemplate(fields: ConfigFields): ChatTemplateChoice {
  const name = fields.text('template')
  // A model in a folder brings its template along; the names stand for the templates of model families.
  if (name !== undefined) fields.ignore('template', "the chat template of the model's own tokenizer is used")
  if (fields.flag('enable_thinking') === false)
    throw fields.refuse('enable_thinking', 'is false, templates are used as they are')
  return { kind: 'tokenizer' }
}

function readLoss(fields: ConfigFields): SftSettings['lossOn'] {
  const onAll = fields.flag('train_on_prompt') ?? false
  const lastOnly = fields.flag('mask_history') ?? false
  if (onAll && lastOnly) throw fields.refuse('mask_history', "is given beside 'train_on_prompt'")
  return onAll ? 'all' : lastOnly ? 'last' : 'assistant'
}

function readEvaluation(fields: ConfigFields, steps: Frequency | undefined, hasData: boolean): Frequency {
  const older = readStrategy(fields, 'evaluation_strategy', steps)
  const strategy = readStrategy(fields, 'eval_strategy', steps) ?? older
  if (strategy !== undefined && strategy.kind !== 'never' && !hasData)
    throw fields.refuse('eval_strategy', "needs 'val_size' or 'eval_dataset'")
  return strategy ?? { kind: 'never' }
}

/** Where the output folder has checkpoints LLaMA-Factory goes on from the latest, unless it is told to overwrite it. */
function readOutput(fields: ConfigFields): Pick<SftSettings, 'resume' | 'overwrites'> {
  const choice = fields.textOrFlag('resume_from_checkpoint')
  const overwrites = fields.flag('overwrite_output_dir') ?? false
  const isLatest = choice === true || !overwrites
  const isPath = typeof choice === 'string' && choice !== ''
  return { overwrites, resume: isPath ? { kind: 'from', path: choice } : { kind: isLatest ? 'latest' : 'never' } }
}

function readSaving(fields: ConfigFields): Frequency {
  const steps = readSteps(fields, 'save_steps') ?? { kind: 'steps', every: 500 }
  return readStrategy(fields, 'save_strategy', steps) ?? steps
}
