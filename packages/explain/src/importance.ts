import { type FeatureImportance, type ImportanceTable, shuffledOrder } from '@attestry/core'
import type { Attribution } from './attribution.js'
import { checkGroups, rowsOf, type FeatureGroup } from './feature-group.js'
import { answers, type Predict } from './predict.js'
import { measuredMean, type IntervalSettings } from './statistics.js'

export interface PermutationInput extends IntervalSettings {
  readonly predict: Predict
  readonly matrix: Float64Array
  readonly width: number
  readonly groups: readonly FeatureGroup[]
  /** The loss of one row's prediction, such as its log loss. */
  readonly loss: (prediction: number, row: number) => number
  /** How often each feature is shuffled. */
  readonly repeats: number
}

/**
 * How much the loss grows when a feature's values are exchanged between rows: its mean over repeats and rows, with an
 * interval over the rows. The largest first.
 *
 * Two features that say the same each look unimportant, because the other one is still there.
 *
 * @throws EXPLAIN-E003, EXPLAIN-E004
 * @see Breiman 2001, Machine Learning 45, section 10; Fisher, Rudin, Dominici 2019, JMLR 20
 */
export async function permutationImportance(input: PermutationInput): Promise<readonly FeatureImportance[]> {
  const { predict, matrix, width, groups, loss, repeats, random } = input
  const rows = rowsOf(matrix, width)
  checkGroups(groups, width)
  const losses = (predictions: Float64Array): Float64Array => predictions.map((one, row) => loss(one, row))
  const plain = losses(await answers(predict, matrix, rows))
  const found: FeatureImportance[] = []
  for (const { name, places } of groups) {
    const increase = new Float64Array(rows)
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = shuffledOrder(rows, random)
      const changed = matrix.slice()
      for (let row = 0; row < rows; row++)
        for (const place of places) changed[row * width + place] = matrix[order[row]! * width + place]!
      const shuffled = losses(await answers(predict, changed, rows))
      for (let row = 0; row < rows; row++) increase[row]! += (shuffled[row]! - plain[row]!) / repeats
    }
    found.push({ feature: name, ...measuredMean(increase, input) })
  }
  return largestFirst(found)
}

/** Mean size of each feature's contributions over explained rows, with an interval over the rows. The largest first. */
export const meanContributions = (
  attributions: readonly Attribution[],
  settings: IntervalSettings,
): readonly FeatureImportance[] =>
  largestFirst(
    (attributions[0]?.contributions ?? []).map(({ feature }, i) => ({
      feature,
      ...measuredMean(
        attributions.map(one => Math.abs(one.contributions[i]!.value)),
        settings,
      ),
    })),
  )

export const largestFirst = (rows: readonly FeatureImportance[]): ImportanceTable['rows'] =>
  [...rows].sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity))

/** Log loss in nats of the probability of a class; the probability is kept away from 0 and 1 by 1e-7. */
export const logLoss = (probability: number, isClass: boolean): number =>
  -Math.log(Math.max(1e-7, isClass ? probability : 1 - probability))
