import { withColumns, type Column, type RecordBatch } from '@attestry/core'
import { codedColumn } from './coded-column.js'
import { badRoles, outOfRange } from './errors.js'
import { levelsOf, type Hierarchy } from './hierarchy.js'

/**
 * A table with columns on given levels of their hierarchies: a population written as the release from it, or a later batch
 * as an earlier one. Level 0 leaves a column as it is.
 *
 * @param levels such as `release.lattice.levels`, one for each hierarchy
 * @throws DISCLOSURE-E002 when a level is missing, DISCLOSURE-E003 when it is above its hierarchy
 * @throws DISCLOSURE-E004 when a value is not covered, CORE-E042 for an unknown column
 */
export function recode(
  batch: RecordBatch,
  hierarchies: Readonly<Record<string, Hierarchy>>,
  levels: Readonly<Record<string, number>>,
): RecordBatch {
  const columns = Object.entries(hierarchies).flatMap(([name, hierarchy]): [string, Column][] => {
    const level = levels[name]
    if (level === undefined) throw badRoles(`no level is given for '${name}'`)
    if (!Number.isInteger(level) || level < 0 || level > hierarchy.height)
      throw outOfRange(`the level of '${name}'`, level, `a whole number from 0 to ${hierarchy.height}`)
    if (level === 0) return []
    const column = codedColumn(batch, name)
    const { labelOf, labels } = levelsOf(column, hierarchy)[level]!
    return [[name, { kind: 'text', values: Array.from(column.codes, code => labels[labelOf[code]!]!) }]]
  })
  return withColumns(batch, Object.fromEntries(columns))
}
