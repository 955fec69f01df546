import { dirname } from 'node:path'
import { textValues, type DataConfig, type Model, type PredictionTable, type RecordBatch } from '@attestry/core'
import { openDataset } from '@attestry/data'

/** Limits of the bands that a column of numbers is cut into, ascending. */
export type Bands = Readonly<Record<string, readonly number[]>>

/** A column with more different numbers than this is cut into bands. */
const mostGroups = 12

/**
 * Predicts a file and puts the predictions beside the truth and the groups of each row.
 *
 * An attribute of many different numbers is no group: it is cut into bands, at the quartiles of these rows unless `bands`
 * says where, and the bands are given back.
 */
export async function labelledPredictions(
  model: Model,
  file: string,
  data: DataConfig,
  attributes: readonly string[],
  given: Bands = {},
): Promise<{ readonly table: PredictionTable; readonly bands: Bands }> {
  const numeric = Object.entries(data.features ?? {}).flatMap(([name, feature]) => ('min' in feature ? [name] : []))
  const read = [data.label, ...(data.text === undefined ? [] : [data.text]), ...Object.keys(data.features ?? {})]
  const required = [...new Set([...read, ...attributes])]
  const dataset = await openDataset({ path: file, required, numeric }, { baseDirectory: dirname(file) })
  const parts: { readonly batch: RecordBatch; readonly probabilities: Float32Array }[] = []
  for await (const batch of dataset.batches())
    parts.push({ batch, probabilities: (await model.predict(batch)).probabilities })
  const columnOf = (name: string): readonly (string | null)[] => parts.flatMap(({ batch }) => textValues(batch, name))
  const bands: Record<string, readonly number[]> = {}
  const groups: Record<string, readonly string[]> = {}
  for (const name of attributes) {
    const values = columnOf(name)
    const limits = given[name] ?? quartiles(values)
    if (limits) bands[name] = limits
    groups[name] = values.map(value => groupOf(value, limits))
  }
  const width = data.classes.length
  const probabilities = joined(parts.map(part => part.probabilities))
  const labels = columnOf(data.label)
  return {
    bands,
    table: {
      rowIds: parts.flatMap(({ batch }) => batch.rowIds),
      classes: data.classes,
      labels: Int32Array.from(labels, label => (label === null ? -1 : data.classes.indexOf(label))),
      predicted: Int32Array.from(labels, (_, row) => mostProbable(probabilities, row * width, width)),
      probabilities,
      groups,
    },
  }
}

function mostProbable(probabilities: Float32Array, from: number, width: number): number {
  let best = 0
  for (let c = 1; c < width; c++) if (probabilities[from + c]! > probabilities[from + best]!) best = c
  return best
}

/** Three limits, when a column holds nothing but numbers, and too many of them to be groups. */
function quartiles(values: readonly (string | null)[]): readonly number[] | undefined {
  const numbers = values.filter(value => value !== null && value !== '').map(Number)
  if (numbers.length === 0 || !numbers.every(Number.isFinite) || new Set(numbers).size <= mostGroups) return undefined
  const sorted = numbers.sort((a, b) => a - b)
  return [...new Set([1, 2, 3].map(quarter => sorted[Math.floor((quarter * sorted.length) / 4)]!))]
}

/** The value itself, or its band, such as `30 up to 45`; a value on a limit belongs to the band above. */
function groupOf(value: string | null, limits: readonly number[] | undefined): string {
  if (value === null || value === '') return 'unknown'
  if (!limits) return value
  const number = Number(value)
  if (!Number.isFinite(number)) return 'unknown'
  const above = limits.findIndex(limit => number < limit)
  if (above === 0) return `below ${limits[0]}`
  if (above < 0) return `${limits.at(-1)} and above`
  return `${limits[above - 1]} up to ${limits[above]}`
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
