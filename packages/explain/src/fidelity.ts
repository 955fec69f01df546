import { type FidelityFacts, type MeasuredValue, shuffledOrder, type Random } from '@attestry/core'
import type { Attribution } from './attribution.js'
import { prefixes, type Coalition } from './coalitions.js'
import { mean, measured, measuredMean, rankCorrelation, type IntervalSettings } from './statistics.js'

/** An explanation, and a way to ask the model about its row with some features hidden. */
export interface Explained {
  readonly attribution: Attribution
  /** Predictions with only the features of each coalition shown. */
  readonly shown: (coalitions: readonly Coalition[]) => Promise<Float64Array>
}

export interface Agreement {
  /** R² over all rows, with an interval over rows. */
  readonly overall: MeasuredValue
  /** R² of each row by itself; null where the model does not react to hiding. */
  readonly byRow: readonly (number | null)[]
}

/** Rows whose answers vary less than this, in probability squared, have nothing to explain. */
const leastVariation = 1e-12

/**
 * How well base + contributions of what is shown predicts the model's answer when random features are hidden: a local
 * surrogate's R², with the total taken around each row's own mean. 1 is exact; a model with strong interactions is below
 * whatever the method, because no sum can say what it does.
 *
 * @param subsets random subsets per row; their sizes are uniform between 1 and all but one
 * @see Yeh et al. 2019, arXiv 1901.09392 (infidelity); Ribeiro, Singh, Guestrin 2016, arXiv 1602.04938
 */
export async function agreementWithModel(
  explained: readonly Explained[],
  subsets: number,
  settings: IntervalSettings,
): Promise<Agreement> {
  const errors: number[] = []
  const totals: number[] = []
  for (const { attribution, shown } of explained) {
    const { contributions, base } = attribution
    const d = contributions.length
    if (d < 2) {
      errors.push(0)
      totals.push(0)
      continue
    }
    const coalitions = Array.from({ length: subsets }, () => randomSubset(d, settings.random))
    const answers = await shown(coalitions)
    const centre = mean(answers)
    let [error, total] = [0, 0]
    for (const [i, coalition] of coalitions.entries()) {
      const sum = contributions.reduce((so, { value }, j) => so + (coalition[j] === 1 ? value : 0), base)
      error += (answers[i]! - sum) ** 2
      total += (answers[i]! - centre) ** 2
    }
    errors.push(error)
    totals.push(total)
  }
  const r2 = (rows: ArrayLike<number>): number | null => {
    let [error, total] = [0, 0]
    for (let i = 0; i < rows.length; i++) {
      error += errors[rows[i]!]!
      total += totals[rows[i]!]!
    }
    return total > leastVariation ? 1 - error / total : null
  }
  return {
    overall: measured(explained.length, r2, settings, 'the model does not react to hidden features'),
    byRow: explained.map((_, row) => r2([row])),
  }
}

function randomSubset(d: number, random: Random): Coalition {
  const coalition = new Uint8Array(d)
  const size = 1 + Math.floor(random() * (d - 1))
  for (const feature of shuffledOrder(d, random).slice(0, size)) coalition[feature] = 1
  return coalition
}

/** Points of one curve, where a row has more features. */
const mostSteps = 12

/** Coalitions that `hidingCurves` asks about for one row, at most. */
export const curvePoints: number = 4 * mostSteps

/**
 * Mean prediction while features are hidden or shown one by one, what speaks most for the class first, and in a random
 * order. Hiding what matters must bring the prediction down faster than chance, showing it must bring it up faster.
 *
 * @returns nulls when no row has at least two features
 * @see Petsiuk, Das, Saenko 2018, arXiv 1806.07421
 */
export async function hidingCurves(
  explained: readonly Explained[],
  random: Random,
): Promise<Pick<FidelityFacts, 'deletion' | 'insertion'>> {
  const found = { shownFirst: [], shownAnyhow: [], hiddenFirst: [], hiddenAnyhow: [] } as Record<string, number[]>
  for (const { attribution, shown } of explained) {
    const { contributions } = attribution
    if (contributions.length < 2) continue
    const best = contributions.map((_, i) => i).sort((a, b) => contributions[b]!.value - contributions[a]!.value)
    const any = shuffledOrder(contributions.length, random)
    const [bestFirst, anyhow] = [spread(prefixes(best)), spread(prefixes(any))]
    const answers = await shown([bestFirst, anyhow, bestFirst.map(complement), anyhow.map(complement)].flat())
    const steps = bestFirst.length
    for (const [i, name] of ['shownFirst', 'shownAnyhow', 'hiddenFirst', 'hiddenAnyhow'].entries())
      found[name]!.push(mean(answers.subarray(i * steps, (i + 1) * steps)))
  }
  const over = (name: string): number | null => (found[name]!.length === 0 ? null : mean(found[name]!))
  return {
    deletion: { ordered: over('hiddenFirst'), random: over('hiddenAnyhow') },
    insertion: { ordered: over('shownFirst'), random: over('shownAnyhow') },
  }
}

/** At most so many of them, evenly. */
const spread = (path: readonly Coalition[]): readonly Coalition[] =>
  path.length <= mostSteps
    ? path
    : Array.from({ length: mostSteps }, (_, i) => path[Math.round((i * (path.length - 1)) / (mostSteps - 1))]!)

const complement = (coalition: Coalition): Coalition => coalition.map(shown => 1 - shown)

/** Two lists of contributions to the same features, in the same order. */
export type ContributionPair = readonly [readonly number[], readonly number[]]

/** Mean rank correlation of pairs of contributions, with an interval over the pairs. */
export function rankAgreement(pairs: readonly ContributionPair[], settings: IntervalSettings): MeasuredValue {
  const found = pairs.flatMap(([a, b]) => rankCorrelation(a, b) ?? [])
  return measuredMean(found, settings, 'no row with contributions that vary')
}

export const valuesOf = (one: Attribution): readonly number[] => one.contributions.map(({ value }) => value)
