import { rowCount, type RecordBatch } from '@attestry/core'
import { codedColumn } from './coded-column.js'
import { badRoles, noRows } from './errors.js'
import { groupRows, type Grouping } from './group-rows.js'

/** Rows that agree on every quasi-identifier: nobody who knows only those can tell them apart. */
export interface EquivalenceClasses extends Grouping {
  /** Rows of each class. */
  readonly sizes: Int32Array
}

/**
 * The equivalence classes of a table. A missing value agrees with a missing value only.
 *
 * @throws CORE-E042 for an unknown column, DISCLOSURE-E001 without rows, DISCLOSURE-E002 without or with repeated names
 */
export function equivalenceClasses(batch: RecordBatch, quasiIdentifiers: readonly string[]): EquivalenceClasses {
  checkRoles(quasiIdentifiers)
  const rows = rowCount(batch)
  const columns = quasiIdentifiers.map(name => codedColumn(batch, name))
  if (rows === 0) throw noRows('the table')
  const grouping = groupRows(
    columns.map(({ codes, values }) => ({ codes, size: values.length })),
    rows,
  )
  return { ...grouping, sizes: groupSizes(grouping) }
}

export function groupSizes({ groupOf, count }: Grouping): Int32Array {
  const sizes = new Int32Array(count)
  for (const group of groupOf) sizes[group]!++
  return sizes
}

/** Every column has one role. @throws DISCLOSURE-E002 */
export function checkRoles(quasiIdentifiers: readonly string[], sensitive: readonly string[] = []): void {
  if (quasiIdentifiers.length === 0) throw badRoles('no quasi-identifier is declared')
  const names = [...quasiIdentifiers, ...sensitive]
  const twice = names.find((name, place) => names.indexOf(name) !== place)
  if (twice !== undefined)
    throw badRoles(`column '${twice}' is named twice among quasi-identifiers and sensitive columns`)
}
