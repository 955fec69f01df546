import { unfitting } from './errors.js'

/** Inputs that are known or unknown together, such as the indicators of one category. */
export interface FeatureGroup {
  readonly name: string
  /** Columns of the matrix. */
  readonly places: readonly number[]
}

/**
 * One feature per data column: a number with its indicator of missing values, a category with all its indicators.
 *
 * @param columns the data column behind each column of the matrix
 */
export function groupByColumn(columns: readonly string[]): readonly FeatureGroup[] {
  const places = new Map<string, number[]>()
  for (const [place, name] of columns.entries()) places.set(name, [...(places.get(name) ?? []), place])
  return [...places].map(([name, own]) => ({ name, places: own }))
}

/** One feature per column of the matrix. */
export const eachColumn = (names: readonly string[]): readonly FeatureGroup[] =>
  names.map((name, place) => ({ name, places: [place] }))

/** The number of whole rows. @throws EXPLAIN-E003 for a matrix that has none, or has a part of one */
export function rowsOf(matrix: Float64Array, width: number): number {
  const rows = matrix.length / width
  if (width === 0 || rows === 0 || !Number.isInteger(rows))
    throw unfitting(`a matrix of ${matrix.length} numbers is no whole number of rows of ${width}`)
  return rows
}

/** @throws EXPLAIN-E003 when the groups do not hold every column exactly once */
export function checkGroups(groups: readonly FeatureGroup[], width: number): void {
  const places = groups.flatMap(group => group.places).sort((a, b) => a - b)
  if (places.length !== width || places.some((place, i) => place !== i))
    throw unfitting(`the groups hold ${places.length} columns, and the row has ${width}, each to be held once`)
}
