import { f32, floats, i64, type Session } from '@attestry/autograd'
import type { FeatureView, RecordBatch } from '@attestry/core'
import { badMatrix } from './errors.js'
import { inputColumns, inputNames, type FeatureLayout } from './feature-layout.js'
import { tabularRows } from './tabular-features.js'

export interface FeatureViewOptions {
  readonly layout: Extract<FeatureLayout, { kind: 'tabular' }>
  readonly classes: number
  /** The inference graph: `x` to `probabilities`, with an open batch axis. */
  inference(): Promise<Session>
  /** The graph of `Architecture.encodeInputGradient`, for `gradientRows` rows: `x` and `labels` to `gradient`. */
  gradient(): Promise<Session>
}

/** Rows of one run of the gradient graph; what is left over is padded. */
export const gradientRows = 256
const rowsPerRun = 1024

/**
 * A table model over its inputs, for explanations and attacks. Numbers lie in [-1, 1] and indicators are 0 or 1; matrices
 * are answered as they are, without clamping.
 *
 * Its functions reject with TRAIN-E019 for a matrix that is no whole number of finite rows, or labels that do not fit it.
 */
export function featureView({ layout, classes, inference, gradient }: FeatureViewOptions): FeatureView {
  const { width } = layout
  const rowsOf = (matrix: Float32Array): number => {
    if (matrix.length % width !== 0) throw badMatrix(`it has ${matrix.length} numbers, and a row has ${width}`)
    const odd = matrix.findIndex(value => !Number.isFinite(value))
    if (odd >= 0) throw badMatrix(`row ${Math.floor(odd / width)} has a number that is not finite`)
    return matrix.length / width
  }
  return {
    names: inputNames(layout),
    columns: inputColumns(layout),
    encode: (batch: RecordBatch) => Promise.resolve(batch).then(rows => tabularRows(rows, layout).values),
    async probabilities(matrix) {
      const rows = rowsOf(matrix)
      const session = await inference()
      const probabilities = new Float32Array(rows * classes)
      for (let from = 0; from < rows; from += rowsPerRun) {
        const count = Math.min(rowsPerRun, rows - from)
        const x = f32([count, width], matrix.slice(from * width, (from + count) * width))
        const results = await session.run({ x })
        probabilities.set(floats(results['probabilities']!), from * classes)
      }
      return probabilities
    },
    async lossGradient(matrix, labels) {
      const rows = rowsOf(matrix)
      if (labels.length !== rows) throw badMatrix(`it has ${rows} rows and ${labels.length} labels`)
      const wrong = labels.find(label => label < 0 || label >= classes)
      if (wrong !== undefined) throw badMatrix(`a label is class ${wrong}, and there are ${classes}`)
      const session = await gradient()
      const gradients = new Float32Array(matrix.length)
      for (let from = 0; from < rows; from += gradientRows) {
        const to = Math.min(rows, from + gradientRows)
        const x = new Float32Array(gradientRows * width)
        x.set(matrix.subarray(from * width, to * width))
        const own = new Int32Array(gradientRows)
        own.set(labels.subarray(from, to))
        const results = await session.run({ x: f32([gradientRows, width], x), labels: i64([gradientRows], own) })
        gradients.set(floats(results['gradient']!).subarray(0, (to - from) * width), from * width)
      }
      return gradients
    },
  }
}
