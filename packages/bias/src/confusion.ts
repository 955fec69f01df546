import { codeOutOfRange, lengthsDiffer } from './errors.js'
import type { Proportion } from './intervals.js'

/** Counts by class: `counts[label * classes + predicted]`. Rows whose truth is not known are not in it. */
export interface ConfusionMatrix {
  readonly classes: number
  readonly counts: Float64Array
}

/**
 * Counts rows by true and predicted class.
 *
 * @param labels class of each row; negative when it is not known
 * @throws BIAS-E001 when the arrays differ in length
 * @throws BIAS-E002 when a class number is not below `classes`, or a prediction is negative
 */
export function confusionMatrix(labels: Int32Array, predicted: Int32Array, classes: number): ConfusionMatrix {
  if (labels.length !== predicted.length) throw lengthsDiffer(labels.length, predicted.length)
  const counts = new Float64Array(classes * classes)
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!
    const guess = predicted[row]!
    if (label >= classes) throw codeOutOfRange('class', label, classes)
    if (guess < 0 || guess >= classes) throw codeOutOfRange('class', guess, classes)
    if (label >= 0) counts[label * classes + guess]!++
  }
  return { classes, counts }
}

const rowsOfClass = ({ classes, counts }: ConfusionMatrix, label: number): number =>
  counts.subarray(label * classes, (label + 1) * classes).reduce((sum, count) => sum + count, 0)

/** Rows that were given their own class. */
export function overallAccuracy({ classes, counts }: ConfusionMatrix): Proportion {
  let count = 0
  for (let label = 0; label < classes; label++) count += counts[label * classes + label]!
  return { count, of: counts.reduce((sum, one) => sum + one, 0) }
}

/** For each class: its rows that were given another one. */
export const classErrors = (matrix: ConfusionMatrix): readonly Proportion[] =>
  Array.from({ length: matrix.classes }, (_, label) => {
    const of = rowsOfClass(matrix, label)
    return { count: of - matrix.counts[label * matrix.classes + label]!, of }
  })

/** Accuracy of always answering with the most frequent class of these rows: the best that a constant answer can do. */
export function majorityBaseline(matrix: ConfusionMatrix): Proportion & { readonly majorityClass: number } {
  const sizes = Array.from({ length: matrix.classes }, (_, label) => rowsOfClass(matrix, label))
  const count = Math.max(0, ...sizes)
  return { count, of: sizes.reduce((sum, size) => sum + size, 0), majorityClass: sizes.indexOf(count) }
}
