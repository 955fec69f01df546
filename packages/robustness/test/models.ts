import type { DataConfig, FeatureView, RecordBatch } from '@attestry/core'

/** Rows of numbers by column. */
export function tableOf(columns: Readonly<Record<string, readonly number[]>>): RecordBatch {
  const ids = (Object.values(columns)[0] ?? []).map((_, i) => `row:${i}`)
  return {
    rowIds: ids,
    subjects: ids,
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, { kind: 'number', values: Float64Array.from(values) }]),
    ),
  }
}

/** A logistic model of two classes on numbers as they are: its logit is w·x + b. */
export function logistic(names: readonly string[], weights: readonly number[], bias: number = 0): FeatureView {
  const width = names.length
  const logits = (matrix: Float32Array): number[] =>
    Array.from({ length: matrix.length / width }, (_, row) =>
      weights.reduce((sum, weight, i) => sum + weight * matrix[row * width + i]!, bias),
    )
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
  return {
    names,
    columns: names,
    encode: async batch => {
      const values = names.map(name => batch.columns[name]!.values as Float64Array)
      return Float32Array.from(
        { length: batch.rowIds.length * width },
        (_, at) => values[at % width]![Math.floor(at / width)]!,
      )
    },
    probabilities: async matrix => Float32Array.from(logits(matrix).flatMap(z => [sigmoid(-z), sigmoid(z)])),
    lossGradient: async (matrix, labels) =>
      Float32Array.from(
        logits(matrix).flatMap((z, row) => weights.map(weight => weight * (sigmoid(z) - labels[row]!))),
      ),
  }
}

/** Every column between -10 and 10. */
export const wide = (names: readonly string[]): DataConfig => ({
  source: 'memory',
  label: 'label',
  classes: ['no', 'yes'],
  features: Object.fromEntries(names.map(name => [name, { min: -10, max: 10 }])),
})
