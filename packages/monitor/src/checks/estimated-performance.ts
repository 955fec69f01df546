import { estimateAuc, estimatePerformance, type Estimate, type ExpectedCounts } from '../performance/expected.js'
import type { RecordedWindow, StoredScoreBin } from '../record/recorded-window.js'
import { chiSquareTail, normalTails } from '../statistics/chi-square.js'
import type { Frame } from '../windows/window-counts.js'
import { minimumGroup, minimumRows, type Measured } from '../windows/findings.js'
import type { CheckMetric } from './check-metrics.js'
import type { CheckThresholds } from './check-thresholds.js'

const z95 = 1.959963984540054
const caveat = 'holds only while the share of positives at a given score stays as it was'

/** Performance that nobody can measure yet, estimated from scores; by group where there are two classes. */
export function measureEstimates(
  frame: Frame,
  reference: RecordedWindow,
  window: RecordedWindow,
  thresholds: CheckThresholds,
): readonly Measured[] {
  const { estimates: before } = reference
  const { estimates: now } = window
  if (!before || !now)
    return (['estimated-accuracy-drop', 'estimated-auc-drop'] as const).map(metric =>
      missing(
        metric,
        metric === 'estimated-auc-drop' ? thresholds.estimatedAucDrop : thresholds.estimatedAccuracyDrop,
        0,
      ),
    )
  const rows = now.overall.selected + now.overall.rest
  const auc = drop(
    'estimated-auc-drop',
    aucOf(before.scores),
    aucOf(now.scores),
    rows,
    minimumRows,
    thresholds.estimatedAucDrop,
  )
  return [
    accuracyDrop(realisedAccuracy(reference), now.overall, minimumRows, thresholds.estimatedAccuracyDrop),
    auc,
    ...Object.entries(frame.groups).flatMap(([attribute, names]) => {
      const groups = now.attributes[attribute]!
      return [
        { ...recallGap(groups, thresholds.recallGap), attribute },
        ...(frame.classes.length > 2 ? [] : names).flatMap((name, place) => {
          const { labelled, correct } = reference.counts.attributes[attribute]![place]!
          const group = groups[place]!
          return labelled < minimumGroup || rowsOf(group) < minimumGroup
            ? []
            : {
                ...accuracyDrop(proportion(correct, labelled), group, minimumGroup, thresholds.estimatedAccuracyDrop),
                attribute,
                slice: { [attribute]: name },
              }
        }),
      ]
    }),
  ]
}

const missing = (
  metric: CheckMetric,
  threshold: number,
  rows: number,
  note = 'the schema has no calibration',
): Measured => ({
  metric,
  value: null,
  threshold,
  p: null,
  rows,
  note,
})

const rowsOf = ({ selected, rest }: ExpectedCounts): number => selected + rest

/** Shares of the reference's rows that were right about the positive class, with the error of a sample. */
function realisedAccuracy({ confusion: { truePositives, trueNegatives, ...wrong } }: RecordedWindow): Estimate {
  const right = truePositives + trueNegatives
  return proportion(right, right + wrong.falsePositives + wrong.falseNegatives)
}

function proportion(count: number, of: number): Estimate {
  const value = count / of
  return of > 0 ? { value, standardError: Math.sqrt((value * (1 - value)) / of) } : { value: null, standardError: null }
}

const accuracyDrop = (before: Estimate, now: ExpectedCounts, minimum: number, threshold: number): Measured =>
  drop('estimated-accuracy-drop', before, estimatePerformance(now).accuracy, rowsOf(now), minimum, threshold)

/** A fall of an estimate, as a difference of two independent ones. */
function drop(
  metric: CheckMetric,
  before: Estimate,
  now: Estimate,
  rows: number,
  minimum: number,
  threshold: number,
): Measured {
  if (before.value === null || now.value === null || rows < minimum)
    return missing(
      metric,
      threshold,
      rows,
      `${rows} rows with a score, at least ${minimum} needed, and a reference with labels`,
    )
  const value = before.value - now.value
  const error = Math.hypot(before.standardError!, now.standardError!)
  const p = error > 0 ? normalTails(value / error) : value === 0 ? 1 : 0
  return { metric, value, threshold, interval: [value - z95 * error, value + z95 * error], p, rows, note: caveat }
}

function aucOf(scores: readonly StoredScoreBin[]): Estimate {
  return estimateAuc({
    positive: scores.map(([, positive]) => positive),
    negative: scores.map(([, , negative]) => negative),
    variance: scores.map(([, , , variance]) => variance),
  })
}

/** The range of estimated true-positive rates, with the test that they are all equal. @see Cochran 1954, Biometrics 10(1) */
function recallGap(groups: readonly ExpectedCounts[], threshold: number): Measured {
  const metric = 'estimated-recall-gap'
  const compared = groups.filter(group => rowsOf(group) >= minimumGroup)
  const rows = compared.reduce((sum, group) => sum + rowsOf(group), 0)
  const recalls = compared.flatMap(group => {
    const { value, standardError } = estimatePerformance(group).recall
    // A group of which nobody is selected has a certain rate of 0. Half a row of doubt keeps its weight finite.
    const doubt = 0.5 / (group.selectedPositive + group.restPositive)
    return value === null ? [] : [{ value, error: Math.max(standardError!, doubt) }]
  })
  if (recalls.length < 2) return missing(metric, threshold, rows, `fewer than two groups of ${minimumGroup} rows`)
  const weights = recalls.map(({ error }) => 1 / error ** 2)
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = recalls.reduce((sum, { value }, i) => sum + weights[i]! * value, 0) / all
  const statistic = recalls.reduce((sum, { value }, i) => sum + weights[i]! * (value - mean) ** 2, 0)
  const values = recalls.map(({ value }) => value)
  return {
    metric,
    value: Math.max(...values) - Math.min(...values),
    threshold,
    p: chiSquareTail(statistic, recalls.length - 1),
    rows,
    note: caveat,
  }
}
