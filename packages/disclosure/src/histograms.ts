import type { Grouping } from './group-rows.js'

/** Rows of each group, group by group: those of group g are `rows[starts[g]] … rows[starts[g + 1] - 1]`. */
export interface RowsByGroup {
  readonly rows: Int32Array
  readonly starts: Int32Array
}

export function rowsByGroup({ groupOf, count }: Grouping): RowsByGroup {
  const starts = new Int32Array(count + 1)
  for (const group of groupOf) starts[group + 1]!++
  for (let group = 0; group < count; group++) starts[group + 1]! += starts[group]!
  const next = starts.slice()
  const rows = new Int32Array(groupOf.length)
  groupOf.forEach((group, row) => {
    rows[next[group]!++] = row
  })
  return { rows, starts }
}

/** How often each value of a column occurs among some rows. */
export interface Histogram {
  /** Of every value of the column; most may be 0. */
  readonly counts: Int32Array
  /** The values that occur. */
  readonly held: readonly number[]
  readonly rows: number
}

/** Counts rows, or atoms of several rows, `order[from] … order[to - 1]`. What it gives is overwritten by the next count. */
export type Tally = (order: ArrayLike<number>, from: number, to: number) => Histogram

/** A tally that costs as much as the rows that it counts, however many values the column has. */
export function tally(codes: Int32Array, values: number, weights?: Int32Array): Tally {
  const counts = new Int32Array(values)
  let held: number[] = []
  return (order, from, to) => {
    for (const code of held) counts[code] = 0
    held = []
    let rows = 0
    for (let at = from; at < to; at++) {
      const code = codes[order[at]!]!
      const weight = weights ? weights[order[at]!]! : 1
      if (counts[code] === 0) held.push(code)
      counts[code]! += weight
      rows += weight
    }
    return { counts, held, rows }
  }
}

/** The counts that are not 0, in no order. */
export const heldCounts = ({ counts, held }: Histogram): readonly number[] => held.map(code => counts[code]!)
