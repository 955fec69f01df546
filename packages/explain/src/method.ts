import { exactShapley, mostExactFeatures, sampledShapley } from './shapley.js'
import type { Attribution } from './attribution.js'
import type { Game } from './coalitions.js'
import type { ExplainSettings } from './options.js'
import { seededRandom } from '@attestry/core'

/** How the rows of a table are explained, and how many of them. */
export interface Method {
  /** In words, for the record. */
  readonly name: string
  readonly rows: number
  readonly explain: (game: Game) => Promise<Attribution>
}

/** Fidelity and stability ask about this much more than the explanations themselves. */
const checksShare = 1.5

/**
 * Exact Shapley values where all rows can be had for the predictions that may be spent, sampled ones elsewhere; and no more
 * rows than can be paid for, but at least one.
 */
export function chooseMethod(
  features: number,
  background: number,
  { rows, pairs, maxPredictions }: Pick<ExplainSettings, 'rows' | 'pairs' | 'maxPredictions'>,
  seed: number,
): Method {
  const affordable = (perRow: number): number => Math.floor(maxPredictions / (checksShare * perRow))
  if (features <= mostExactFeatures && affordable(2 ** features * background) >= rows)
    return { name: 'exact interventional Shapley values', rows, explain: exactShapley }
  const perRow = (2 * pairs * Math.max(1, features - 1) + 3) * background
  return {
    name: `interventional Shapley values from ${pairs} random orders and their reverses`,
    rows: Math.max(1, Math.min(rows, affordable(perRow))),
    // The same orders for every row, so that two rows differ by what they hold and not by luck.
    explain: game => sampledShapley({ ...game, pairs, random: seededRandom(seed) }),
  }
}
