import { binned } from '../drift/binnings.js'
import { jointSample } from '../drift/joint-sample.js'
import { homogeneity, populationStability } from '../drift/stability.js'
import { kolmogorovSmirnov, wasserstein } from '../drift/two-sample.js'
import type { StoredColumn } from '../record/column-tally.js'
import type { RecordedWindow } from '../record/recorded-window.js'
import { QuantileSketch, rankError, type StoredQuantiles } from '../sketches/quantile-sketch.js'
import type { StoredFrequent } from '../sketches/frequent-values.js'
import { kolmogorovTail } from '../statistics/kolmogorov.js'
import { minimumGroup, minimumRows, type Measured } from '../windows/findings.js'
import type { CheckThresholds } from './check-thresholds.js'

/** Values of a column that are compared one by one; all others are compared together. */
const mostValues = 50

/** How far each input has moved from the reference. */
export const measureFeatures = (
  reference: RecordedWindow,
  window: RecordedWindow,
  thresholds: CheckThresholds,
): readonly Measured[] =>
  Object.entries(window.features).flatMap(([attribute, column]) =>
    columnDrift(reference.features[attribute]!, column, thresholds).map(one => ({ ...one, attribute })),
  )

function columnDrift(before: StoredColumn, now: StoredColumn, thresholds: CheckThresholds): readonly Measured[] {
  if (before.kind === 'number' && now.kind === 'number') return numberDrift(before.quantiles, now.quantiles, thresholds)
  if (before.kind === 'category' && now.kind === 'category')
    return [categories([...before.counts, before.outOfRange], [...now.counts, now.outOfRange], thresholds.psi)]
  if (before.kind === 'frequent' && now.kind === 'frequent')
    return [frequentValues(before.frequent, now.frequent, thresholds.psi)]
  return []
}

function numberDrift(
  before: StoredQuantiles,
  now: StoredQuantiles,
  { psi, wasserstein: limit }: CheckThresholds,
): Measured[] {
  const rows = now.rows
  const few = tooFew(before.rows, rows)
  if (few !== null)
    return [
      { metric: 'feature-psi', value: null, threshold: psi, p: null, rows, note: few },
      { metric: 'feature-wasserstein', value: null, threshold: limit, p: null, rows, note: few },
    ]
  const [a, b] = [QuantileSketch.fromJSON(before), QuantileSketch.fromJSON(now)]
  const joint = jointSample(a.points(), b.points())
  const bins = binned(joint, 'refDeciles')
  // What the sketches may be off is taken from the distance, so that their error never makes a difference significant.
  const doubt = [a, b].reduce((sum, sketch) => sum + (sketch.isExact ? 0 : rankError(sketch.k)), 0)
  const distance = Math.max(0, kolmogorovSmirnov(joint, 'asymptotic')!.statistic - doubt)
  const p = kolmogorovTail(distance, Math.round((before.rows * rows) / (before.rows + rows)))
  const note = `deciles of the reference; Kolmogorov-Smirnov distance less ${doubt.toFixed(3)} for the sketches`
  return [
    { metric: 'feature-psi', value: populationStability(bins.reference, bins.current), threshold: psi, p, rows, note },
    { metric: 'feature-wasserstein', value: wasserstein(joint)!.normed, threshold: limit, p, rows, note },
  ]
}

function categories(before: readonly number[], now: readonly number[], threshold: number, note?: string): Measured {
  const metric = 'feature-psi'
  const [all, rows] = [total(before), total(now)]
  const few = tooFew(all, rows)
  if (few !== null) return { metric, value: null, threshold, p: null, rows, note: few }
  const p = homogeneity([before, now])?.p ?? 1
  return { metric, value: populationStability(before, now), threshold, p, rows, ...(note !== undefined && { note }) }
}

/** Compares the values that are frequent in the reference, and all others together. No value is named. */
function frequentValues(before: StoredFrequent, now: StoredFrequent, threshold: number): Measured {
  const names = before.counts
    .filter(([, count]) => count >= minimumGroup)
    .slice(0, mostValues)
    .map(([value]) => value)
  const countsOf = ({ counts, rows }: StoredFrequent): number[] => {
    const known = new Map(counts)
    const listed = names.map(name => known.get(name) ?? 0)
    return [...listed, rows - total(listed)]
  }
  const off = Math.max(before.shortfall / Math.max(1, before.rows), now.shortfall / Math.max(1, now.rows))
  const note = `${names.length} values frequent in the reference, the others together; shares are off by at most ${off.toFixed(4)}`
  return categories(countsOf(before), countsOf(now), threshold, note)
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

const tooFew = (before: number, now: number): string | null =>
  Math.min(before, now) >= minimumRows
    ? null
    : `${now} rows against ${before} of the reference, at least ${minimumRows} of each needed`
