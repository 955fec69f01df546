import type { CodedColumn } from './coded-column.js'
import type { Counts } from './diversity.js'
import { badRoles } from './errors.js'
import type { Histogram } from './histograms.js'
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

/** Earth mover's distance of a class from the whole table, from 0 to 1. */
export type Closeness = (histogram: Histogram) => number

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
  if (distance === 'equal') return equalDistance(share)
  if (distance === 'ordered') return orderedByValue(share)
  if ('order' in distance) {
    const ranks = ranksOf(column, distance.order)
    const ranked = new Float64Array(distance.order.length)
    ranks.forEach((rank, code) => {
      ranked[rank]! += share[code]!
    })
    return orderedDistance(ranked, code => ranks[code]!)
  }
  const tree = levelsOf(column, distance.hierarchy)
  return ({ counts, rows: size }) =>
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

/** What the class has too much, each moved by 1: half the sum of all differences, told from the values that occur. */
const equalDistance =
  (share: Float64Array): Closeness =>
  ({ counts, held, rows }) =>
    held.reduce((sum, code) => sum + Math.max(0, counts[code]! / rows - share[code]!), 0)

/** Ranks count the values that the table holds, and no others: a suppressed class may have taken one with it. */
function orderedByValue(share: Float64Array): Closeness {
  const ranks = new Int32Array(share.length)
  let values = 0
  share.forEach((part, code) => {
    ranks[code] = values
    if (part > 0) values++
  })
  return orderedDistance(
    share.filter(part => part > 0),
    code => ranks[code]!,
  )
}

/**
 * Mean over the m - 1 gaps between neighbours of what must pass them, the difference of the two cumulative shares.
 *
 * That of the class stays as it is between two values that occur, and that of the table never falls: so such a stretch is
 * split where the second passes the first, and both parts are told from sums that are made once.
 */
function orderedDistance(share: Float64Array, rankOf: (code: number) => number): Closeness {
  const gaps = share.length - 1
  const passed = new Float64Array(gaps + 1)
  const sums = new Float64Array(gaps + 1)
  for (let rank = 0; rank < gaps; rank++) {
    passed[rank] = (rank === 0 ? 0 : passed[rank - 1]!) + share[rank]!
    sums[rank + 1] = sums[rank]! + passed[rank]!
  }
  const apart = (from: number, to: number, here: number): number => {
    let [low, high] = [from, to]
    while (low < high) {
      const middle = (low + high) >> 1
      if (passed[middle]! > here) high = middle
      else low = middle + 1
    }
    return here * (low - from) - (sums[low]! - sums[from]!) + (sums[to]! - sums[low]!) - here * (to - low)
  }
  return ({ counts, held, rows }) => {
    if (gaps < 1) return 0
    const order = held.map(code => [rankOf(code), counts[code]!] as const).sort(([a], [b]) => a - b)
    let [work, from, seen] = [0, 0, 0]
    for (const [rank, count] of order) {
      work += apart(from, rank, seen / rows)
      from = rank
      seen += count
    }
    return Math.max(0, work + apart(from, gaps, 1)) / gaps
  }
}

/** The rank of each of the column's values in a declared order; a rank that no row holds counts as well. */
function ranksOf(column: CodedColumn, order: readonly string[]): readonly number[] {
  const places = new Map(order.map((value, rank) => [value, rank]))
  return column.values.map((value, code) => {
    const rank = places.get(String(value ?? ''))
    if (rank === undefined)
      throw badRoles(`the order of '${column.name}' lacks the value in row ${column.firstRow[code]! + 1}`)
    return rank
  })
}
