import type { CodedColumn, Value } from './coded-column.js'
import type { Level } from './hierarchy.js'

/** A label, and how much of its column it stands for, from 0 (one value) to 1 (all). */
export interface RecodedLabel {
  /** Null stands for a missing value. */
  readonly text: string | null
  readonly span?: readonly [number, number]
  /** Share of the range of numbers, or of the values under the label (Xu et al. 2006): what certainty is lost. */
  readonly certainty: number
  /** The same, with one of m values counting 0 and all of them 1: (values - 1) / (m - 1) (Iyengar 2002). */
  readonly generalisation: number
}

/** A quasi-identifier after generalisation. */
export interface RecodedColumn {
  readonly name: string
  readonly labels: readonly RecodedLabel[]
  /** Of each row, an index into `labels`. */
  readonly labelOf: Int32Array
  /** Whether every row still has its own value. */
  readonly isUnchanged: boolean
}

/** Smallest and largest number of a column's values; both 0 for text. */
export function rangeOf(values: readonly Value[]): readonly [number, number] {
  // Values are sorted, and only the first may be missing.
  const first = values.find(value => value !== null)
  const last = values.at(-1)
  return typeof first === 'number' && typeof last === 'number' ? [first, last] : [0, 0]
}

/** What a label over some numbers loses: the share of the column's range between its bounds. */
export function spanLoss([least, most]: readonly [number, number], [low, high]: readonly [number, number]): number {
  return most === least ? 0 : Math.max(0, Math.min(high, most) - Math.max(low, least)) / (most - least)
}

/** What a label over `held` of a column's values loses. */
export function countLoss(held: number, values: number): Pick<RecodedLabel, 'certainty' | 'generalisation'> {
  return held <= 1
    ? { certainty: 0, generalisation: 0 }
    : { certainty: held / values, generalisation: (held - 1) / (values - 1) }
}

/** The labels of a level, with what each loses. */
export function labelsOf(column: CodedColumn, level: Level): readonly RecodedLabel[] {
  const range = rangeOf(column.values)
  const held = new Int32Array(level.labels.length)
  for (const label of level.labelOf) held[label]!++
  return level.labels.map((text, label) => {
    const span = level.spans[label]
    if (span === undefined) return { text, ...countLoss(held[label]!, column.values.length) }
    const loss = spanLoss(range, span)
    return { text, span, certainty: loss, generalisation: loss }
  })
}
