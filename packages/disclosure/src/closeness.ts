import type { CodedColumn } from './coded-column.js'
import type { Counts } from './diversity.js'
import { badRoles } from './errors.js'
import { levelsOf, type Hierarchy, type Level } from './hierarchy.js'

/**
 * How far apart two values of a sensitive attribute are, from 0 to 1 (Li, Li, Venkatasubramanian 2007, section 4):
 * any two values by 1; by rank, numbers ascending or text in the order given; or by the height of the lowest category that
 * holds both.
 */
export type GroundDistance =
  | 'equal'
  | 'ordered'
  | { readonly order: readonly string[] }
  | { readonly hierarchy: Hierarchy }

/** Earth mover's distance of a class from the whole table, both as counts over the same values. */
export type Closeness = (counts: Counts, rows: number) => number

/**
 * Prepares the distance for a column and the distribution that classes are compared with.
 *
 * @param whole counts of each of the column's values in the table that classes are compared with
 * @throws DISCLOSURE-E002 when `order` lacks a value, DISCLOSURE-E004 when the hierarchy does
 */
export function closeness(column: CodedColumn, distance: GroundDistance, whole: Counts): Closeness {
  let rows = 0
  for (let value = 0; value < whole.length; value++) rows += whole[value]!
  const share = Float64Array.from(whole, count => count / rows)
  if (distance === 'equal') return (counts, size) => equalDistance(counts, size, share)
  if (distance === 'ordered') return (counts, size) => orderedDistance(counts, size, share)
  if ('order' in distance) {
    const places = placesIn(column, distance.order)
    const at = (values: Counts): readonly number[] => places.map(code => (code < 0 ? 0 : values[code]!))
    const ordered = at(share)
    return (counts, size) => orderedDistance(at(counts), size, ordered)
  }
  const tree = levelsOf(column, distance.hierarchy)
  return (counts, size) =>
    treeDistance(
      tree,
      Float64Array.from(share, (q, value) => counts[value]! / size - q),
    )
}

/** At each category what its branches have too much is moved to those that have too little, at the height of the category. */
function treeDistance(tree: readonly Level[], excess: Float64Array): number {
  let work = 0
  for (let height = 1; height < tree.length; height++) {
    const [below, here] = [tree[height - 1]!, tree[height]!]
    const branches = new Float64Array(below.labels.length)
    const parent = new Int32Array(below.labels.length)
    excess.forEach((much, value) => {
      branches[below.labelOf[value]!]! += much
      parent[below.labelOf[value]!] = here.labelOf[value]!
    })
    const tooMuch = new Float64Array(here.labels.length)
    const tooLittle = new Float64Array(here.labels.length)
    branches.forEach((much, branch) => {
      if (much > 0) tooMuch[parent[branch]!]! += much
      else tooLittle[parent[branch]!]! -= much
    })
    const moved = tooMuch.reduce((sum, much, category) => sum + Math.min(much, tooLittle[category]!), 0)
    work += (height / (tree.length - 1)) * moved
  }
  return work
}

/** Half the sum of the differences: what must be moved, each by 1. */
function equalDistance(counts: Counts, size: number, share: Float64Array): number {
  let apart = 0
  for (let value = 0; value < share.length; value++) apart += Math.abs(counts[value]! / size - share[value]!)
  return apart / 2
}

/** Mean over the m - 1 gaps between neighbours of what must pass them. */
function orderedDistance(counts: Counts, size: number, share: ArrayLike<number>): number {
  if (share.length < 2) return 0
  let passing = 0
  let work = 0
  for (let value = 0; value < share.length - 1; value++) {
    passing += counts[value]! / size - share[value]!
    work += Math.abs(passing)
  }
  return work / (share.length - 1)
}

/** The code of each value of the order; -1 for one that the column does not hold, which still counts as a rank. */
function placesIn(column: CodedColumn, order: readonly string[]): readonly number[] {
  const lacking = column.values.findIndex(value => !order.includes(String(value ?? '')))
  if (lacking >= 0)
    throw badRoles(`the order of '${column.name}' lacks the value in row ${column.firstRow[lacking]! + 1}`)
  return order.map(value => column.values.findIndex(held => String(held ?? '') === value))
}
