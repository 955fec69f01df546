import type { FeatureView } from '@attestry/core'
import { badAnswer } from './errors.js'

/** A model as a black box: one number, such as a probability, for each row of a row-major matrix. */
export type Predict = (matrix: Float64Array) => Promise<Float64Array>

/** Gradient of that number with respect to each input; the shape of the matrix. */
export type Gradient = (matrix: Float64Array) => Promise<Float64Array>

/**
 * Predictions for `rows` rows, one finite number each.
 *
 * @throws EXPLAIN-E004 for another count, or a number that is not finite
 */
export async function answers(predict: Predict, matrix: Float64Array, rows: number): Promise<Float64Array> {
  const values = await predict(matrix)
  if (values.length !== rows) throw badAnswer(`gave ${values.length} answers for ${rows} rows`)
  if (!values.every(Number.isFinite)) throw badAnswer('gave an answer that is not finite')
  return values
}

/** The probability of one class, by a table model's view of its inputs. */
export const classProbability =
  (features: FeatureView, of: number, classes: number): Predict =>
  async matrix => {
    const probabilities = await features.probabilities(Float32Array.from(matrix))
    return Float64Array.from({ length: probabilities.length / classes }, (_, row) => probabilities[row * classes + of]!)
  }

/**
 * Gradient of one class's probability p. The view gives that of the cross-entropy, and d(-ln p) = -dp / p.
 */
export const probabilityGradient =
  (features: FeatureView, of: number, classes: number): Gradient =>
  async matrix => {
    const width = features.names.length
    const probabilities = await classProbability(features, of, classes)(matrix)
    const loss = await features.lossGradient(Float32Array.from(matrix), new Int32Array(probabilities.length).fill(of))
    return Float64Array.from(loss, (value, at) => -value * probabilities[Math.floor(at / width)]!)
  }
