import { AttestryError } from './errors.js'

/** Numbers; NaN where the value is missing. */
export interface NumberColumn {
  readonly kind: 'number'
  readonly values: Float64Array
}

/** Text; null where the value is missing. */
export interface TextColumn {
  readonly kind: 'text'
  readonly values: readonly (string | null)[]
}

export type Column = NumberColumn | TextColumn

/**
 * Some rows of a dataset, by column. Every column has one value per row.
 *
 * `rowIds` are stable for a given source (`<first 12 digits of its digest>:<record number>`). `subjects` holds the
 * random handle of the person that each row is about, never their identity.
 */
export interface RecordBatch {
  readonly rowIds: readonly string[]
  readonly subjects: readonly string[]
  readonly columns: Readonly<Record<string, Column>>
}

export const rowCount = (batch: RecordBatch): number => batch.rowIds.length

/** A column by name. @throws CORE-E042 with the names that exist */
export function column(batch: RecordBatch, name: string): Column {
  const found = batch.columns[name]
  if (found) return found
  throw new AttestryError({
    code: 'CORE-E042',
    message: `column '${name}' is not in the data`,
    notes: [`columns: ${Object.keys(batch.columns).join(', ') || 'none'}`],
    help: `name an existing column, or add '${name}' to the source`,
  })
}

/** A text column's values. Numbers are written as text. */
export function textValues(batch: RecordBatch, name: string): readonly (string | null)[] {
  const found = column(batch, name)
  if (found.kind === 'text') return found.values
  return Array.from(found.values, value => (Number.isNaN(value) ? null : String(value)))
}

/** A number column's values. @throws CORE-E043 when the column is text */
export function numberValues(batch: RecordBatch, name: string): Float64Array {
  const found = column(batch, name)
  if (found.kind === 'number') return found.values
  throw new AttestryError({
    code: 'CORE-E043',
    message: `column '${name}' is text, not numbers`,
    help: `declare '${name}' as a category with its values, or mend the source`,
  })
}

/** The batch with some columns replaced or added. */
export const withColumns = (batch: RecordBatch, columns: Readonly<Record<string, Column>>): RecordBatch => ({
  ...batch,
  columns: { ...batch.columns, ...columns },
})

/** The batch with text in one column mapped; missing values stay missing. */
export function mapText(batch: RecordBatch, name: string, map: (text: string, row: number) => string): RecordBatch {
  const values = textValues(batch, name).map((text, row) => (text === null ? null : map(text, row)))
  return withColumns(batch, { [name]: { kind: 'text', values } })
}

/** The rows for which `keep` holds, in order. */
export function filterRows(batch: RecordBatch, keep: (row: number) => boolean): RecordBatch {
  return takeRows(
    batch,
    batch.rowIds.flatMap((_, row) => (keep(row) ? [row] : [])),
  )
}

/** The given rows, in the given order. */
export function takeRows(batch: RecordBatch, rows: readonly number[]): RecordBatch {
  const columns: Record<string, Column> = {}
  for (const [name, { kind, values }] of Object.entries(batch.columns))
    columns[name] =
      kind === 'number'
        ? { kind, values: Float64Array.from(rows, row => values[row] as number) }
        : { kind, values: rows.map(row => values[row] as string | null) }
  return { rowIds: rows.map(row => batch.rowIds[row]!), subjects: rows.map(row => batch.subjects[row]!), columns }
}

/** The batch with only the named columns. */
export function selectColumns(batch: RecordBatch, names: readonly string[]): RecordBatch {
  return { ...batch, columns: Object.fromEntries(names.map(name => [name, column(batch, name)])) }
}

/** Batches of the same columns as one. */
export function concatBatches(batches: readonly RecordBatch[]): RecordBatch {
  const [first] = batches
  if (!first) return { rowIds: [], subjects: [], columns: {} }
  const columns: Record<string, Column> = {}
  for (const [name, { kind }] of Object.entries(first.columns))
    columns[name] =
      kind === 'number'
        ? { kind, values: Float64Array.from(batches.flatMap(batch => Array.from(numberValues(batch, name)))) }
        : { kind, values: batches.flatMap(batch => textValues(batch, name)) }
  return { rowIds: batches.flatMap(b => b.rowIds), subjects: batches.flatMap(b => b.subjects), columns }
}
