import type { Predict } from '../src/index.js'

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** A function of a row as a model of matrices. */
export const each =
  (width: number, model: (row: readonly number[]) => number): Predict =>
  async matrix =>
    Float64Array.from({ length: matrix.length / width }, (_, row) =>
      model([...matrix.subarray(row * width, (row + 1) * width)]),
    )
