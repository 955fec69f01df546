import type { FeatureView } from '@attestry/core'
import { badAnswer } from './errors.js'

/** A table model under attack, with the number of rows that it was asked about. */
export interface AttackedModel {
  readonly width: number
  readonly classes: number
  /** Class probabilities, row-major. @throws ROBUST-E002 */
  probabilities(matrix: Float32Array): Promise<Float32Array>
  /** Gradient of each row's cross-entropy at its label; the shape of `matrix`. @throws ROBUST-E002 */
  lossGradient(matrix: Float32Array, labels: Int32Array): Promise<Float32Array>
  /** Rows asked about so far, gradients included. */
  queries(): number
}

/** Watches over the answers of a model: a number that is not finite would look like a class that changed. */
export function attackedModel(features: FeatureView, classes: number): AttackedModel {
  const width = features.names.length
  let queries = 0
  return {
    width,
    classes,
    queries: () => queries,
    async probabilities(matrix) {
      const rows = matrix.length / width
      queries += rows
      return checked(await features.probabilities(matrix), rows * classes)
    },
    async lossGradient(matrix, labels) {
      queries += matrix.length / width
      return checked(await features.lossGradient(matrix, labels), matrix.length)
    },
  }
}

function checked(values: Float32Array, length: number): Float32Array {
  if (values.length !== length) throw badAnswer(`gave ${values.length} numbers for ${length}`)
  if (!values.every(Number.isFinite)) throw badAnswer('gave a number that is not finite')
  return values
}

/** The most probable class of each row, without one class of each when `except` is given; the first of equals. */
export function likeliest(probabilities: ArrayLike<number>, classes: number, except?: ArrayLike<number>): Int32Array {
  const rows = probabilities.length / classes
  const found = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    let best = -1
    for (let k = 0; k < classes; k++) {
      if (except && except[row] === k) continue
      if (best < 0 || probabilities[row * classes + k]! > probabilities[row * classes + best]!) best = k
    }
    found[row] = best
  }
  return found
}
