import type { ColumnQuality } from '../record/column-tally.js'
import type { RecordedWindow } from '../record/recorded-window.js'
import { rejectReasons } from '../record/prediction.js'
import type { CheckThresholds } from '../checks/check-thresholds.js'
import type { CheckMetric } from '../checks/check-metrics.js'
import { DistinctCount, distinctError } from '../sketches/distinct-count.js'
import { normalTails } from '../statistics/chi-square.js'
import { changeOf, type Proportion } from '../statistics/proportions.js'
import { minimumRows, type Measured } from '../windows/findings.js'

/**
 * Compares the quality of a window's data with that of the reference: missing values, types, ranges and categories by
 * column, and what concerns predictions as a whole.
 *
 * @param now in milliseconds since the epoch, to tell how old the window is
 */
export function measureQuality(
  reference: RecordedWindow,
  window: RecordedWindow,
  thresholds: CheckThresholds,
  now: number,
): readonly Measured[] {
  const of = (metric: CheckMetric, count: (one: RecordedWindow) => Proportion, threshold: number): Measured =>
    increase(metric, count(reference), count(window), threshold)
  return [
    of('rejected-share', rejectedOf, thresholds.rejected),
    of('undeclared-feature-share', one => share(one.undeclaredFeatures, one.counts.rows), thresholds.undeclared),
    of('unknown-truth-share', unknownTruthsOf, thresholds.unknownTruths),
    duplicates(window, thresholds.duplicates),
    age(window, now, thresholds.maximumAgeSeconds),
    ...Object.entries(window.features).flatMap(([attribute, column]) =>
      columnQuality(reference.features[attribute]!, column, thresholds).map(one => ({ ...one, attribute })),
    ),
  ]
}

const share = (count: number, of: number): Proportion => ({ count, of })

function rejectedOf({ counts, rejected }: RecordedWindow): Proportion {
  const count = rejectReasons.reduce((sum, reason) => sum + rejected[reason], 0)
  return { count, of: counts.rows + count }
}

/** Of the rows that came with a label. */
const unknownTruthsOf = ({ counts, unknownTruths }: RecordedWindow): Proportion =>
  share(unknownTruths, counts.labelled + unknownTruths)

const columnQuality = (before: ColumnQuality, now: ColumnQuality, thresholds: CheckThresholds): Measured[] => [
  increase('missing-share', missingOf(before), missingOf(now), thresholds.missing),
  increase(
    'type-error-share',
    share(before.typeErrors, before.present),
    share(now.typeErrors, now.present),
    thresholds.typeErrors,
  ),
  increase(
    'out-of-range-share',
    share(before.outOfRange, before.present),
    share(now.outOfRange, now.present),
    thresholds.outOfRange,
  ),
]

const missingOf = ({ present, missing }: ColumnQuality): Proportion => share(missing, present + missing)

/** How much larger a share has become. A reference without such rows counts as one without trouble. */
function increase(metric: CheckMetric, before: Proportion, now: Proportion, threshold: number): Measured {
  const rows = now.of
  if (rows < minimumRows)
    return { metric, value: null, threshold, p: null, rows, note: `${rows} rows, at least ${minimumRows} needed` }
  const known = before.of > 0 ? before : { count: 0, of: minimumRows }
  const { difference, interval, p } = changeOf(now, known)!
  const note = `${now.count} of ${now.of}; in the reference ${before.count} of ${before.of}`
  return { metric, value: difference, threshold, interval, p, rows, note }
}

/**
 * The share of predictions whose id was seen before in this window. The number of different ids is an estimate, so that a
 * share within its error is no finding.
 */
function duplicates({ ids }: RecordedWindow, threshold: number): Measured {
  const metric = 'duplicate-share'
  const rows = ids.rows
  if (rows < minimumRows)
    return { metric, value: null, threshold, p: null, rows, note: `${rows} predictions with an id` }
  const different = DistinctCount.fromJSON(ids.distinct).estimate()
  const error = distinctError(ids.distinct.precision)
  const value = Math.max(0, 1 - different / rows)
  const note = `about ${Math.round(different)} different ids, give or take ${(100 * error).toFixed(1)}%`
  return { metric, value, threshold, p: value > 0 ? normalTails(value / error) : 1, rows, note }
}

function age({ counts, lastAt }: RecordedWindow, now: number, threshold: number): Measured {
  const seconds = Math.max(0, (now - Date.parse(lastAt)) / 1000)
  return { metric: 'window-age-seconds', value: seconds, threshold, p: null, rows: counts.rows }
}
