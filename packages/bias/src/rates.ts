import { wilson, type Interval, type Proportion } from './intervals.js'
import type { GroupCounts } from './group-counts.js'

export type RateName =
  | 'selection-rate'
  | 'true-positive-rate'
  | 'false-positive-rate'
  | 'false-negative-rate'
  | 'precision'
  | 'accuracy'
  | 'error-rate'
  | 'base-rate'
  | 'true-negative-rate'
  | 'negative-predictive-value'
  | 'false-discovery-rate'
  | 'false-omission-rate'

export interface RateSettings {
  /** Of every interval, in (0, 1). */
  readonly confidence: number
  /** A rate that rests on fewer rows is not assessed. At least 1. */
  readonly minimumRows: number
}

/** fairlearn's behaviour: every group with at least one row in the denominator takes part. */
export const everyGroup: RateSettings = { confidence: 0.95, minimumRows: 1 }

/** Below this many rows a rate is flagged, though still assessed. */
export const smallSample = 30

/** A rate with its Wilson interval, or the reason why there is none. */
export interface Rate extends Proportion {
  /** count / of; null when not assessed. */
  readonly value: number | null
  readonly interval: Interval | null
  /** Why `value` is null. */
  readonly reason?: string
  /** Rests on fewer than 30 rows. */
  readonly isSmall: boolean
}

export type Rates = Readonly<Record<RateName, Rate>>

/** What a rate counts, and of which rows. */
const proportions = (counts: GroupCounts): Readonly<Record<RateName, Proportion>> => {
  const { rows, selected, truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts
  const labelled = tp + fp + fn + tn
  return {
    'selection-rate': { count: selected, of: rows },
    'true-positive-rate': { count: tp, of: tp + fn },
    'false-positive-rate': { count: fp, of: fp + tn },
    'false-negative-rate': { count: fn, of: tp + fn },
    precision: { count: tp, of: tp + fp },
    accuracy: { count: counts.correct, of: labelled },
    'error-rate': { count: labelled - counts.correct, of: labelled },
    'base-rate': { count: tp + fn, of: labelled },
    'true-negative-rate': { count: tn, of: fp + tn },
    'negative-predictive-value': { count: tn, of: fn + tn },
    'false-discovery-rate': { count: fp, of: tp + fp },
    'false-omission-rate': { count: fn, of: fn + tn },
  }
}

const rests: Readonly<Record<RateName, string>> = {
  'selection-rate': 'rows',
  'true-positive-rate': 'rows of the positive class',
  'false-positive-rate': 'rows of other classes',
  'false-negative-rate': 'rows of the positive class',
  precision: 'selected rows with a known class',
  accuracy: 'rows with a known class',
  'error-rate': 'rows with a known class',
  'base-rate': 'rows with a known class',
  'true-negative-rate': 'rows of other classes',
  'negative-predictive-value': 'rows not selected with a known class',
  'false-discovery-rate': 'selected rows with a known class',
  'false-omission-rate': 'rows not selected with a known class',
}

/**
 * A proportion with its Wilson interval.
 *
 * A denominator below `minimumRows`, and always an empty one, gives no value but a reason: never 0, never NaN.
 */
export function rateOf(proportion: Proportion, settings: RateSettings, restsOn = 'rows'): Rate {
  const { count, of } = proportion
  const isSmall = of < smallSample
  const minimum = Math.max(1, settings.minimumRows)
  if (of < minimum)
    return { count, of, value: null, interval: null, isSmall, reason: `${of} ${restsOn}, at least ${minimum} needed` }
  return { count, of, value: count / of, interval: wilson(proportion, settings.confidence), isSmall }
}

/**
 * All rates of one group.
 *
 * selection rate (tp+fp)/n, true positive rate tp/(tp+fn), false positive rate fp/(fp+tn), false negative rate fn/(tp+fn),
 * precision tp/(tp+fp), base rate (tp+fn)/n, false discovery rate fp/(tp+fp), false omission rate fn/(fn+tn), over rows of a known class except for the selection rate. Accuracy and error rate count all
 * classes, so with more than two they are not (tp+tn)/n.
 */
export function ratesOf(counts: GroupCounts, settings: RateSettings = everyGroup): Rates {
  const all = proportions(counts)
  const rates = Object.entries(all).map(([name, proportion]) => [
    name,
    rateOf(proportion, settings, rests[name as RateName]),
  ])
  return Object.fromEntries(rates) as Rates
}

/** A group's counts and rates. */
export interface GroupRates {
  /** Name of the group; of an intersection, the names joined by ` × `. */
  readonly group: string
  readonly counts: GroupCounts
  readonly rates: Rates
}

/** Rates of every group that has a row. */
export const groupRates = (
  names: readonly string[],
  counts: readonly GroupCounts[],
  settings: RateSettings = everyGroup,
): readonly GroupRates[] =>
  names.flatMap((group, index) => {
    const own = counts[index]!
    return own.rows === 0 ? [] : [{ group, counts: own, rates: ratesOf(own, settings) }]
  })
