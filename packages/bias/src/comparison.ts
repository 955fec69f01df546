import { newcombe, pooledZ, ratioInterval, type Interval } from './intervals.js'
import { everyGroup, type GroupRates, type RateName } from './rates.js'

/** One group beside the group with the highest rate. */
export interface Comparison {
  readonly group: string
  /** The group with the highest rate: always named, because another reference gives other numbers. */
  readonly reference: string
  /** Own rate minus the reference's; at most 0. */
  readonly difference: number
  /** Newcombe. */
  readonly differenceInterval: Interval
  /** Own rate over the reference's (the impact ratio, for selection rates); null when the reference's is 0. */
  readonly ratio: number | null
  /** Katz, or Koopman where Katz is undefined. The upper end may be above 1. */
  readonly ratioInterval: Interval | null
  /** Statistic of the pooled two-proportion test; null when undefined. */
  readonly z: number | null
}

/**
 * Each assessed group but the reference against the group with the highest rate. Intervals are for one pair each, not
 * simultaneous: use `demographicParity` or `equalizedOdds` for the worst of them.
 */
export function compareToHighest(
  groups: readonly GroupRates[],
  rate: RateName = 'selection-rate',
  confidence: number = everyGroup.confidence,
): readonly Comparison[] {
  const assessed = groups.filter(({ rates }) => rates[rate].value !== null)
  const top = assessed.reduce<GroupRates | undefined>(
    (best, one) => (best && best.rates[rate].value! >= one.rates[rate].value! ? best : one),
    undefined,
  )
  if (!top) return []
  const highest = top.rates[rate]
  return assessed
    .filter(one => one !== top)
    .map(({ group, rates }) => ({
      group,
      reference: top.group,
      difference: rates[rate].value! - highest.value!,
      differenceInterval: newcombe(rates[rate], highest, confidence)!,
      ratio: highest.value === 0 ? null : rates[rate].value! / highest.value!,
      ratioInterval: ratioInterval(rates[rate], highest, confidence)?.interval ?? null,
      z: pooledZ(rates[rate], highest),
    }))
}
