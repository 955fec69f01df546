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
  /**
   * Asked with whose rows will be trained on, before anything is tokenised, where there is privacy and the data names people.
   * When it rejects, nothing is prepared. Rows that then turn out too long, or to have nothing to learn, are among these.
   */
  readonly admit?: (rows: readonly PersonalRow[]) => Promise<void>
}

/** Whose a row is, and the file that it stands in. */
export interface PersonalRow {
  /** As the config names it. */
  readonly path: string
  /** Identifier of the person. */
  readonly subject: string
}

/** Everything that a fine-tuning run needs but the weights, which are read when it starts. */
export interface PreparedFineTune {
  readonly checkpoint: Checkpoint
  readonly model: Omit<LanguageModel, 'weights'>
  readonly tokenizer: Tokenizer
  readonly examples: readonly TokenExample[]
  /** Whose each example is; null without privacy, and where the data names nobody. */
  readonly people: readonly PersonalRow[] | null
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
  { folder = '.', privacy, admit }: PrepareOptions = {},
): Promise<PreparedFineTune> {
  const path = resolve(folder, settings.baseModel)
  const checkpoint = await openCheckpoint(path)
  try {
    const model = describeModel(checkpoint, settings)
    const tokenizer = await openModelTokenizer(path)
    const isNamed = privacy !== undefined && namesPeople(settings.datasets)
    if (isNamed && admit) {
      const rows = await personalRows(settings, folder)
      const held = heldRows(rows.length, settings)
      await admit(rows.filter((_, i) => !held.has(i)))
    }
    const read = await readExamples(settings, settings.datasets, folder, tokenizer, isNamed)
    const { validation } = settings
    const held =
      validation.kind === 'datasets'
        ? (await readExamples(settings, validation.datasets, folder, tokenizer, false)).fitted.examples
        : []
    const { examples: fitting, indices, ...fitted } = read.fitted
    const drawnRows = heldRows(read.people.length, settings)
    const rest = fitting.filter((_, i) => !drawnRows.has(indices[i]!))
    const drawn = fitting.filter((_, i) => drawnRows.has(indices[i]!))
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
    const trained = indices.filter(row => !drawnRows.has(row))
    return {
      checkpoint,
      model,
      tokenizer,
      examples,
      people: isNamed ? Array.from(trained, row => read.people[row]!) : null,
      validation: [...held, ...drawn],
      plan,
      described: read.described,
      fitted,
      remarks: remarksOn(settings, privacy !== undefined, isNamed, held.length + drawn.length),
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
  isNamed: boolean,
): Promise<ReadExamples> {
  const all: LabelledTokens[] = []
  const people: PersonalRow[] = []
  const described: string[] = []
  for (const dataset of datasets) {
    const { description, rows } = await openRows(dataset, settings, folder, isNamed)
    described.push(`${dataset.path}: ${description}`)
    for await (const row of rows) {
      all.push(tokensOf(row, settings, tokenizer))
      people.push({ path: dataset.path, subject: row.subject ?? '' })
    }
  }
  return { fitted: fitExamples(all, { length: settings.length, onLong: settings.onLong }), people, described }
}

interface ReadExamples {
  readonly fitted: FittedExamples
  /** By row, those that do not fit among them. */
  readonly people: readonly PersonalRow[]
  readonly described: readonly string[]
}

async function personalRows(settings: SftSettings, folder: string): Promise<readonly PersonalRow[]> {
  const people: PersonalRow[] = []
  for (const dataset of settings.datasets)
    for await (const { subject } of (await openRows(dataset, settings, folder, true)).rows)
      people.push({ path: dataset.path, subject: subject! })
  return people
}

async function openRows(
  { path, format, columns, subject }: DatasetSettings,
  { maxRows = Infinity }: SftSettings,
  folder: string,
  isNamed: boolean,
): Promise<{ readonly description: string; readonly rows: AsyncIterable<TrainingRow> }> {
  const data = await openTrainingData(resolve(folder, path), {
    ...(format && { format }),
    ...(columns && { columns }),
    ...(isNamed && subject !== undefined && { subject }),
  })
  return { description: data.described, rows: first(data.rows(), maxRows) }
}

async function* first<T>(all: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  let count = 0
  for await (const one of all) {
    if (count++ >= most) return
    yield one
  }
}

/** @throws LM-E064 where people are named in some of the data only: those of the rest would be trained on uncharged */
function namesPeople(datasets: readonly DatasetSettings[]): boolean {
  const unnamed = datasets.find(({ subject }) => subject === undefined)
  if (unnamed && datasets.some(({ subject }) => subject !== undefined))
    throw notPlannable(`'${unnamed.path}' names no field for its people, and other data does`)
  return unnamed === undefined
}

function tokensOf(example: TrainingRow, settings: SftSettings, tokenizer: Tokenizer): LabelledTokens {
  if ('messages' in example) {
    const template = chosenTemplate(settings.chatTemplate, tokenizer)
    return labelledConversation(example.messages, tokenizer, { template, lossOn: settings.lossOn })
  }
  if ('prompt' in example) return labelledCompletion(example.prompt, example.completion, tokenizer)
  throw notPlannable('rows of text and label are for classifiers')
}

/** Rows for validation, drawn by the seed among all rows, so that what fits makes no difference to it. */
function heldRows(rows: number, { validation, seed }: SftSettings): ReadonlySet<number> {
  const count =
    validation.kind === 'share' ? Math.round(validation.share * rows) : validation.kind === 'rows' ? validation.rows : 0
  if (count === 0) return new Set()
  if (count >= rows) throw notPlannable(`validation takes ${count} of ${rows} examples`)
  return new Set(shuffledOrder(rows, seededRandom(mix(seed))).slice(0, count))
}

function remarksOn(
  settings: SftSettings,
  isPrivate: boolean,
  isNamed: boolean,
  validationRows: number,
): readonly string[] {
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
  if (validationRows > 0 && isNamed)
    remarks.push('Rows for validation are not trained on, and nobody is charged for them.')
  if (!isPrivate && settings.datasets.some(({ subject }) => subject !== undefined))
    remarks.push('Nobody is charged, because the run keeps no privacy.')
  return remarks
}
