import { textValues, type RecordBatch } from '@attestry/core'
import { oneClass, planMismatch, unknownClass, unusableWeight } from './errors.js'
import type { FeatureLayout } from './feature-layout.js'
import { concatRows, encodeRows, type InputRows } from './inputs.js'
import { noCounts, type FeatureCounts } from './tabular-features.js'

/** All training rows, encoded and in memory. */
export interface TrainingSet {
  readonly rows: number
  readonly inputs: InputRows
  /** Index of the class of each row. */
  readonly labels: Int32Array
  /** Weight of each example, at least 0. */
  readonly weights: Float32Array
  readonly counts: FeatureCounts
}

export interface TrainingSetOptions {
  readonly layout: FeatureLayout
  readonly label: string
  readonly classes: readonly string[]
  /** Rows that the plan was made for. */
  readonly rows: number
  readonly weights?: ReadonlyMap<string, number>
}

/**
 * Reads and encodes the training rows.
 *
 * @throws TRAIN-E003 for a label that is no declared class, TRAIN-E004 when there is one class only, TRAIN-E005 when the
 *   number of rows is not the plan's, TRAIN-E006 for an unusable weight
 */
export async function readTrainingSet(
  batches: AsyncIterable<RecordBatch>,
  { layout, label, classes, rows, weights: weightOf }: TrainingSetOptions,
): Promise<TrainingSet> {
  const classOf = new Map(classes.map((name, i) => [name, i]))
  const counts = noCounts()
  const parts: InputRows[] = []
  const labels: number[] = []
  const weights: number[] = []
  for await (const batch of batches) {
    parts.push(encodeRows(batch, layout, counts))
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
  return {
    rows: labels.length,
    inputs: concatRows(parts, layout),
    labels: Int32Array.from(labels),
    weights: Float32Array.from(weights),
    counts,
  }
}

function usableWeight(rowId: string, weight: number | undefined): number {
  if (weight === undefined) throw unusableWeight(rowId, 'is missing')
  if (!(Number.isFinite(weight) && weight >= 0)) throw unusableWeight(rowId, 'is not a finite number of at least 0')
  return weight
}
