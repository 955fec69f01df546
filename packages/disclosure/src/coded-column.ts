import { column, type RecordBatch } from '@attestry/core'

export type Value = number | string | null

/** A column as numbers of its distinct values. */
export interface CodedColumn {
  readonly name: string
  readonly kind: 'number' | 'text'
  /** Distinct; a missing value first, then numbers ascending or text in code unit order. */
  readonly values: readonly Value[]
  /** Of each row, an index into `values`. */
  readonly codes: Int32Array
  /** For each of `values`, the first row that holds it. */
  readonly firstRow: readonly number[]
}

/** Numbers the distinct values of a column in their order. A missing value is a value of its own. @throws CORE-E042 */
export function codedColumn(batch: RecordBatch, name: string): CodedColumn {
  const { kind, values } = column(batch, name)
  const seen = new Map<Value, number>()
  const first: number[] = []
  const codes = new Int32Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const raw = values[row]!
    // Map tells NaN from NaN as it should, but null is the one spelling of a missing value here.
    const value: Value = typeof raw === 'number' && Number.isNaN(raw) ? null : raw
    let code = seen.get(value)
    if (code === undefined) {
      seen.set(value, (code = seen.size))
      first.push(row)
    }
    codes[row] = code
  }
  const sorted = [...seen.keys()].sort(inOrder)
  const rank = new Int32Array(sorted.length)
  sorted.forEach((value, place) => {
    rank[seen.get(value)!] = place
  })
  for (let row = 0; row < codes.length; row++) codes[row] = rank[codes[row]!]!
  return { name, kind, values: sorted, codes, firstRow: sorted.map(value => first[seen.get(value)!]!) }
}

function inOrder(a: Value, b: Value): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}
