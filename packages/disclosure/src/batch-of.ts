import { type Column, type RecordBatch } from '@attestry/core'
import { badRoles } from './errors.js'

/** A column as plain values: all numbers (NaN where missing), or text (null where missing). */
export type PlainColumn = readonly number[] | Float64Array | readonly (string | null)[]

/**
 * Plain columns as a record batch. Rows are numbered from 1, and every row is a person of its own.
 *
 * @throws DISCLOSURE-E002 when columns differ in length
 * @example
 *   batchOf({ age: [34, 36], sex: ['f', 'm'] })
 */
export function batchOf(columns: Readonly<Record<string, PlainColumn>>): RecordBatch {
  const lengths = Object.values(columns).map(values => values.length)
  const rows = lengths[0] ?? 0
  const odd = lengths.find(length => length !== rows)
  if (odd !== undefined) throw badRoles(`columns of one table have ${rows} and ${odd} rows`)
  const ids = Array.from({ length: rows }, (_, row) => String(row + 1))
  return {
    rowIds: ids,
    subjects: ids,
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, columnOf(values)])),
  }
}

function columnOf(values: PlainColumn): Column {
  if (values instanceof Float64Array) return { kind: 'number', values }
  const isNumeric = values.length > 0 && values.every(value => typeof value === 'number')
  return isNumeric
    ? { kind: 'number', values: Float64Array.from(values as readonly number[]) }
    : { kind: 'text', values: values as readonly (string | null)[] }
}
