import { digestOf, type Column, type Digest, type RecordBatch } from '@attestry/core'
import { mixedColumn } from './errors.js'

/** One row of test data. `subject` is the handle of the person it is about and is no column. */
export type Row = Readonly<Record<string, string | number | null>>

/** Digest that stands for the source file of test rows. */
export const digestOfRows = (rows: readonly Row[]): Digest => digestOf(rows)

/**
 * Rows as a batch. Missing values become null or NaN; a row without `subject` is a person of its own (`sub_<number>`).
 *
 * @throws KIT-E002 when a column mixes numbers and text
 */
export function batchOf(rows: readonly Row[], digest: Digest = digestOfRows(rows)): RecordBatch {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))].filter(name => name !== 'subject')
  return {
    rowIds: rows.map((_, row) => `${digest.slice(7, 19)}:${row + 1}`),
    subjects: rows.map(({ subject }, row) => String(subject ?? `sub_${row + 1}`)),
    columns: Object.fromEntries(
      names.map(name => [
        name,
        columnOf(
          name,
          rows.map(row => row[name] ?? null),
        ),
      ]),
    ),
  }
}

function columnOf(name: string, values: readonly (string | number | null)[]): Column {
  const isNumber = values.some(value => typeof value === 'number')
  if (isNumber && values.some(value => typeof value === 'string')) throw mixedColumn(name)
  if (isNumber)
    return { kind: 'number', values: Float64Array.from(values, value => (value === null ? NaN : Number(value))) }
  return { kind: 'text', values: values as readonly (string | null)[] }
}

/** A batch as rows: NaN becomes null. `withSubject` adds the handle as `subject`. */
export const rowsOf = (batch: RecordBatch, withSubject: boolean): readonly Row[] =>
  batch.rowIds.map((_, row) => ({
    ...(withSubject && { subject: batch.subjects[row]! }),
    ...Object.fromEntries(
      Object.entries(batch.columns).map(([name, { kind, values }]) => {
        const value = values[row]!
        return [name, kind === 'number' && Number.isNaN(value) ? null : value]
      }),
    ),
  }))
