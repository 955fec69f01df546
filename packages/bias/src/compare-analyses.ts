import type { BiasAnalysis, BiasMetric, BiasRow } from './analysis-types.js'
import { invalidInput } from './errors.js'

export interface MetricChange {
  readonly attributes: readonly string[]
  readonly id: string
  readonly before: number | null
  readonly after: number | null
  /** After minus before; null when either is. */
  readonly change: number | null
  /** `worse` and `better` by direction alone, without a test; ratios are better when larger. */
  readonly direction: 'better' | 'worse' | 'same' | 'not-comparable'
}

export interface GroupChange {
  readonly attributes: readonly string[]
  readonly group: string
  readonly rate: readonly [before: number | null, after: number | null]
  readonly truePositiveRate: readonly [before: number | null, after: number | null]
  readonly falsePositiveRate: readonly [before: number | null, after: number | null]
  /** True positive rate fell. */
  readonly isLowered: boolean
}

export interface AnalysisComparison {
  readonly metrics: readonly MetricChange[]
  readonly groups: readonly GroupChange[]
  /**
   * Groups that only lost: their true positive rate fell and the error of no group of the same table (false positive or
   * false negative rate) fell with it. A gap closed in that way helps nobody.
   */
  readonly levellingDown: readonly GroupChange[]
  /** Metrics that got worse: harm that moved elsewhere. */
  readonly worse: readonly MetricChange[]
  readonly biasDetected: readonly [before: boolean, after: boolean]
}

/**
 * Every metric and group before and after a mitigation. What is in only one of the two is `not-comparable`, not dropped.
 *
 * @throws BIAS-E008 when the analyses have no attribute in common
 */
export function compareAnalyses(before: BiasAnalysis, after: BiasAnalysis): AnalysisComparison {
  if (!before.settings.attributes.some(name => after.settings.attributes.includes(name)))
    throw invalidInput('two analyses have no attribute in common', 'analyse the same attributes before and after')
  const metrics = joined(before.metrics, after.metrics, metricKey).map(metricChange)
  const groups = joined(before.rows, after.rows, rowKey).map(groupChange)
  return {
    metrics,
    groups,
    levellingDown: groups.filter(
      one =>
        one.isLowered &&
        !groups.some(other => String(other.attributes) === String(one.attributes) && hasSmallerError(other)),
    ),
    worse: metrics.filter(({ direction }) => direction === 'worse'),
    biasDetected: [before.biasDetected, after.biasDetected],
  }
}

const metricKey = ({ attributes, id }: BiasMetric): string => JSON.stringify([attributes, id])
const rowKey = ({ slice }: BiasRow): string => JSON.stringify(slice)

function joined<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly [T | undefined, T | undefined])[] {
  const later = new Map(after.map(item => [keyOf(item), item]))
  const earlier = new Set(before.map(keyOf))
  return [
    ...before.map(item => [item, later.get(keyOf(item))] as const),
    ...after.filter(item => !earlier.has(keyOf(item))).map(item => [undefined, item] as const),
  ]
}

function metricChange([before, after]: readonly [BiasMetric | undefined, BiasMetric | undefined]): MetricChange {
  const { attributes, id } = (before ?? after)!
  const [from, to] = [before?.value ?? null, after?.value ?? null]
  const change = from === null || to === null ? null : to - from
  const gain = change === null ? null : id.endsWith('-ratio') ? change : -change
  const direction = gain === null ? 'not-comparable' : Math.abs(gain) < 1e-12 ? 'same' : gain > 0 ? 'better' : 'worse'
  return { attributes, id, before: from, after: to, change, direction }
}

function groupChange([before, after]: readonly [BiasRow | undefined, BiasRow | undefined]): GroupChange {
  const { attributes, group } = (before ?? after)!
  const pair = (name: 'rate' | 'truePositiveRate' | 'falsePositiveRate') =>
    [before?.[name] ?? null, after?.[name] ?? null] as const
  const truePositiveRate = pair('truePositiveRate')
  return {
    attributes,
    group,
    rate: pair('rate'),
    truePositiveRate,
    falsePositiveRate: pair('falsePositiveRate'),
    isLowered: fell(truePositiveRate),
  }
}

const fell = ([before, after]: readonly [number | null, number | null]): boolean =>
  before !== null && after !== null && after < before - 1e-12

const hasSmallerError = ({ truePositiveRate: [before, after], falsePositiveRate }: GroupChange): boolean =>
  fell(falsePositiveRate) || fell([after, before])
