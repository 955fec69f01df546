import { FrequentValues, type StoredFrequent } from '../sketches/frequent-values.js'
import { QuantileSketch, type StoredQuantiles } from '../sketches/quantile-sketch.js'
import { schemasDiffer } from './errors.js'
import type { FeatureSpec } from './schema.js'

/** Counts of a column that every kind has. */
export interface ColumnQuality {
  /** Rows with a value, whatever it was. */
  readonly present: number
  /** Rows where the value is absent, null, NaN or an empty text. */
  readonly missing: number
  /** Values of another type than declared; texts of more than 200 characters among them. */
  readonly typeErrors: number
  /** Numbers outside the declared range, infinite ones among them; categories that are not declared. */
  readonly outOfRange: number
}

/** A column of a window as plain data. */
export type StoredColumn = ColumnQuality &
  (
    | { readonly kind: 'number'; readonly quantiles: StoredQuantiles }
    /** One count per declared value, in order. */
    | { readonly kind: 'category'; readonly counts: readonly number[] }
    | { readonly kind: 'frequent'; readonly frequent: StoredFrequent }
  )

/** Counts a column of a window that is still open. */
export interface ColumnTally {
  add(value: unknown): void
  toJSON(): StoredColumn
}

const longest = 200
const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (typeof value === 'number' && Number.isNaN(value))

/** Starts a column, from nothing or from what another window has stored of it. */
export function openColumn(spec: FeatureSpec, stored?: StoredColumn): ColumnTally {
  switch (spec.kind) {
    case 'number':
      return numberTally(spec, stored?.kind === 'number' ? stored : undefined)
    case 'category':
      return categoryTally(spec, stored?.kind === 'category' ? stored : undefined)
    case 'frequent':
      return frequentTally(spec, stored?.kind === 'frequent' ? stored : undefined)
    default:
      return spec satisfies never
  }
}

type Quality = { -readonly [name in keyof ColumnQuality]: number }

const qualityOf = ({ present, missing, typeErrors, outOfRange }: ColumnQuality): Quality => ({
  present,
  missing,
  typeErrors,
  outOfRange,
})
const noQuality: ColumnQuality = { present: 0, missing: 0, typeErrors: 0, outOfRange: 0 }

function numberTally(
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, k = 256 }: FeatureSpec & { kind: 'number' },
  stored?: StoredColumn & { kind: 'number' },
): ColumnTally {
  const quality = qualityOf(stored ?? noQuality)
  const sketch = stored ? QuantileSketch.fromJSON(stored.quantiles) : new QuantileSketch(k)
  return {
    add(value) {
      if (isMissing(value)) quality.missing++
      else {
        quality.present++
        if (typeof value !== 'number') quality.typeErrors++
        else if (value < min || value > max || !sketch.add(value)) quality.outOfRange++
      }
    },
    toJSON: () => ({ kind: 'number', ...quality, quantiles: sketch.toJSON() }),
  }
}

/** A category as text; numbers and truth values are written out. Undefined for anything else. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function categoryTally(
  { values }: FeatureSpec & { kind: 'category' },
  stored?: StoredColumn & { kind: 'category' },
): ColumnTally {
  const quality = qualityOf(stored ?? noQuality)
  const places = new Map(values.map((value, place) => [value, place]))
  const counts = stored ? [...stored.counts] : new Array<number>(values.length).fill(0)
  return {
    add(value) {
      if (isMissing(value)) quality.missing++
      else {
        quality.present++
        const text = textOf(value)
        const place = text === undefined ? undefined : places.get(text)
        if (place !== undefined) counts[place]!++
        else if (text === undefined) quality.typeErrors++
        else quality.outOfRange++
      }
    },
    toJSON: () => ({ kind: 'category', ...quality, counts: [...counts] }),
  }
}

function frequentTally(
  { counters = 256 }: FeatureSpec & { kind: 'frequent' },
  stored?: StoredColumn & { kind: 'frequent' },
): ColumnTally {
  const quality = qualityOf(stored ?? noQuality)
  const frequent = stored ? FrequentValues.fromJSON(stored.frequent) : new FrequentValues(counters)
  return {
    add(value) {
      if (isMissing(value)) quality.missing++
      else {
        quality.present++
        const text = textOf(value)
        if (text === undefined || text.length > longest) quality.typeErrors++
        else frequent.add(text)
      }
    },
    toJSON: () => ({ kind: 'frequent', ...quality, frequent: frequent.toJSON() }),
  }
}

/** Both columns together. @throws MONITOR-E324 for two kinds, MONITOR-E302 for two sizes, MONITOR-E303 */
export function mergeColumns(a: StoredColumn, b: StoredColumn): StoredColumn {
  const quality: ColumnQuality = {
    present: a.present + b.present,
    missing: a.missing + b.missing,
    typeErrors: a.typeErrors + b.typeErrors,
    outOfRange: a.outOfRange + b.outOfRange,
  }
  if (a.kind === 'number' && b.kind === 'number') {
    const sketch = QuantileSketch.fromJSON(a.quantiles)
    sketch.merge(QuantileSketch.fromJSON(b.quantiles))
    return { kind: 'number', ...quality, quantiles: sketch.toJSON() }
  }
  if (a.kind === 'frequent' && b.kind === 'frequent') {
    const frequent = FrequentValues.fromJSON(a.frequent)
    frequent.merge(FrequentValues.fromJSON(b.frequent))
    return { kind: 'frequent', ...quality, frequent: frequent.toJSON() }
  }
  if (a.kind === 'category' && b.kind === 'category')
    return { kind: 'category', ...quality, counts: a.counts.map((count, place) => count + b.counts[place]!) }
  throw schemasDiffer(a.kind, b.kind)
}
