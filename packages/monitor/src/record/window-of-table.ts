import { systemClock, type Clock, type PredictionTable, type RecordBatch } from '@attestry/core'
import type { Prediction } from './prediction.js'
import { predictionReader } from './prediction-reader.js'
import type { RecordedWindow } from './recorded-window.js'
import { digestOfSchema, type RecorderSchema } from './schema.js'
import { openWindow } from './window-tally.js'

/**
 * A table of predictions as one window: that of a test set is the reference that later windows are compared with.
 *
 * @param inputs the rows themselves, in the order of the table; without them every feature counts as missing
 */
export function windowOfTable(
  schema: RecorderSchema,
  table: PredictionTable,
  inputs?: RecordBatch,
  clock: Clock = systemClock,
): RecordedWindow {
  const window = openWindow(schema, digestOfSchema(schema))
  const reader = predictionReader(schema)
  const now = clock.now()
  for (let row = 0; row < table.rowIds.length; row++) {
    const reason = reader.accept(predictionAt(row, schema, table, inputs))
    if (reason === null) window.add(reader.read, now)
    else window.reject(reason, now)
  }
  return window.toJSON()
}

function predictionAt(
  row: number,
  { frame, features }: RecorderSchema,
  { classes, labels, predicted, probabilities, groups }: PredictionTable,
  inputs?: RecordBatch,
): Prediction {
  const truth = classes[labels[row]!]
  return {
    class: classes[predicted[row]!] ?? '',
    score: probabilities[row * classes.length + frame.positiveClass] ?? Number.NaN,
    ...(truth !== undefined && { truth }),
    groups: Object.fromEntries(Object.keys(frame.groups).map(name => [name, groups[name]?.[row] ?? null])),
    features: Object.fromEntries(Object.keys(features).map(name => [name, inputs?.columns[name]?.values[row]])),
  }
}
