import { checkGroups, rowsOf, type FeatureGroup } from './feature-group.js'
import { answers, type Predict } from './predict.js'
import { mean, quantile } from './statistics.js'

export interface DependenceInput {
  readonly predict: Predict
  readonly matrix: Float64Array
  readonly width: number
  readonly group: FeatureGroup
  /** The values that the feature is given, each with one number per place of the group. */
  readonly settings: readonly (readonly number[])[]
}

/** Predictions of all rows once a feature has one value. */
export interface Dependence {
  readonly mean: number
  /** 10th and 90th percentile of the rows' own curves. */
  readonly low: number
  readonly high: number
}

/**
 * Partial dependence with the spread of the rows' own curves (ICE): what the model answers when one feature is set to a
 * value in every row. It averages over combinations that may not exist, and shows the model, not causes.
 *
 * @returns one entry per setting
 * @throws EXPLAIN-E003, EXPLAIN-E004
 * @see Friedman 2001, Annals of Statistics 29(5), section 8.2; Goldstein et al. 2015, arXiv 1309.6392
 */
export async function partialDependence(input: DependenceInput): Promise<readonly Dependence[]> {
  const { predict, matrix, width, group, settings } = input
  const rows = rowsOf(matrix, width)
  checkGroups([group, { name: 'others', places: others(group, width) }], width)
  const curve: Dependence[] = []
  for (const values of settings) {
    const changed = matrix.slice()
    for (let row = 0; row < rows; row++)
      for (const [i, place] of group.places.entries()) changed[row * width + place] = values[i]!
    const predictions = (await answers(predict, changed, rows)).slice().sort()
    curve.push({ mean: mean(predictions), low: quantile(predictions, 0.1), high: quantile(predictions, 0.9) })
  }
  return curve
}

const others = ({ places }: FeatureGroup, width: number): readonly number[] =>
  Array.from({ length: width }, (_, place) => place).filter(place => !places.includes(place))
