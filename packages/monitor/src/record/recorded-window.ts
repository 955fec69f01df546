import type { Digest } from '@attestry/core'
import { mergeExpected } from '../performance/count-expected.js'
import type { ExpectedCounts } from '../performance/expected.js'
import { DistinctCount, type StoredDistinct } from '../sketches/distinct-count.js'
import { mergeCounts, type WindowCounts } from '../windows/window-counts.js'
import { mergeColumns, type StoredColumn } from './column-tally.js'
import { schemasDiffer } from './errors.js'
import { rejectReasons, type RejectReason } from './prediction.js'

/** Rows whose truth is known, by truth and prediction of the positive class against all others. */
export interface Confusion {
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
}

/** A bin of scores with Σ p, Σ (1 - p) and Σ p (1 - p) of its rows. Empty bins are left out. */
export type StoredScoreBin = readonly [bin: number, positive: number, negative: number, variance: number]

/** What a schema with a calibration adds: expected confusions, overall and by group. */
export interface RecordedEstimates {
  readonly overall: ExpectedCounts
  /** By attribute, one entry per known group and a last one for all others. */
  readonly attributes: Readonly<Record<string, readonly ExpectedCounts[]>>
  readonly scores: readonly StoredScoreBin[]
}

/** A closed window. Its size depends on the schema, never on the number of rows. */
export interface RecordedWindow {
  readonly format: 'attestry-window/1'
  /** Of the schema that it was recorded with. */
  readonly schema: Digest
  /** When its first and its last prediction came, RFC 3339 in UTC. */
  readonly firstAt: string
  readonly lastAt: string
  readonly counts: WindowCounts
  readonly confusion: Confusion
  readonly estimates: RecordedEstimates | null
  readonly features: Readonly<Record<string, StoredColumn>>
  /** Predictions with an id, and how many different ids they had. */
  readonly ids: { readonly rows: number; readonly distinct: StoredDistinct }
  /** Rows whose truth is no declared class; they count as rows without truth. */
  readonly unknownTruths: number
  /** Rows with an input that the schema does not declare. */
  readonly undeclaredFeatures: number
  /** Predictions that were not counted. */
  readonly rejected: Readonly<Record<RejectReason, number>>
}

/**
 * Two windows as if one recorder had seen both. Counts add up exactly, sketches keep their error.
 *
 * @throws MONITOR-E324 for windows of two schemas
 */
export function mergeWindows(a: RecordedWindow, b: RecordedWindow): RecordedWindow {
  if (a.schema !== b.schema) throw schemasDiffer(a.schema, b.schema)
  return {
    format: a.format,
    schema: a.schema,
    firstAt: a.firstAt < b.firstAt ? a.firstAt : b.firstAt,
    lastAt: a.lastAt > b.lastAt ? a.lastAt : b.lastAt,
    counts: mergeCounts(a.counts, b.counts),
    confusion: {
      truePositives: a.confusion.truePositives + b.confusion.truePositives,
      falsePositives: a.confusion.falsePositives + b.confusion.falsePositives,
      falseNegatives: a.confusion.falseNegatives + b.confusion.falseNegatives,
      trueNegatives: a.confusion.trueNegatives + b.confusion.trueNegatives,
    },
    estimates: a.estimates && b.estimates && mergeEstimates(a.estimates, b.estimates),
    features: Object.fromEntries(
      Object.entries(a.features).map(([name, column]) => [name, mergeColumns(column, b.features[name]!)]),
    ),
    ids: { rows: a.ids.rows + b.ids.rows, distinct: mergeDistinct(a.ids.distinct, b.ids.distinct) },
    unknownTruths: a.unknownTruths + b.unknownTruths,
    undeclaredFeatures: a.undeclaredFeatures + b.undeclaredFeatures,
    rejected: Object.fromEntries(
      rejectReasons.map(reason => [reason, a.rejected[reason] + b.rejected[reason]]),
    ) as Record<RejectReason, number>,
  }
}

function mergeEstimates(a: RecordedEstimates, b: RecordedEstimates): RecordedEstimates {
  const bins = new Map(a.scores.map(bin => [bin[0], bin]))
  for (const [bin, positive, negative, variance] of b.scores) {
    const [, p, n, v] = bins.get(bin) ?? [bin, 0, 0, 0]
    bins.set(bin, [bin, p + positive, n + negative, v + variance])
  }
  return {
    overall: mergeExpected(a.overall, b.overall),
    attributes: Object.fromEntries(
      Object.entries(a.attributes).map(([attribute, groups]) => [
        attribute,
        groups.map((group, place) => mergeExpected(group, b.attributes[attribute]![place]!)),
      ]),
    ),
    scores: [...bins.values()].sort(([first], [second]) => first - second),
  }
}

function mergeDistinct(a: StoredDistinct, b: StoredDistinct): StoredDistinct {
  const count = DistinctCount.fromJSON(a)
  count.merge(DistinctCount.fromJSON(b))
  return count.toJSON()
}
