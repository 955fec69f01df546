import { invalidInput, lengthsDiffer } from './errors.js'
import { countGroups, encodeGroups, type GroupCounts } from './group-counts.js'

/** Groups of one attribute or of an intersection, with the value of every attribute. Only cells with rows. */
export interface CrossTable {
  readonly attributes: readonly string[]
  readonly cells: readonly { readonly slice: Readonly<Record<string, string>>; readonly counts: GroupCounts }[]
}

/** Name of the group of rows whose attribute is missing: a group of its own, which never vanishes. */
export const unknownGroup = 'unknown'

/**
 * Counts every attribute and every intersection of up to `depth` attributes, marginals first. An empty value counts as
 * `unknown`.
 *
 * @throws BIAS-E001 when lengths differ; BIAS-E002 on a class out of range; BIAS-E008 when depth is not 1, 2 or 3
 */
export function crossTables(
  columns: Readonly<Record<string, readonly string[]>>,
  labels: Int32Array,
  predicted: Int32Array,
  positiveClass: number,
  depth = 3,
): readonly CrossTable[] {
  if (![1, 2, 3].includes(depth)) throw invalidInput(`depth ${depth} of intersections`, 'depth is 1, 2 or 3')
  const codings = Object.entries(columns).map(([attribute, values]) => {
    if (values.length !== labels.length) throw lengthsDiffer(labels.length, values.length)
    return { attribute, ...encodeGroups(values.map(value => (value === '' ? unknownGroup : value))) }
  })
  const chosen = subsets(codings, depth)
  return chosen.map(parts => {
    // Codes of present cells only: three attributes of many values have more cells than rows.
    const seen = new Map<number, number>()
    const groups = new Int32Array(labels.length)
    for (let row = 0; row < groups.length; row++) {
      let cell = 0
      for (const { names, codes } of parts) cell = cell * names.length + codes[row]!
      let code = seen.get(cell)
      if (code === undefined) seen.set(cell, (code = seen.size))
      groups[row] = code
    }
    const counts = countGroups({ labels, predicted, groups, groupCount: seen.size, positiveClass })
    const cells = [...seen.entries()]
      .sort(([a], [b]) => a - b)
      .map(([cell, code]) => ({ slice: sliceOf(parts, cell), counts: counts[code]! }))
    return { attributes: parts.map(({ attribute }) => attribute), cells }
  })
}

type Coded = { readonly attribute: string; readonly names: readonly string[]; readonly codes: Int32Array }

function sliceOf(parts: readonly Coded[], cell: number): Readonly<Record<string, string>> {
  let rest = cell
  const values = [...parts].reverse().map(({ attribute, names }): [string, string] => {
    const name = names[rest % names.length]!
    rest = Math.floor(rest / names.length)
    return [attribute, name]
  })
  return Object.fromEntries(values.reverse())
}

/** Subsets of 1 … depth items, smaller ones first. */
const subsets = <T>(items: readonly T[], depth: number): readonly (readonly T[])[] => {
  const ofSize = (size: number, from: number): readonly (readonly T[])[] =>
    size === 0
      ? [[]]
      : items.slice(from).flatMap((item, i) => ofSize(size - 1, from + i + 1).map(rest => [item, ...rest]))
  return Array.from({ length: Math.min(depth, items.length) }, (_, i) => ofSize(i + 1, 0)).flat()
}
