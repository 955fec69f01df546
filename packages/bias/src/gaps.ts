import { newcombe, ratioInterval, type Interval } from './intervals.js'
import { everyGroup, type GroupRates, type Rate, type RateName } from './rates.js'

/** A group that took no part in a gap, and why. */
export interface LeftOut {
  readonly group: string
  readonly rate: RateName
  readonly reason: string
}

/** The worst disparity between groups in one or several rates. */
export interface Gap {
  /** Null when fewer than two groups could be compared, or a ratio has no denominator. */
  readonly value: number | null
  readonly interval: Interval | null
  /** Why `value` is null. */
  readonly reason?: string
  /** Rows that the compared rates rest on. */
  readonly rows: number
  /** The two groups that make the value, and in which rate. */
  readonly between?: { readonly rate: RateName; readonly lowest: string; readonly highest: string }
  /** Groups not compared. Never silently: a small group's absence is part of the result. */
  readonly leftOut: readonly LeftOut[]
}

/** `difference`: highest minus lowest. `ratio`: lowest over highest. */
export type GapKind = 'difference' | 'ratio'

interface Compared {
  readonly group: string
  readonly rate: Rate & { readonly value: number }
}

/** Selection rates: max - min, or min / max, over groups (fairlearn's `demographic_parity_difference` and `_ratio`). */
export const demographicParity = (
  kind: GapKind,
  groups: readonly GroupRates[],
  confidence: number = everyGroup.confidence,
): Gap => gap(kind, groups, ['selection-rate'], confidence)

/**
 * The worse of the true and the false positive rate: the larger difference, or the smaller ratio, over groups (fairlearn's
 * `equalized_odds_difference` and `_ratio` with `agg='worst_case'`).
 */
export const equalizedOdds = (
  kind: GapKind,
  groups: readonly GroupRates[],
  confidence: number = everyGroup.confidence,
): Gap => gap(kind, groups, ['true-positive-rate', 'false-positive-rate'], confidence)

/**
 * The worst gap in the named rates.
 *
 * The interval is simultaneous over all pairs of groups and all named rates: Newcombe's for differences, Katz's or
 * Koopman's for ratios, at the Bonferroni level 1 - (1 - confidence) / m, and the worst end of each. For m = 1 it is the
 * ordinary interval of the pair; for more it is conservative, because choosing the extremes is paid for. It needs no
 * resampling, and it never contains less than the value. A difference of 0 and a ratio of 1 are the ends of the scale.
 */
export function gap(kind: GapKind, groups: readonly GroupRates[], rates: readonly RateName[], confidence: number): Gap {
  const byRate = rates.map(rate => ({ rate, compared: comparable(groups, rate) }))
  const leftOut = rates.flatMap(rate =>
    groups.flatMap(({ group, rates: own }) => {
      const { value, reason = '' } = own[rate]
      return value === null ? [{ group, rate, reason }] : []
    }),
  )
  const rows = byRate.reduce((sum, { compared }) => sum + compared.reduce((all, { rate }) => all + rate.of, 0), 0)
  const notAssessed = (reason: string): Gap => ({ value: null, interval: null, reason, rows, leftOut })

  const lone = byRate.find(({ compared }) => compared.length < 2)
  if (lone) return notAssessed(`${lone.rate}: ${lone.compared.length} of ${groups.length} groups can be compared`)

  const pairs = byRate.reduce((sum, { compared: { length } }) => sum + (length * (length - 1)) / 2, 0)
  const level = 1 - (1 - confidence) / pairs
  const parts = byRate.map(({ rate, compared }) => ({ rate, ...rangeOf(kind, compared, level) }))
  const empty = parts.find(({ value }) => value === null)
  if (empty) return notAssessed(`${empty.rate} is 0 in every group: the ratio has no denominator`)

  const worse = kind === 'difference' ? Math.max : Math.min
  const value = worse(...parts.map(part => part.value!))
  const { rate, lowest, highest } = parts.find(part => part.value === value)!
  return {
    value,
    interval: [worse(...parts.map(part => part.interval[0])), worse(...parts.map(part => part.interval[1]))],
    rows,
    between: { rate, lowest, highest },
    leftOut,
  }
}

const comparable = (groups: readonly GroupRates[], name: RateName): readonly Compared[] =>
  groups.flatMap(({ group, rates }) => {
    const rate = rates[name]
    return rate.value === null ? [] : [{ group, rate: { ...rate, value: rate.value } }]
  })

/** One rate's gap over groups, with the worst ends of the pairwise intervals. */
function rangeOf(
  kind: GapKind,
  compared: readonly Compared[],
  level: number,
): { value: number | null; interval: Interval; lowest: string; highest: string } {
  const ordered = [...compared].sort((a, b) => a.rate.value - b.rate.value)
  const [lowest, highest] = [ordered[0]!, ordered.at(-1)!]
  const interval = kind === 'difference' ? differenceEnds(ordered, level) : ratioEnds(ordered, level)
  const value =
    kind === 'difference'
      ? highest.rate.value - lowest.rate.value
      : highest.rate.value === 0
        ? null
        : lowest.rate.value / highest.rate.value
  return { value, interval, lowest: lowest.group, highest: highest.group }
}

function differenceEnds(ordered: readonly Compared[], level: number): Interval {
  let [low, high] = [0, 0]
  for (const [smaller, larger] of pairsOf(ordered)) {
    const [from, to] = newcombe(larger.rate, smaller.rate, level)!
    // The size of a difference that is not negative: its interval folded at 0.
    low = Math.max(low, from)
    high = Math.max(high, -from, to)
  }
  return [low, high]
}

function ratioEnds(ordered: readonly Compared[], level: number): Interval {
  let [low, high] = [1, 1]
  for (const [smaller, larger] of pairsOf(ordered)) {
    const [from, to] = ratioInterval(smaller.rate, larger.rate, level)?.interval ?? [0, Infinity]
    // The smaller of a ratio and its inverse, for a ratio not above 1: its interval folded at 1.
    low = Math.min(low, from, 1 / to)
    high = Math.min(high, to)
  }
  return [low, high]
}

function* pairsOf<T>(items: readonly T[]): Generator<readonly [T, T]> {
  for (let first = 0; first < items.length; first++)
    for (let second = first + 1; second < items.length; second++) yield [items[first]!, items[second]!]
}

/** Groups of one attribute, or of an intersection of attributes. */
export interface GroupTable {
  /** Name of the attribute; of an intersection, the names joined by ` × `. */
  readonly attribute: string
  readonly groups: readonly GroupRates[]
}

/**
 * The worst gap over several attributes: the largest difference or the smallest ratio, with an interval that is
 * simultaneous over the attributes as well.
 *
 * Not assessed as soon as one attribute is not: what nobody measured may be the worst.
 *
 * @param measure such as `demographicParity`
 */
export function worstGap(
  kind: GapKind,
  tables: readonly GroupTable[],
  measure: typeof demographicParity,
  confidence: number = everyGroup.confidence,
): Gap & { readonly attribute?: string } {
  const level = 1 - (1 - confidence) / tables.length
  const gaps = tables.map(({ attribute, groups }) => ({ attribute, ...measure(kind, groups, level) }))
  const rows = Math.max(0, ...gaps.map(one => one.rows))
  const leftOut = gaps.flatMap(one => one.leftOut)
  const missing = gaps.find(one => one.value === null)
  if (missing || gaps.length === 0) {
    const reason = missing ? `${missing.attribute}: ${missing.reason}` : 'no attribute to compare groups by'
    return { value: null, interval: null, reason, rows, leftOut }
  }
  const worse = kind === 'difference' ? Math.max : Math.min
  const value = worse(...gaps.map(one => one.value!))
  const interval: Interval = [worse(...gaps.map(one => one.interval![0])), worse(...gaps.map(one => one.interval![1]))]
  return { ...gaps.find(one => one.value === value)!, interval, leftOut }
}
