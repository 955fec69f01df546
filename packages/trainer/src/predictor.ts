import { floats, type Runtime, type Session } from '@attestry/autograd'
import { rowCount, type Model, type Predictions, type RecordBatch } from '@attestry/core'
import { mostPositions, type FeatureLayout } from './feature-layout.js'
import { featureView, gradientRows } from './feature-view.js'
import { encodeRows, inputFeeds, positionsOf } from './inputs.js'
import { readModel } from './model-file.js'

// Rows of one run: a graph over words in order holds all of their windows.
const rowsPerRun = { tabular: 1024, text: 1024, words: 64 }

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
  const atOnce = rowsPerRun[layout.kind]
  for (let from = 0; from < count; from += atOnce) {
    const rows = Int32Array.from({ length: Math.min(atOnce, count - from) }, (_, i) => from + i)
    const positions = layout.kind === 'words' ? mostPositions(layout) : positionsOf(inputs, rows)
    const results = await session.run(inputFeeds(inputs, rows, rows.length, positions))
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
  const { description, inference, architecture, weights } = await readModel(directory)
  const { layout, classes, plan } = description
  const session = await runtime.open(inference)
  let gradient: Promise<Session> | undefined
  return {
    predict: batch => predictRows(session, layout, classes, batch),
    ...(layout.kind === 'tabular' && {
      features: featureView({
        layout,
        classes: classes.length,
        inference: () => Promise.resolve(session),
        gradient: () => (gradient ??= runtime.open(architecture.encodeInputGradient(weights, gradientRows, { plan }))),
      }),
    }),
    async close() {
      await session.close()
      await (await gradient)?.close()
    },
  }
}
