import type { CodedColumn } from './coded-column.js'
import { badHierarchy, notCovered } from './errors.js'

/** What a value becomes on one level. */
export interface Label {
  readonly text: string
  /** Of numbers: the bounds that the label stands for. */
  readonly span?: readonly [number, number]
}

/**
 * How the values of a column are generalised. Level 0 is the value itself; on level `height` every value is `*`.
 *
 * Levels nest: values that share a label share their labels on every higher level.
 */
export interface Hierarchy {
  /** At least 1. */
  readonly height: number
  /** Labels on the levels 1 … height - 1, or undefined when the value is not covered. Missing values are never asked for. */
  readonly path: (value: number | string) => readonly Label[] | undefined
}

/** The label of everything. */
export const anything = '*'

/** One level of a hierarchy over the values of one column. */
export interface Level {
  /** For each value of the column, an index into `labels`. */
  readonly labelOf: Int32Array
  /** Distinct; null stands for a missing value. */
  readonly labels: readonly (string | null)[]
  readonly spans: readonly (readonly [number, number] | undefined)[]
}

/** Two levels: the value, and `*`. */
export const valueOrNothing: Hierarchy = { height: 1, path: () => [] }

/**
 * The levels 0 … height of a hierarchy, for the values that a column holds. A missing value stays missing below the top.
 *
 * @throws DISCLOSURE-E004 when a value is not covered, DISCLOSURE-E005 when levels do not nest
 */
export function levelsOf({ name, values, firstRow }: CodedColumn, hierarchy: Hierarchy): readonly Level[] {
  const paths = values.map((value, code) => {
    const path = value === null ? undefined : hierarchy.path(value)
    if (value !== null && path === undefined) throw notCovered(name, firstRow[code]!)
    if (path !== undefined && path.length !== hierarchy.height - 1)
      throw badHierarchy(
        `the hierarchy of '${name}' has height ${hierarchy.height} and a value with ${path.length + 1} levels`,
      )
    return path
  })
  const levels: Level[] = [
    {
      labelOf: Int32Array.from(values, (_, code) => code),
      labels: values.map(value => (value === null ? null : String(value))),
      spans: values.map(value => (typeof value === 'number' ? [value, value] : undefined)),
    },
  ]
  for (let place = 0; place < hierarchy.height - 1; place++)
    levels.push(levelFrom(paths.map(path => path?.[place] ?? null)))
  levels.push({ labelOf: new Int32Array(values.length), labels: [anything], spans: [undefined] })
  levels.forEach((level, place) => checkNesting(name, level, levels[place + 1], place))
  return levels
}

function levelFrom(labels: readonly (Label | null)[]): Level {
  const seen = new Map<string | null, number>()
  const spans: (readonly [number, number] | undefined)[] = []
  const labelOf = Int32Array.from(labels, label => {
    const text = label === null ? null : label.text
    let index = seen.get(text)
    if (index === undefined) {
      seen.set(text, (index = seen.size))
      spans.push(label?.span)
    }
    return index
  })
  return { labelOf, labels: [...seen.keys()], spans }
}

function checkNesting(name: string, low: Level, high: Level | undefined, place: number): void {
  if (high === undefined) return
  const parent = new Int32Array(low.labels.length).fill(-1)
  low.labelOf.forEach((label, code) => {
    const above = high.labelOf[code]!
    if (parent[label] !== -1 && parent[label] !== above)
      throw badHierarchy(
        `the hierarchy of '${name}' does not nest: values that share a label on level ${place} differ on level ${place + 1}`,
      )
    parent[label] = above
  })
}
