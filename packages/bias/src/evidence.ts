import type { Assessment, Digest, EffectivePolicy, Evidence, JsonValue } from '@attestry/core'
import { gapDetail, gapMetrics } from './assessments.js'
import type { AttributeBias, BiasMeasurement } from './measure.js'
import type { GroupRates, Rate } from './rates.js'

/** One limit beside what was measured. */
export interface JudgedLimit {
  readonly metric: string
  /** The largest value assessed; null when there is none. */
  readonly value: number | null
  readonly max: number
  /** Assessments of the metric: for the whole table, by attribute and by group. */
  readonly judged: number
  /** Those without a value. */
  readonly notAssessed: number
  /** False when one assessment is over the limit, and false when one has no value. */
  readonly isMet: boolean
  /** Who asked, by control; empty for a limit of the config. */
  readonly controls: readonly string[]
}

/**
 * Compares assessments with the limits of policy and config, as the kernel does: every assessment of a limited metric must
 * have a value, and none may be over the limit. Limits on metrics that are not among the assessments belong to other
 * plugins and are left to them.
 */
export function judgeLimits(
  assessments: readonly Assessment[],
  policy: Pick<EffectivePolicy, 'metrics'>,
  configured: Readonly<Record<string, number>>,
): readonly JudgedLimit[] {
  const asked = [
    ...policy.metrics.map(({ value, sources }) => ({ ...value, controls: sources.map(({ control }) => control) })),
    ...Object.entries(configured).map(([metric, max]) => ({ metric, max, controls: [] as string[] })),
  ]
  return asked.flatMap(({ metric, max, controls }) => {
    const found = assessments.filter(one => one.metric === metric)
    if (found.length === 0) return []
    const values = found.flatMap(({ value }) => value ?? [])
    const notAssessed = found.length - values.length
    const value = values.length === 0 ? null : Math.max(...values)
    const isMet = notAssessed === 0 && value !== null && value <= max
    return [{ metric, value, max, judged: found.length, notAssessed, isMet, controls }]
  })
}

/**
 * The evidence of one measurement: all numbers, with the outcome of each limit.
 *
 * One record when all limits are met, or when there are none (`info`). When some are not, the controls behind those get a
 * record that says `fail`, and the others one that says `pass`.
 */
export function biasEvidence(
  measurement: BiasMeasurement,
  limits: readonly JudgedLimit[],
  modelDigest: Digest,
): readonly Evidence[] {
  const facts = { ...factsOf(measurement), limits: limits.map(limit => ({ ...limit })) }
  const record = (outcome: Evidence['outcome'], controls: readonly string[]): Evidence => ({
    type: 'bias-assessment',
    controls,
    outcome,
    subjects: [{ name: 'model', digest: modelDigest }],
    facts,
  })
  if (limits.length === 0) return [record('info', [])]
  const unmet = limits.filter(({ isMet }) => !isMet)
  const failed = distinct(unmet.flatMap(({ controls }) => controls))
  const passed = distinct(limits.flatMap(({ controls }) => controls)).filter(control => !failed.includes(control))
  if (unmet.length === 0) return [record('pass', passed)]
  return [record('fail', failed), ...(passed.length > 0 ? [record('pass', passed)] : [])]
}

const distinct = (items: readonly string[]): readonly string[] => [...new Set(items)].sort()

/** The measurement as plain JSON. Groups that are too small are named and counted, nothing more. */
export function factsOf(measurement: BiasMeasurement): { readonly [key: string]: JsonValue } {
  const { rows, classes, positiveClass, overall, classErrors, baseline, settings } = measurement
  return {
    definitions:
      'differences max - min, ratios min / max over groups; equalized odds: worse of true and false positive rate',
    rateIntervals: 'wilson',
    confidence: settings.confidence,
    minimumRows: settings.minimumRows,
    rows,
    positiveClass: classes[positiveClass] ?? null,
    overall: ratesTable(overall),
    baselineAccuracy: rateNumbers(baseline),
    majorityClass: baseline.majorityClass,
    classErrors: classErrors.map((rate, index) => ({ class: classes[index]!, ...rateNumbers(rate) })),
    attributes: measurement.attributes.map(one => attributeTable(one, settings.minimumRows)),
    intersections: measurement.intersections.map(one => attributeTable(one, settings.minimumRows)),
  }
}

const attributeTable = ({ attribute, groups, gaps }: AttributeBias, minimumRows: number): JsonValue => ({
  attribute,
  groups: groups.map(group => groupTable(group, minimumRows)),
  gaps: Object.fromEntries(
    Object.entries(gapMetrics).map(([metric, key]) => [
      metric,
      { value: gaps[key].value, interval: gaps[key].interval, n: gaps[key].rows, detail: gapDetail(gaps[key]) },
    ]),
  ),
})

const groupTable = ({ group, counts, rates }: GroupRates, minimumRows: number): JsonValue =>
  counts.rows < minimumRows
    ? { group, rows: counts.rows, state: 'not-assessed' }
    : { group, rows: counts.rows, ...ratesTable(rates) }

const ratesTable = (rates: Readonly<Record<string, Rate>>): { readonly [key: string]: JsonValue } =>
  Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, rateNumbers(rate)]))

const rateNumbers = ({ value, interval, of, reason }: Rate): { readonly [key: string]: JsonValue } => ({
  value,
  interval,
  n: of,
  ...(reason !== undefined && { reason }),
})
