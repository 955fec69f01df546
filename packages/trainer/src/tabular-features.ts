import { numberValues, rowCount, textValues, type RecordBatch } from '@attestry/core'
import { widthOf, type FeatureLayout } from './feature-layout.js'

/** Rows as inputs of an MLP, row-major. */
export interface TabularRows {
  readonly kind: 'tabular'
  readonly rows: number
  readonly width: number
  readonly values: Float32Array
}

/** How often values were outside what was declared. */
export interface FeatureCounts {
  /** Numbers moved to the nearer declared bound. */
  clamped: number
  /** Category values that are not declared. */
  undeclared: number
  missing: number
}

export const noCounts = (): FeatureCounts => ({ clamped: 0, undeclared: 0, missing: 0 })

/**
 * Scales numbers from their declared bounds to [-1, 1] and one-hot encodes declared categories.
 *
 * A number outside its bounds is clamped; a missing one is 0. A category that is missing or undeclared is all zeros. In
 * both cases the indicator after the feature is 1 when the value is missing or undeclared, and everything is counted.
 *
 * @throws CORE-E042 when a column is missing, CORE-E043 when a number column holds text
 */
export function tabularRows(
  batch: RecordBatch,
  layout: Extract<FeatureLayout, { kind: 'tabular' }>,
  counts: FeatureCounts = noCounts(),
): TabularRows {
  const rows = rowCount(batch)
  const { width } = layout
  const values = new Float32Array(rows * width)
  let at = 0
  for (const feature of layout.features) {
    if (feature.kind === 'number') {
      const { min, max } = feature
      for (const [row, value] of numberValues(batch, feature.name).entries()) {
        const place = row * width + at
        if (Number.isNaN(value)) {
          values[place + 1] = 1
          counts.missing++
        } else {
          if (value < min || value > max) counts.clamped++
          values[place] = (2 * (Math.min(Math.max(value, min), max) - min)) / (max - min) - 1
        }
      }
    } else {
      const places = new Map(feature.values.map((value, i) => [value, i]))
      for (const [row, value] of textValues(batch, feature.name).entries()) {
        const found = value === null ? undefined : places.get(value)
        values[row * width + at + (found ?? feature.values.length)] = 1
        if (value === null) counts.missing++
        else if (found === undefined) counts.undeclared++
      }
    }
    at += widthOf(feature)
  }
  return { kind: 'tabular', rows, width, values }
}
