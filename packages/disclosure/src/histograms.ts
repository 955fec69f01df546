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

/**
 * Counts of the values of a column within each group.
 *
 * @param visit is given the counts of all values, the same array every time, and the number of rows
 */
export function eachHistogram(
  { rows, starts }: RowsByGroup,
  codes: Int32Array,
  values: number,
  visit: (counts: Int32Array, size: number, group: number) => void,
): void {
  const counts = new Int32Array(values)
  for (let group = 0; group < starts.length - 1; group++) {
    const [from, to] = [starts[group]!, starts[group + 1]!]
    for (let place = from; place < to; place++) counts[codes[rows[place]!]!]!++
    visit(counts, to - from, group)
    for (let place = from; place < to; place++) counts[codes[rows[place]!]!] = 0
  }
}
