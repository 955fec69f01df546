import { textValues, type RecordBatch } from '@attestry/core'
import { oneClass, planMismatch, unknownClass, unusableWeight } from './errors.js'
import type { FeatureLayout } from './feature-layout.js'
import { concatRows, encodeRows, type InputRows } from './inputs.js'
import { noCounts, type FeatureCounts } from './tabular-features.js'

/** What of the rows every engine reads the same way: the class of each, and how much it weighs. */
export interface LabelledRows {
  readonly rows: number
  /** Index of the class of each row. */
  readonly labels: Int32Array
  /** Weight of each example, at least 0. */
  readonly weights: Float32Array
}

/** All training rows, encoded and in memory. */
export interface TrainingSet extends LabelledRows {
  readonly inputs: InputRows
  readonly counts: FeatureCounts
}

export interface LabelOptions {
  readonly label: string
  readonly classes: readonly string[]
  /** Rows that the plan was made for. */
  readonly rows: number
  readonly weights?: ReadonlyMap<string, number>
}

/**
 * Reads the classes and weights of the training rows, and tells every batch for its inputs.
 *
 * @throws TRAIN-E003 for a label that is no declared class, TRAIN-E004 when there is one class only, TRAIN-E005 when the
 *   number of rows is not the plan's, TRAIN-E006 for an unusable weight
 */
export async function readLabels(
  batches: AsyncIterable<RecordBatch>,
  { label, classes, rows, weights: weightOf }: LabelOptions,
  tell: (batch: RecordBatch) => void,
): Promise<LabelledRows> {
  const classOf = new Map(classes.map((name, i) => [name, i]))
  const labels: number[] = []
  const weights: number[] = []
  for await (const batch of batches) {
    tell(batch)
    for (const [row, name] of textValues(batch, label).entries()) {
      const rowId = batch.rowIds[row]!
      const found = name === null ? undefined : classOf.get(name)
      if (found === undefined) throw unknownClass(rowId, classes.length, name === null)
      labels.push(found)
      weights.push(weightOf ? usableWeight(rowId, weightOf.get(rowId)) : 1)
    }
  }
  if (labels.length !== rows) throw planMismatch(`the plan was made for ${rows} rows, the data has ${labels.length}`)
  if (new Set(labels).size === 1) throw oneClass(labels.length, classes[labels[0]!]!)
  return { rows: labels.length, labels: Int32Array.from(labels), weights: Float32Array.from(weights) }
}

/** Reads and encodes the training rows. @throws as `readLabels` */
export async function readTrainingSet(
  batches: AsyncIterable<RecordBatch>,
  { layout, ...options }: LabelOptions & { readonly layout: FeatureLayout },
): Promise<TrainingSet> {
  const counts = noCounts()
  const parts: InputRows[] = []
  const labelled = await readLabels(batches, options, batch => void parts.push(encodeRows(batch, layout, counts)))
  return { ...labelled, inputs: concatRows(parts, layout), counts }
}

function usableWeight(rowId: string, weight: number | undefined): number {
  if (weight === undefined) throw unusableWeight(rowId, 'is missing')
  if (!(Number.isFinite(weight) && weight >= 0)) throw unusableWeight(rowId, 'is not a finite number of at least 0')
  return weight
}
