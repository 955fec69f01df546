import { invalidInput, lengthsDiffer } from './errors.js'
import { encodeGroups } from './group-counts.js'
import { pooledZ, ratioInterval, wilson, type Interval } from './intervals.js'
import { fisherExact, type PValue } from './tests-of-proportions.js'

export interface ScoringRate {
  readonly category: string
  readonly n: number
  /** Rows with a score strictly above the median of the full sample. */
  readonly selected: number
  readonly rate: number
  readonly interval: Interval
  /** Of the rows with a known category. */
  readonly share: number
  readonly isBelowTwoPercent: boolean
  /** Rate over the highest rate of all categories; null when that is 0. */
  readonly impactRatio: number | null
  /** The same among categories of at least 2 %; null for the others. */
  readonly impactRatioWithoutSmall: number | null
  /** Against `top`; absent for it. */
  readonly z?: number | null
  readonly fisher?: PValue
  readonly ratioInterval?: Interval | null
  /** Impact ratio below 4/5: evidence to look into, not a finding. */
  readonly isBelowFourFifths: boolean
}

export interface ScoringRates {
  readonly median: number
  readonly above: number
  /** Rows whose category is not known: stated, in no category, but in the median. */
  readonly unknown: number
  /** Category with the highest rate, the reference of `impactRatio`. */
  readonly top: string | null
  /** The same without categories under 2 %: leaving those out may change the reference. */
  readonly topWithoutSmall: string | null
  readonly rows: readonly ScoringRate[]
}

/**
 * Scoring rates and impact ratios: the share of each category above the median of the full sample (6 RCNY §5-300, to be
 * checked against the official text). Strictly above, so ties at the median leave fewer than half.
 *
 * @param unknown category name of rows whose category is not known
 * @throws BIAS-E001 when lengths differ; BIAS-E008 when there is no row, or a score is not finite
 */
export function scoringRates(
  scores: Float64Array,
  categories: readonly string[],
  confidence = 0.95,
  unknown = 'unknown',
): ScoringRates {
  if (scores.length !== categories.length) throw lengthsDiffer(scores.length, categories.length)
  if (scores.length === 0 || !scores.every(Number.isFinite))
    throw invalidInput('scores must be finite, and at least one', 'remove or mend such rows')
  const sorted = scores.slice().sort()
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  const { names, codes } = encodeGroups(categories)
  const [n, selected] = [new Float64Array(names.length), new Float64Array(names.length)]
  codes.forEach((code, row) => {
    n[code]!++
    if (scores[row]! > median) selected[code]!++
  })
  const missing = names.indexOf(unknown)
  const known = scores.length - (missing < 0 ? 0 : n[missing]!)
  const table = names.flatMap((category, i) =>
    i === missing ? [] : [{ category, count: selected[i]!, of: n[i]!, share: n[i]! / known }],
  )
  const highest = (all: typeof table) =>
    all.reduce<(typeof table)[number] | undefined>(
      (best, one) => (best && best.count / best.of >= one.count / one.of ? best : one),
      undefined,
    )
  const top = highest(table)
  const topLarge = highest(table.filter(({ share }) => share >= 0.02))
  const over = (one: (typeof table)[number], best: typeof top): number | null =>
    best && best.count > 0 ? one.count / one.of / (best.count / best.of) : null
  return {
    median,
    above: selected.reduce((sum, one) => sum + one, 0),
    unknown: scores.length - known,
    top: top?.category ?? null,
    topWithoutSmall: topLarge?.category ?? null,
    rows: table.map(one => {
      const impactRatio = over(one, top)
      return {
        category: one.category,
        n: one.of,
        selected: one.count,
        rate: one.count / one.of,
        interval: wilson(one, confidence)!,
        share: one.share,
        isBelowTwoPercent: one.share < 0.02,
        impactRatio,
        impactRatioWithoutSmall: one.share < 0.02 ? null : over(one, topLarge),
        ...(one !== top && {
          z: pooledZ(one, top!),
          fisher: fisherExact(one, top!)!,
          ratioInterval: ratioInterval(one, top!, confidence)?.interval ?? null,
        }),
        isBelowFourFifths: impactRatio !== null && impactRatio < 0.8,
      }
    }),
  }
}
