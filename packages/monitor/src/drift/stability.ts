import { chiSquareTail } from '../statistics/chi-square.js'

/** Shares below this are raised to it, and the others left as they are. */
export const shareFloor = 1e-4

/**
 * Population stability index of two histograms over the same bins: Σ (r - c) ln(r / c) of their shares, each share at least
 * 1e-4. Symmetric, at least 0, and dependent on the bins: keep them with the value.
 *
 * @returns null when a histogram is empty
 */
export function populationStability(reference: readonly number[], current: readonly number[]): number | null {
  const [all, now] = [sum(reference), sum(current)]
  if (all === 0 || now === 0) return null
  return sum(
    reference.map((count, bin) => {
      const r = Math.max(count / all, shareFloor)
      const c = Math.max(current[bin]! / now, shareFloor)
      return (r - c) * Math.log(r / c)
    }),
  )
}

export interface Homogeneity {
  readonly statistic: number
  readonly degreesOfFreedom: number
  /** Chance of a statistic at least as large when all rows come from one distribution. */
  readonly p: number
}

/**
 * Pearson's chi-square test that the rows of a table have one distribution; all rows count as samples. Columns and rows of
 * nothing but zeros take no part.
 *
 * @returns null when fewer than two rows or columns remain
 */
export function homogeneity(table: readonly (readonly number[])[]): Homogeneity | null {
  const rows = table.filter(row => sum(row) > 0)
  const columns = rows[0]?.map((_, column) => sum(rows.map(row => row[column]!))) ?? []
  const used = columns.filter(total => total > 0).length
  if (rows.length < 2 || used < 2) return null
  const all = sum(columns)
  let statistic = 0
  for (const row of rows) {
    const share = sum(row) / all
    columns.forEach((total, column) => {
      if (total > 0) statistic += (row[column]! - total * share) ** 2 / (total * share)
    })
  }
  const degreesOfFreedom = (rows.length - 1) * (used - 1)
  return { statistic, degreesOfFreedom, p: chiSquareTail(statistic, degreesOfFreedom) }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
