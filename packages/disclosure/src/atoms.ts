import type { RecordBatch } from '@attestry/core'
import { rowCount } from '@attestry/core'
import { codedColumn, type CodedColumn } from './coded-column.js'
import { groupRows } from './group-rows.js'

/** Rows that agree on all quasi-identifiers and sensitive columns, taken together: a search need not look at them one by one. */
export interface Atoms {
  readonly rows: number
  readonly count: number
  /** Rows of each atom. */
  readonly weights: Int32Array
  /** The atom of each row. */
  readonly atomOf: Int32Array
  readonly quasi: readonly CodedColumn[]
  /** For each quasi-identifier, the code of each atom. */
  readonly codes: readonly Int32Array[]
  readonly sensitive: readonly CodedColumn[]
  /** For each sensitive column, the code of each atom. */
  readonly secrets: readonly Int32Array[]
}

/** @throws CORE-E042 for an unknown column */
export function atomsOf(batch: RecordBatch, quasiIdentifiers: readonly string[], sensitive: readonly string[]): Atoms {
  const [quasi, hidden] = [quasiIdentifiers, sensitive].map(names => names.map(name => codedColumn(batch, name)))
  const rows = rowCount(batch)
  const columns = [...quasi!, ...hidden!]
  const { groupOf, count } = groupRows(
    columns.map(({ codes, values }) => ({ codes, size: values.length })),
    rows,
  )
  const weights = new Int32Array(count)
  const first = new Int32Array(count)
  for (let row = rows - 1; row >= 0; row--) {
    weights[groupOf[row]!]!++
    first[groupOf[row]!] = row
  }
  const codesOf = (all: readonly CodedColumn[]): readonly Int32Array[] =>
    all.map(({ codes }) => first.map(row => codes[row]!))
  return {
    rows,
    count,
    weights,
    atomOf: groupOf,
    quasi: quasi!,
    codes: codesOf(quasi!),
    sensitive: hidden!,
    secrets: codesOf(hidden!),
  }
}
