import type { PredictionTable } from '../contracts/assessment.js'
import type { Model } from '../contracts/training.js'
import type { DataConfig } from '../config.js'
import { textValues, type RecordBatch } from '../record-batch.js'

/** Predicts batches and puts the predictions beside the truth and the groups. */
export async function predictTable(
  model: Pick<Model, 'predict'>,
  batches: AsyncIterable<RecordBatch>,
  { label, classes, groups: attributes = [] }: DataConfig,
  limit: number = Infinity,
): Promise<PredictionTable> {
  const rowIds: string[] = []
  const labels: number[] = []
  const predicted: number[] = []
  const probabilities: number[] = []
  const groups: Record<string, string[]> = Object.fromEntries(attributes.map(name => [name, []]))
  for await (const batch of batches) {
    const answer = await model.predict(batch)
    const width = classes.length
    for (const id of batch.rowIds) rowIds.push(id)
    for (const value of textValues(batch, label)) labels.push(value === null ? -1 : classes.indexOf(value))
    for (let row = 0; row < batch.rowIds.length; row++) {
      let best = 0
      for (let c = 0; c < width; c++) {
        const probability = answer.probabilities[row * width + c]!
        probabilities.push(probability)
        if (probability > answer.probabilities[row * width + best]!) best = c
      }
      predicted.push(best)
    }
    for (const name of attributes) for (const value of textValues(batch, name)) groups[name]!.push(value ?? 'unknown')
    if (rowIds.length >= limit) break
  }
  return {
    rowIds,
    classes,
    labels: Int32Array.from(labels),
    predicted: Int32Array.from(predicted),
    probabilities: Float32Array.from(probabilities),
    groups,
  }
}

/** Rows `from` up to `to` of a table. */
export function sliceTable(table: PredictionTable, from: number, to: number): PredictionTable {
  const width = table.classes.length
  return {
    rowIds: table.rowIds.slice(from, to),
    classes: table.classes,
    labels: table.labels.slice(from, to),
    predicted: table.predicted.slice(from, to),
    probabilities: table.probabilities.slice(from * width, to * width),
    groups: Object.fromEntries(Object.entries(table.groups).map(([name, values]) => [name, values.slice(from, to)])),
  }
}

/** Index of the class whose rate is a selection: as configured, else the last one. */
export const positiveClass = ({ classes, positiveClass: name }: DataConfig): number =>
  name === undefined ? classes.length - 1 : classes.indexOf(name)
