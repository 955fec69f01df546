import { resolve } from 'node:path'
import { mix, seededRandom, shuffledOrder } from '@attestry/core'
import { openCheckpoint, type Checkpoint } from '../files/checkpoint.js'
import { describeModel, type LanguageModel } from '../models/language-model.js'
import { chosenTemplate, labelledCompletion, labelledConversation, type LabelledTokens } from '../text/conversation.js'
import { openTrainingData, type TrainingRow } from '../text/datasets.js'
import { fitExamples, type FittedExamples } from '../text/fit.js'
import { openModelTokenizer } from '../text/open-tokenizer.js'
import { packExamples } from '../text/pack.js'
import type { DatasetSettings, SftSettings } from '../text/sft-settings.js'
import type { Tokenizer } from '../text/tokenizer.js'
import { notPlannable } from '../models/errors.js'
import { planFineTune, type FineTunePlan, type FineTuneSettings } from './fine-tune-plan.js'
import type { TokenExample } from './sft-task.js'

export interface PrepareOptions {
  /** Folder that paths of the settings are relative to; by default where the process runs. */
  readonly folder?: string
  /** Clipping and noise for each example; packing is off then. */
  readonly privacy?: FineTuneSettings['privacy']
}

/** Everything that a fine-tuning run needs but the weights, which are read when it starts. */
export interface PreparedFineTune {
  readonly checkpoint: Checkpoint
  readonly model: Omit<LanguageModel, 'weights'>
  readonly tokenizer: Tokenizer
  readonly examples: readonly TokenExample[]
  readonly validation: readonly TokenExample[]
  readonly plan: FineTunePlan
  /** How each data set was read, for people. */
  readonly described: readonly string[]
  /** What fitting to the length cost. */
  readonly fitted: Omit<FittedExamples, 'examples' | 'indices'>
  /** What one should know before starting, in whole sentences: settings that are not carried out among them. */
  readonly remarks: readonly string[]
}

/**
 * Opens model, tokenizer and data of a config, and plans the run. Weights are not read.
 *
 * @throws LM-E… for anything that is not there, not readable or does not fit, before any training
 */
export async function prepareFineTune(
  settings: SftSettings,
  { folder = '.', privacy }: PrepareOptions = {},
): Promise<PreparedFineTune> {
  const path = resolve(folder, settings.baseModel)
  const checkpoint = await openCheckpoint(path)
  try {
    const model = describeModel(checkpoint, settings)
    const tokenizer = await openModelTokenizer(path)
    const read = await readExamples(settings, settings.datasets, folder, tokenizer)
    const { validation } = settings
    const held =
      validation.kind === 'datasets'
        ? (await readExamples(settings, validation.datasets, folder, tokenizer)).fitted.examples
        : []
    const { rest, drawn } = split(read.fitted.examples, settings)
    const isPacked = settings.packing && !privacy
    const examples = isPacked ? packExamples(rest, { length: settings.length }) : rest
    const plan = planFineTune(model, examples, {
      tuning: settings.tuning,
      epochs: settings.epochs,
      ...(settings.maxSteps !== undefined && { maxSteps: settings.maxSteps }),
      batchSize: settings.physicalBatch * settings.accumulation,
      physicalBatch: settings.physicalBatch,
      optimiser: settings.optimiser,
      learningRate: settings.learningRate,
      schedule: settings.schedule,
      seed: settings.seed,
      maxGradientNorm: settings.maxGradientNorm,
      gradientCheckpointing: settings.gradientCheckpointing,
      ...(privacy && { privacy }),
    })
    const { examples: _, indices: __, ...fitted } = read.fitted
    return {
      checkpoint,
      model,
      tokenizer,
      examples,
      validation: [...held, ...drawn],
      plan,
      described: read.described,
      fitted,
      remarks: remarksOn(settings, privacy !== undefined, held.length + drawn.length),
    }
  } catch (failure) {
    await checkpoint.close()
    throw failure
  }
}

async function readExamples(
  settings: SftSettings,
  datasets: readonly DatasetSettings[],
  folder: string,
  tokenizer: Tokenizer,
): Promise<{ readonly fitted: FittedExamples; readonly described: readonly string[] }> {
  const all: LabelledTokens[] = []
  const described: string[] = []
  for (const { path, format, columns } of datasets) {
    const data = await openTrainingData(resolve(folder, path), {
      ...(format && { format }),
      ...(columns && { columns }),
    })
    described.push(`${path}: ${data.described}`)
    let count = 0
    for await (const row of data.rows()) {
      if (count++ >= (settings.maxRows ?? Infinity)) break
      all.push(tokensOf(row, settings, tokenizer))
    }
  }
  return { fitted: fitExamples(all, { length: settings.length, onLong: settings.onLong }), described }
}

function tokensOf(example: TrainingRow, settings: SftSettings, tokenizer: Tokenizer): LabelledTokens {
  if ('messages' in example) {
    const template = chosenTemplate(settings.chatTemplate, tokenizer)
    return labelledConversation(example.messages, tokenizer, { template, lossOn: settings.lossOn })
  }
  if ('prompt' in example) return labelledCompletion(example.prompt, example.completion, tokenizer)
  throw notPlannable('rows of text and label are for classifiers')
}

/** Rows for validation, drawn by the seed. */
function split(
  examples: readonly LabelledTokens[],
  { validation, seed }: SftSettings,
): { readonly rest: readonly LabelledTokens[]; readonly drawn: readonly LabelledTokens[] } {
  const count =
    validation.kind === 'share'
      ? Math.round(validation.share * examples.length)
      : validation.kind === 'rows'
        ? validation.rows
        : 0
  if (count === 0) return { rest: examples, drawn: [] }
  if (count >= examples.length) throw notPlannable(`validation takes ${count} of ${examples.length} examples`)
  const order = shuffledOrder(examples.length, seededRandom(mix(seed)))
  const isHeld = new Set(order.slice(0, count))
  return {
    rest: examples.filter((_, i) => !isHeld.has(i)),
    drawn: examples.filter((_, i) => isHeld.has(i)),
  }
}

function remarksOn(settings: SftSettings, isPrivate: boolean, validationRows: number): readonly string[] {
  const { packing, maxGradientNorm, earlyStoppingPatience, keepBest } = settings
  const remarks: string[] = []
  if (packing && isPrivate) remarks.push('Rows are not packed, because privacy protects each example alone.')
  if (maxGradientNorm > 0 && isPrivate)
    remarks.push(
      `The gradient of each example is clipped, so that of an update is not bounded by ${maxGradientNorm} once more.`,
    )
  if (validationRows === 0 && (keepBest || earlyStoppingPatience !== undefined))
    remarks.push('There are no rows for validation, so the run does not stop early and the last weights are written.')
  if (validationRows > 0 && isPrivate)
    remarks.push('Losses of validation rows are printed and acted on as they are: epsilon does not cover those rows.')
  return remarks
}
