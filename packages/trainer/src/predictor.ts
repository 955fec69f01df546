import { floats, type Runtime, type Session } from '@attestry/autograd'
import { rowCount, type Model, type Predictions, type RecordBatch } from '@attestry/core'
import type { FeatureLayout } from './feature-layout.js'
import { encodeRows, inputFeeds, positionsOf } from './inputs.js'
import { readModel } from './model-file.js'

const rowsPerRun = 1024

/** Class probabilities of rows, by an open inference graph. Row-major, one row per row of the batch. */
export async function predictRows(
  session: Session,
  layout: FeatureLayout,
  classes: readonly string[],
  batch: RecordBatch,
): Promise<Predictions> {
  const inputs = encodeRows(batch, layout)
  const count = rowCount(batch)
  const probabilities = new Float32Array(count * classes.length)
  for (let from = 0; from < count; from += rowsPerRun) {
    const rows = Int32Array.from({ length: Math.min(rowsPerRun, count - from) }, (_, i) => from + i)
    const results = await session.run(inputFeeds(inputs, rows, rows.length, positionsOf(inputs, rows)))
    probabilities.set(floats(results.probabilities!), from * classes.length)
  }
  return { classes, probabilities }
}

/**
 * A trained model from its folder.
 *
 * @throws TRAIN-E015, TRAIN-E016 when the folder's files are damaged, forged or of different models
 */
export async function loadModel(directory: string, runtime: Runtime): Promise<Model> {
  const { description, inference } = await readModel(directory)
  const session = await runtime.open(inference)
  return {
    predict: batch => predictRows(session, description.layout, description.classes, batch),
    close: () => session.close(),
  }
}
