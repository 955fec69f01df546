import { homogeneity, populationStability } from '../drift/stability.js'
import { changeOf, holm, type Change, type Interval, type Proportion } from '../statistics/proportions.js'
import type { CheckMetric } from '../checks/check-metrics.js'
import type { Frame, GroupTally, WindowCounts } from './window-counts.js'

export interface Thresholds {
  /** Population stability index of scores, predicted classes and group mix. */
  readonly psi: number
  /** Accuracy of the reference minus accuracy of the window. */
  readonly accuracyDrop: number
  /** Highest minus lowest selection rate over groups, within the window. */
  readonly selectionRateGap: number
}

export const defaultThresholds: Thresholds = { psi: 0.2, accuracyDrop: 0.05, selectionRateGap: 0.1 }

/** Windows and references with fewer rows are not assessed. */
export const minimumRows = 30
/** Groups with fewer rows are not compared, and never named. */
export const minimumGroup = 10
/** Of all tests of a window together (Holm). */
export const significance = 0.05

export type FindingMetric =
  | CheckMetric
  | 'invalid-score-share'
  | 'score-psi'
  | 'prediction-psi'
  | 'group-psi'
  | 'selection-rate-gap'
  | 'accuracy-drop'

/** `alert`: at or over its threshold and not explained by chance. `not-assessed` is a state of its own, never calm. */
export type FindingState = 'alert' | 'calm' | 'not-assessed'

/** One comparison of a window with its reference. */
export interface Finding {
  readonly metric: FindingMetric
  readonly state: FindingState
  /** Null when not assessed. */
  readonly value: number | null
  readonly threshold: number
  /** 95%, where there is one. */
  readonly interval?: Interval
  /** Of the test that goes with the metric, adjusted for all tests of the window. */
  readonly p: number | null
  /** Rows of the window that the value rests on. */
  readonly rows: number
  readonly attribute?: string
  readonly slice?: Readonly<Record<string, string>>
  /** Why it was not assessed, or what else belongs to the value. */
  readonly note?: string
}

/** A finding before all tests of the window are adjusted together. A value without a p needs no test to be believed. */
export type Measured = Omit<Finding, 'state'>

/**
 * Compares a window with its reference.
 *
 * An effect size decides (at or over its threshold) and a test accompanies it: with a million rows every difference is
 * significant, with a hundred none is. An alert needs both, at 0.05 over all tests of the window by Holm's method.
 */
export const findingsOf = (
  frame: Frame,
  reference: WindowCounts,
  window: WindowCounts,
  thresholds: Thresholds = defaultThresholds,
): readonly Finding[] => judge(measureWindow(frame, reference, window, thresholds))

/** The comparisons of a window, not judged yet. */
export function measureWindow(
  frame: Frame,
  reference: WindowCounts,
  window: WindowCounts,
  thresholds: Thresholds,
): readonly Measured[] {
  return [
    invalidScores(window),
    drift('score-psi', reference.scores, window.scores, thresholds.psi),
    drift('prediction-psi', reference.predicted, window.predicted, thresholds.psi),
    accuracyDrop(reference, window, minimumRows, thresholds.accuracyDrop),
    ...Object.entries(frame.groups).flatMap(([attribute, names]) => {
      const before = reference.attributes[attribute]!
      const now = window.attributes[attribute]!
      const mix = drift('group-psi', before.map(rowsOf), now.map(rowsOf), thresholds.psi)
      return [
        { ...mix, attribute },
        { ...selectionRateGap(now, before, thresholds.selectionRateGap), attribute },
        ...names.flatMap((name, group) =>
          now[group]!.labelled < minimumGroup || before[group]!.labelled < minimumGroup
            ? []
            : {
                ...accuracyDrop(before[group]!, now[group]!, minimumGroup, thresholds.accuracyDrop),
                attribute,
                slice: { [attribute]: name },
              },
        ),
      ]
    }),
  ]
}

/** Judges all comparisons of a window together. */
export function judge(measured: readonly Measured[]): readonly Finding[] {
  const tested = measured.filter(({ p }) => p !== null)
  const adjusted = new Map(holm(tested.map(({ p }) => p!)).map((p, place) => [tested[place]!, p]))
  return measured.map(one => {
    const p = adjusted.get(one) ?? null
    return { ...one, p, state: stateOf(one, p) }
  })
}

function stateOf({ value, threshold }: Measured, p: number | null): FindingState {
  if (value === null) return 'not-assessed'
  // Such as a score that is no probability: one row is enough.
  if (p === null) return value > threshold ? 'alert' : 'calm'
  return value >= threshold && p < significance ? 'alert' : 'calm'
}

const rowsOf = ({ rows }: GroupTally): number => rows

const invalidScores = ({ rows, invalidScores: count }: WindowCounts): Measured => ({
  metric: 'invalid-score-share',
  value: rows === 0 ? null : count / rows,
  threshold: 0,
  p: null,
  rows,
  ...(rows === 0 && { note: 'the window has no rows' }),
})

function drift(
  metric: 'score-psi' | 'prediction-psi' | 'group-psi',
  reference: readonly number[],
  window: readonly number[],
  threshold: number,
): Measured {
  const [before, rows] = [total(reference), total(window)]
  if (before < minimumRows || rows < minimumRows)
    return { metric, value: null, threshold, p: null, rows, note: tooFew(rows, before, minimumRows) }
  const p = homogeneity([reference, window])?.p ?? 1
  return { metric, value: populationStability(reference, window), threshold, p, rows }
}

function accuracyDrop(
  reference: Pick<WindowCounts, 'labelled' | 'correct'>,
  window: Pick<WindowCounts, 'labelled' | 'correct'>,
  minimum: number,
  threshold: number,
): Measured {
  const metric = 'accuracy-drop'
  const rows = window.labelled
  if (rows < minimum || reference.labelled < minimum)
    return {
      metric,
      value: null,
      threshold,
      p: null,
      rows,
      note: `labels: ${tooFew(rows, reference.labelled, minimum)}`,
    }
  const { difference, interval, p } = changeOf(
    { count: reference.correct, of: reference.labelled },
    { count: window.correct, of: rows },
  )!
  return { metric, value: difference, threshold, interval, p, rows }
}

function selectionRateGap(now: readonly GroupTally[], before: readonly GroupTally[], threshold: number): Measured {
  const metric = 'selection-rate-gap'
  const compared = now.filter(({ rows }) => rows >= minimumGroup)
  const rows = total(compared.map(rowsOf))
  const small = now.filter(tally => tally.rows > 0 && tally.rows < minimumGroup).length
  const note = `${small} groups below ${minimumGroup} rows left out; in the reference ${gapText(before)}`
  if (compared.length < 2) return { metric, value: null, threshold, p: null, rows, note }
  const p = homogeneity(compared.map(({ rows: all, selected }) => [selected, all - selected]))?.p ?? 1
  return { metric, value: rangeOf(compared), threshold, p, rows, note }
}

const rangeOf = (tallies: readonly GroupTally[]): number => {
  const rates = tallies.map(({ selected, rows }) => selected / rows)
  return Math.max(...rates) - Math.min(...rates)
}

const gapText = (tallies: readonly GroupTally[]): string => {
  const compared = tallies.filter(({ rows }) => rows >= minimumGroup)
  return compared.length < 2 ? 'not assessed' : rangeOf(compared).toFixed(3)
}

/** Change of each predicted class's share, window minus reference. */
export const classRateChanges = (
  frame: Frame,
  reference: WindowCounts,
  window: WindowCounts,
): readonly { readonly class: string; readonly change: Change | null }[] =>
  frame.classes.map((name, place) => {
    const share = ({ predicted, rows }: WindowCounts): Proportion => ({ count: predicted[place]!, of: rows })
    return { class: name, change: changeOf(share(window), share(reference)) }
  })

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

const tooFew = (rows: number, before: number, minimum: number): string =>
  `${rows} rows against ${before} of the reference, at least ${minimum} of each needed`
