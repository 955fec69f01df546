import type { Assessment, RunRecord } from '@attestry/core'
import { byText, sortedEntries } from './format.js'

/** A limit beside what was measured. `not-assessed` never counts as met. */
export interface LimitView {
  readonly metric: string
  readonly max: number
  readonly value: number | null
  readonly interval: readonly [number, number] | null
  readonly state: 'met' | 'over' | 'not-assessed'
  /** What the largest value is about: `over region`, `in region north`; null for all test rows. */
  readonly about: string | null
  /** Who asked: control and plugin, or the config. */
  readonly asked: readonly string[]
}

/**
 * Every limit of policy and config with the worst assessment of its metric. A limit binds each assessment of the metric, a
 * missing value included: one group that was not assessed leaves the limit not assessed unless another is over it.
 */
export function limitsOf({ policy, config }: RunRecord, assessments: readonly Assessment[]): readonly LimitView[] {
  const limits = [
    ...policy.metrics.map(({ value, sources }) => ({
      ...value,
      asked: sources.map(({ control, plugin }) => `${control} (${plugin})`),
    })),
    ...Object.entries(config.evaluation.limits ?? {})
      .sort(([a], [b]) => byText(a, b))
      .map(([metric, max]) => ({ metric, max, asked: ['the config of the run'] })),
  ]
  return limits.map(({ metric, max, asked }) => {
    const measured = assessments.filter(one => one.metric === metric)
    const worst = measured
      .filter(({ value }) => value !== null)
      .reduce<Assessment | null>((a, b) => (a === null || isWorse(b, a) ? b : a), null)
    const isUnknown = worst === null || (worst.value! <= max && measured.some(({ value }) => value === null))
    return {
      metric,
      max,
      value: worst?.value ?? null,
      interval: worst?.interval ?? null,
      state: isUnknown ? 'not-assessed' : worst.value! <= max ? 'met' : 'over',
      about: worst && aboutOf(worst),
      asked,
    }
  })
}

const aboutOf = ({ attribute, slice }: Assessment): string | null =>
  attribute !== undefined
    ? `over ${attribute}`
    : slice
      ? `in ${sortedEntries(slice)
          .map(([name, group]) => `${name} ${group}`)
          .join(', ')}`
      : null

/** The larger value; of equal ones the one that names its attribute. A value that is not a number is the worst. */
const isWorse = (one: Assessment, than: Assessment): boolean =>
  one.value === than.value ? than.attribute === undefined : !(one.value! <= than.value!)

/** The limited gap between groups that is nearest to its limit, or furthest over it. Null when no gap has a limit. */
export function worstGap(limits: readonly LimitView[]): LimitView | null {
  const gaps = limits.filter(({ metric }) => isGap(metric))
  const unknown = gaps.find(({ state }) => state === 'not-assessed')
  const share = ({ value, max }: LimitView): number => (value === null ? -1 : max > 0 ? value / max : Infinity)
  const worst = gaps.reduce<LimitView | null>((a, b) => (a === null || share(b) > share(a) ? b : a), null)
  return worst?.state === 'over' ? worst : (unknown ?? worst)
}

/** Whether a metric measures a difference between groups. */
export const isGap = (metric: string): boolean => /(?:difference|gap)$/.test(metric)
