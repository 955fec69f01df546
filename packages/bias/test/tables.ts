import type { PredictionTable } from '@attestry/core'
import {
  countGroups,
  encodeGroups,
  groupRates,
  type GroupCounts,
  type GroupRates,
  type RateSettings,
} from '../src/index.js'

/** [true positives, false positives, false negatives, true negatives] of one group. */
export type Cells = readonly [tp: number, fp: number, fn: number, tn: number]

export interface Row {
  readonly group: string
  readonly label: number
  readonly guess: number
}

/** Rows with exactly these cells. */
export const rowsOf = (cells: Readonly<Record<string, Cells>>): readonly Row[] =>
  Object.entries(cells).flatMap(([group, [tp, fp, fn, tn]]) => [
    ...Array.from({ length: tp }, () => ({ group, label: 1, guess: 1 })),
    ...Array.from({ length: fp }, () => ({ group, label: 0, guess: 1 })),
    ...Array.from({ length: fn }, () => ({ group, label: 1, guess: 0 })),
    ...Array.from({ length: tn }, () => ({ group, label: 0, guess: 0 })),
  ])

export function ratesOfRows(rows: readonly Row[], settings?: RateSettings): readonly GroupRates[] {
  const { names, codes } = encodeGroups(rows.map(({ group }) => group))
  const counts = countGroups({
    labels: Int32Array.from(rows, ({ label }) => label),
    predicted: Int32Array.from(rows, ({ guess }) => guess),
    groups: codes,
    groupCount: names.length,
    positiveClass: 1,
  })
  return groupRates(names, counts, settings)
}

export const ratesOfCells = (cells: Readonly<Record<string, Cells>>, settings?: RateSettings): readonly GroupRates[] =>
  groupRates(Object.keys(cells), Object.values(cells).map(countsOf), settings)

export const countsOf = ([tp, fp, fn, tn]: Cells): GroupCounts => ({
  rows: tp + fp + fn + tn,
  selected: tp + fp,
  truePositives: tp,
  falsePositives: fp,
  falseNegatives: fn,
  trueNegatives: tn,
  correct: tp + tn,
})

/** A prediction table over two classes, with one or more group columns. */
export const tableOf = (
  labels: readonly number[],
  predicted: readonly number[],
  groups: Readonly<Record<string, readonly string[]>>,
  classes: readonly string[] = ['no', 'yes'],
): PredictionTable => ({
  rowIds: labels.map((_, row) => `r:${row}`),
  classes,
  labels: Int32Array.from(labels),
  predicted: Int32Array.from(predicted),
  probabilities: new Float32Array(labels.length * classes.length),
  groups,
})
