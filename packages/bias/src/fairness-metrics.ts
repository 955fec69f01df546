import { bootstrap, type BootstrapSettings, type Statistic } from './bootstrap.js'
import { gap, type GapKind } from './gaps.js'
import type { GroupCounts } from './group-counts.js'
import { newcombe, ratioInterval, type Interval } from './intervals.js'
import type { Random } from './random.js'
import { everyGroup, ratesOf, type GroupRates, type RateName } from './rates.js'

/** One number with its definition. `value` is null, with `reason`, when it is undefined: never 0, never NaN. */
export interface FairnessMetric {
  readonly id: string
  readonly definition: string
  /** Of the definition. */
  readonly version: 1
  readonly value: number | null
  readonly reason?: string
  readonly interval: Interval | null
  readonly intervalMethod?: string
  readonly confidence: number
  /** Share of bootstrap replicates in which the metric was undefined. */
  readonly undefinedShare?: number
  /** The groups that make the value, or those that were compared. */
  readonly groups: readonly string[]
  readonly flags: readonly string[]
  /** Rows that the value rests on. */
  readonly n: number
}

/** The worst-case metrics: ids without `-difference` or `-ratio`, and the rates whose worst gap over groups they are. */
export const parityRates: Readonly<Record<string, readonly RateName[]>> = {
  'demographic-parity': ['selection-rate'],
  'equal-opportunity': ['true-positive-rate'],
  'equalized-odds': ['true-positive-rate', 'false-positive-rate'],
  'predictive-parity': ['precision'],
  'false-discovery-rate-parity': ['false-discovery-rate'],
  'false-omission-rate-parity': ['false-omission-rate'],
  'npv-parity': ['negative-predictive-value'],
  'accuracy-parity': ['accuracy'],
  'error-rate-parity': ['error-rate'],
}

export interface MetricSettings {
  readonly confidence: number
  /** For metrics without a closed interval; without `random` they have none. */
  readonly replicates: number
  readonly random?: Random
}

/** Without a bootstrap. */
export const closedForms: MetricSettings = { confidence: everyGroup.confidence, replicates: 2000 }

/**
 * Every worst-case metric over groups: difference (max - min) and ratio (min / max) of each of `parityRates`, and the mean
 * version of equalized odds. Single rates have simultaneous intervals, the mean a bootstrap interval.
 */
export function worstCaseMetrics(
  groups: readonly GroupRates[],
  settings: MetricSettings = closedForms,
): readonly FairnessMetric[] {
  const kinds: readonly GapKind[] = ['difference', 'ratio']
  const closed = Object.entries(parityRates).flatMap(([id, rates]) =>
    kinds.map((kind): FairnessMetric => {
      const { value, interval, reason, rows, between, leftOut } = gap(kind, groups, rates, settings.confidence)
      return {
        id: `${id}-${kind}`,
        definition: `${kind === 'difference' ? 'max - min' : 'min / max'} of ${rates.join(' and ')} over groups`,
        version: 1,
        value,
        ...(reason !== undefined && { reason }),
        interval,
        intervalMethod: 'simultaneous over pairs, Bonferroni',
        confidence: settings.confidence,
        groups: between ? [between.lowest, between.highest] : [],
        flags: leftOut.length > 0 ? ['groups-left-out'] : [],
        n: rows,
      }
    }),
  )
  const assessed = groups.filter(
    ({ rates }) => rates['true-positive-rate'].value !== null && rates['false-positive-rate'].value !== null,
  )
  const range = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)
  const mean: Statistic = all => {
    const tpr = all.map(({ truePositives: tp, falseNegatives: fn }) => tp / (tp + fn))
    const fpr = all.map(({ falsePositives: fp, trueNegatives: tn }) => fp / (fp + tn))
    return all.length < 2 ? null : finite((range(tpr) + range(fpr)) / 2)
  }
  const definition = 'mean of the ranges of true and false positive rate over groups'
  return [...closed, composite('equalized-odds-mean-difference', definition, assessed, mean, settings)]
}

/**
 * One group beside another: sign kept, `group` minus `reference` and `group` over `reference` (AIF360: unprivileged and
 * privileged). A ratio may exceed 1.
 */
export function pairwiseMetrics(
  group: GroupRates,
  reference: GroupRates,
  settings: MetricSettings = closedForms,
): readonly FairnessMetric[] {
  const { confidence } = settings
  const names = [group.group, reference.group]
  const single: Readonly<Record<string, RateName>> = {
    'demographic-parity': 'selection-rate',
    'equal-opportunity': 'true-positive-rate',
    'false-positive-rate': 'false-positive-rate',
    'predictive-parity': 'precision',
    'false-discovery-rate': 'false-discovery-rate',
    'false-omission-rate': 'false-omission-rate',
    npv: 'negative-predictive-value',
    accuracy: 'accuracy',
    'error-rate': 'error-rate',
    'base-rate': 'base-rate',
  }
  const rates = Object.entries(single).flatMap(([id, rate]): FairnessMetric[] => {
    const [own, other] = [group.rates[rate], reference.rates[rate]]
    const absent = own.reason ?? other.reason
    const shared = {
      version: 1,
      confidence,
      groups: names,
      flags: own.isSmall || other.isSmall ? ['small-n'] : [],
    } as const
    const n = own.of + other.of
    const isKnown = own.value !== null && other.value !== null
    const ratio = isKnown && other.value !== 0 ? own.value / other.value! : null
    const limits = isKnown ? ratioInterval(own, other, confidence) : null
    return [
      {
        ...shared,
        id: `pairwise-${id}-difference`,
        definition: `${rate} of the group minus that of the reference`,
        value: isKnown ? own.value - other.value! : null,
        ...(absent !== undefined && { reason: absent }),
        interval: isKnown ? newcombe(own, other, confidence) : null,
        intervalMethod: 'newcombe',
        n,
      },
      {
        ...shared,
        id: id === 'demographic-parity' ? 'pairwise-disparate-impact' : `pairwise-${id}-ratio`,
        definition: `${rate} of the group over that of the reference`,
        value: ratio,
        ...(ratio === null && { reason: absent ?? `empty-denominator: the ${rate} of the reference is 0` }),
        interval: limits?.interval ?? null,
        ...(limits && { intervalMethod: limits.method }),
        n,
      },
    ]
  })
  const pair = [group, reference]
  const odds = (size: (x: number) => number): Statistic => {
    return ([a, b]) => finite((size(tprOf(a!) - tprOf(b!)) + size(fprOf(a!) - fprOf(b!))) / 2)
  }
  const treatment = (c: GroupCounts): number => c.falseNegatives / c.falsePositives
  return [
    ...rates,
    composite(
      'average-odds-difference',
      'mean of the differences of TPR and FPR, sign kept',
      pair,
      odds(x => x),
      settings,
    ),
    composite(
      'average-absolute-odds-difference',
      'mean of the absolute differences of TPR and FPR',
      pair,
      odds(Math.abs),
      settings,
    ),
    composite(
      'treatment-equality-difference',
      'fn / fp of the group minus that of the reference',
      pair,
      ([a, b]) => finite(treatment(a!) - treatment(b!)),
      settings,
    ),
    composite(
      'treatment-equality-ratio',
      'fn / fp of the group over that of the reference',
      pair,
      ([a, b]) => finite(treatment(a!) / treatment(b!)),
      settings,
    ),
  ]
}

/** A disparity against a reference is within tolerance when it is in [tau, 1 / tau]; null is not. tau = 0.8 by default (Aequitas). */
export const isWithinTolerance = (ratio: number | null, tau = 0.8): boolean =>
  ratio !== null && ratio >= tau && ratio <= 1 / tau

/** Predicted prevalence: a group's share of everybody who is selected. Null when nobody is. */
export function predictedPrevalence(groups: readonly GroupCounts[]): readonly (number | null)[] {
  const selected = groups.reduce((sum, one) => sum + one.selected, 0)
  return groups.map(one => (selected === 0 ? null : one.selected / selected))
}

/** The data's own versions: statistical parity difference and disparate impact of the labels, group minus/over reference. */
export const labelParity = (
  group: GroupRates,
  reference: GroupRates,
  settings: MetricSettings = closedForms,
): readonly FairnessMetric[] =>
  pairwiseMetrics(group, reference, settings).filter(({ id }) => id.startsWith('pairwise-base-rate'))

const tprOf = ({ truePositives: tp, falseNegatives: fn }: GroupCounts): number => tp / (tp + fn)
const fprOf = ({ falsePositives: fp, trueNegatives: tn }: GroupCounts): number => fp / (fp + tn)
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

function composite(
  id: string,
  definition: string,
  groups: readonly GroupRates[],
  statistic: Statistic,
  { confidence, replicates, random }: MetricSettings,
): FairnessMetric {
  const counts = groups.map(one => one.counts)
  const value = statistic(counts)
  const settings: BootstrapSettings = { confidence, replicates, method: 'percentile' }
  const drawn = value === null || !random ? null : bootstrap(counts, statistic, settings, random)
  return {
    id,
    definition,
    version: 1,
    value,
    ...(value === null && { reason: groups.length < 2 ? 'fewer than two groups' : 'empty-denominator' }),
    interval: drawn?.interval ?? null,
    ...(drawn && { intervalMethod: drawn.method, undefinedShare: drawn.undefinedShare }),
    confidence,
    groups: groups.map(one => one.group),
    flags: [],
    n: counts.reduce((sum, { rows }) => sum + rows, 0),
  }
}

/** Rates of a group from bare counts, each assessed as soon as it has one row. */
export const groupOf = (group: string, counts: GroupCounts): GroupRates => ({ group, counts, rates: ratesOf(counts) })
