import type { PredictionTable } from '@attestry/core'
import type { FairnessMetric } from './fairness-metrics.js'
import type { Interval } from './intervals.js'
import type { NullRange } from './null-range.js'

/** `no-disparity-shown` says that these rows did not show one, never that there is none. */
export type BiasVerdict = 'disparity' | 'no-disparity-shown' | 'not-assessed'

/** Worst-case metrics that a threshold can be set for. */
export type ThresholdMetric =
  | 'demographic-parity-difference'
  | 'equal-opportunity-difference'
  | 'equalized-odds-difference'

export interface BiasAnalysisInput {
  readonly table: PredictionTable
  /** Columns of `table.groups`; all of them by default. */
  readonly attributes?: readonly string[]
  /** Index of the class whose rate is a selection. Default 1. */
  readonly positiveClass?: number
  /** Attributes in an intersection, 1 to 3. Default 3. */
  readonly depth?: 1 | 2 | 3
  /** Below this many rows a group is flagged `small-n` and tested exactly. Default 30. */
  readonly minimumRows?: number
  /** Of every interval; 1 - confidence is the level of the verdicts. Default 0.95. */
  readonly confidence?: number
  /** Largest gap that is not called a disparity. Default 0.1 for demographic parity and equalized odds. */
  readonly thresholds?: Partial<Readonly<Record<ThresholdMetric, number>>>
  /** Simulations per gap; more are drawn when the number of comparisons needs it. Default 2000. */
  readonly replicates?: number
  /** The same seed gives the same analysis. Default 1. */
  readonly seed?: number
}

/** One group or intersection beside the group with the highest selection rate of the same attributes. */
export interface BiasRow {
  readonly attributes: readonly string[]
  readonly slice: Readonly<Record<string, string>>
  /** Values joined by ` × `. */
  readonly group: string
  readonly n: number
  readonly selected: number
  /** Selection rate. */
  readonly rate: number
  /** Wilson; Clopper-Pearson where `small-n`. */
  readonly interval: Interval
  /** Estimate drawn towards the mean of the groups (beta-binomial); null with one group. */
  readonly shrunkenRate: number | null
  readonly truePositiveRate: number | null
  readonly falsePositiveRate: number | null
  /** The group with the highest rate, among those that are not small when there is one. */
  readonly reference: string | null
  /** Rate minus the reference's. Null for the reference itself. */
  readonly difference: number | null
  readonly differenceInterval: Interval | null
  /** Rate over the reference's (impact ratio); null also when that is 0. */
  readonly ratio: number | null
  readonly ratioInterval: Interval | null
  /** Two-sided test against the reference, before and after Holm over all pairs of groups in all tables. */
  readonly p: number | null
  readonly adjustedP: number | null
  readonly test: 'fisher-exact' | 'pooled-z' | null
  /** Smallest difference that these rows show with 80 % power. */
  readonly detectable: number | null
  readonly verdict: BiasVerdict
  readonly reason: string
  readonly flags: readonly ('small-n' | 'below-four-fifths' | 'reference' | 'unknown-attribute')[]
}

/** One metric over the groups of one attribute or intersection. */
export interface BiasMetric extends FairnessMetric {
  readonly attributes: readonly string[]
  /** Null for metrics without a threshold. */
  readonly threshold: number | null
  /** The range that equal groups of these sizes would show; for metrics with a threshold. */
  readonly underEquality: NullRange | null
  /** p of `underEquality` after Holm over all metrics with a threshold. */
  readonly adjustedP: number | null
  /** Null for metrics without a threshold. */
  readonly verdict: BiasVerdict | null
}

export interface BiasAnalysis {
  /** A gap is above its threshold and more than chance among equal groups explains. False is not a finding of parity. */
  readonly biasDetected: boolean
  /** `not-assessed` when no gap is a disparity and at least one could not be judged. */
  readonly verdict: BiasVerdict
  readonly rows: readonly BiasRow[]
  readonly metrics: readonly BiasMetric[]
  /** What could not be judged, and why. */
  readonly notAssessed: readonly string[]
  readonly settings: Required<Omit<BiasAnalysisInput, 'table'>>
  /** Rows of the table. */
  readonly n: number
}
