import { checkGroups, rowsOf, type FeatureGroup } from './feature-group.js'
import { answers, type Predict } from './predict.js'

/**
 * One row to explain. Its value of a subset S of the features is the mean prediction over the background with the
 * features of S as in the row: v(S) = mean over z of f(x_S, z_¬S), the interventional value function.
 *
 * @see Lundberg and Lee 2017, arXiv 1705.07874; Janzing, Minorics, Blöbaum 2020, arXiv 1910.13413
 */
export interface Game {
  readonly predict: Predict
  readonly row: Float64Array
  /** Row-major; rows that stand for "not known". */
  readonly background: Float64Array
  readonly groups: readonly FeatureGroup[]
}

/** Which features are shown: 1 for each that is, in the order of the groups. */
export type Coalition = Uint8Array

const rowsPerCall = 8192

/**
 * v(S) of many subsets, in a few large calls of the model.
 *
 * @throws EXPLAIN-E003, EXPLAIN-E004
 */
export async function coalitionValues(game: Game, coalitions: readonly Coalition[]): Promise<Float64Array> {
  const { predict, row, background, groups } = game
  const width = row.length
  const backgroundRows = rowsOf(background, width)
  checkGroups(groups, width)
  const values = new Float64Array(coalitions.length)
  const perCall = Math.max(1, Math.floor(rowsPerCall / backgroundRows))
  for (let from = 0; from < coalitions.length; from += perCall) {
    const part = coalitions.slice(from, from + perCall)
    const matrix = new Float64Array(part.length * background.length)
    for (const [i, coalition] of part.entries()) {
      const start = i * background.length
      matrix.set(background, start)
      for (const [feature, { places }] of groups.entries())
        if (coalition[feature] === 1)
          for (let at = start; at < start + background.length; at += width)
            for (const place of places) matrix[at + place] = row[place]!
    }
    const predictions = await answers(predict, matrix, part.length * backgroundRows)
    for (let i = 0; i < part.length; i++) {
      let sum = 0
      for (let z = 0; z < backgroundRows; z++) sum += predictions[i * backgroundRows + z]!
      values[from + i] = sum / backgroundRows
    }
  }
  return values
}

/** The subsets along an order of features: after the first of them, after two, up to all but the last. */
export function prefixes(order: readonly number[]): readonly Coalition[] {
  const shown = new Uint8Array(order.length)
  return order.slice(0, -1).map(feature => {
    shown[feature] = 1
    return shown.slice()
  })
}
