/**
 * Two samples of numbers over their distinct values, ascending. Every two-sample statistic is a function of it, whether the
 * counts come from rows or from the weighted points of two sketches.
 */
export interface JointSample {
  readonly values: Float64Array
  /** How often the reference has each value. */
  readonly reference: Float64Array
  /** How often the current sample has each value. */
  readonly current: Float64Array
  readonly referenceRows: number
  readonly currentRows: number
}

/** Values ascending, with the number of rows that each stands for. */
export interface WeightedPoints {
  readonly values: Float64Array
  readonly weights: Float64Array
}

/** Rows as points of weight 1. NaN takes no part; count missing values apart. */
export function pointsOf(rows: ArrayLike<number>): WeightedPoints {
  const values = Float64Array.from(rows)
    .filter(value => !Number.isNaN(value))
    .sort()
  return { values, weights: new Float64Array(values.length).fill(1) }
}

/** Merges two sorted samples in one pass. */
export function jointSample(a: WeightedPoints, b: WeightedPoints): JointSample {
  const most = a.values.length + b.values.length
  const [values, reference, current] = [new Float64Array(most), new Float64Array(most), new Float64Array(most)]
  let [i, j, distinct, referenceRows, currentRows] = [0, 0, 0, 0, 0]
  while (i < a.values.length || j < b.values.length) {
    const value = Math.min(a.values[i] ?? Number.POSITIVE_INFINITY, b.values[j] ?? Number.POSITIVE_INFINITY)
    values[distinct] = value
    while (i < a.values.length && a.values[i] === value) reference[distinct]! += a.weights[i++]!
    while (j < b.values.length && b.values[j] === value) current[distinct]! += b.weights[j++]!
    referenceRows += reference[distinct]!
    currentRows += current[distinct]!
    distinct++
  }
  return {
    values: values.subarray(0, distinct),
    reference: reference.subarray(0, distinct),
    current: current.subarray(0, distinct),
    referenceRows,
    currentRows,
  }
}

/** Both samples of rows at once. */
export const jointRows = (reference: ArrayLike<number>, current: ArrayLike<number>): JointSample =>
  jointSample(pointsOf(reference), pointsOf(current))
