import type { Atoms } from './atoms.js'
import type { ClassJudge } from './class-judge.js'
import type { CodedColumn } from './coded-column.js'
import { anything, type Level } from './hierarchy.js'
import { countLoss, labelsOf, rangeOf, spanLoss, type RecodedColumn, type RecodedLabel } from './recoded-column.js'

/** How one column is cut: along its ordered values, or along the categories of a hierarchy. */
export type Dimension = { readonly kind: 'ordered' } | { readonly kind: 'tree'; readonly levels: readonly Level[] }

/** Atoms `order[from] … order[to - 1]`. */
interface Part {
  readonly from: number
  readonly to: number
}

/**
 * Multidimensional recoding (LeFevre, DeWitt, Ramakrishnan 2006): the table is cut in two along the column that is widest in it,
 * and each part again, while every part may be a class. Each part then gets the narrowest label that covers its rows.
 *
 * An ordered column is cut beside its median, at the nearest place that leaves k rows on both sides; a hierarchy into all
 * categories below the lowest one that covers the part. No row is suppressed.
 *
 * @param mayBeClass must hold for the whole table
 */
export function mondrian(
  atoms: Atoms,
  dimensions: readonly Dimension[],
  k: number,
  mayBeClass: ClassJudge,
): readonly RecodedColumn[] {
  const order = Int32Array.from({ length: atoms.count }, (_, atom) => atom)
  const columns = dimensions.map((dimension, place) => cuttable(atoms, place, dimension))
  const todo: Part[] = [{ from: 0, to: atoms.count }]
  const done: Part[] = []
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    const parts = cut(part, order, columns, k, mayBeClass)
    if (parts === undefined) done.push(part)
    else todo.push(...parts)
  }
  return columns.map(({ name, label }, place) => recode(name, label, atoms, atoms.quasi[place]!, order, done))
}

interface Cuttable {
  readonly name: string
  /** What certainty the label of a part loses. */
  readonly width: (order: Int32Array, part: Part) => number
  readonly label: (order: Int32Array, part: Part) => RecodedLabel
  /** For each atom a number of its side, by the ways of cutting that are worth trying; the best first. */
  readonly sides: (order: Int32Array, part: Part, k: number) => readonly ((atom: number) => number)[]
}

function cut(
  part: Part,
  order: Int32Array,
  columns: readonly Cuttable[],
  k: number,
  mayBeClass: ClassJudge,
): readonly Part[] | undefined {
  const widths = columns.map((column, place) => ({ place, width: column.width(order, part) }))
  widths.sort((a, b) => b.width - a.width || a.place - b.place)
  for (const { place, width } of widths) {
    if (width === 0) return undefined
    for (const sideOf of columns[place]!.sides(order, part, k)) {
      const parts = sortIntoSides(order, part, sideOf)
      if (parts.length > 1 && parts.every(({ from, to }) => mayBeClass(order, from, to))) return parts
    }
  }
  return undefined
}

/** Rearranges the atoms of a part by side, and gives the part of each side. */
function sortIntoSides(order: Int32Array, { from, to }: Part, sideOf: (atom: number) => number): readonly Part[] {
  const sides = new Map<number, number[]>()
  for (let at = from; at < to; at++) {
    const side = sideOf(order[at]!)
    const members = sides.get(side)
    if (members === undefined) sides.set(side, [order[at]!])
    else members.push(order[at]!)
  }
  let at = from
  return [...sides.values()].map(members => {
    order.set(members, at)
    at += members.length
    return { from: at - members.length, to: at }
  })
}

const cuttable = (atoms: Atoms, place: number, dimension: Dimension): Cuttable =>
  dimension.kind === 'ordered'
    ? orderedColumn(atoms, atoms.quasi[place]!, atoms.codes[place]!)
    : treeColumn(atoms.quasi[place]!, atoms.codes[place]!, dimension.levels)

function orderedColumn({ weights }: Atoms, column: CodedColumn, codes: Int32Array): Cuttable {
  const { values, name } = column
  const isNumeric = column.kind === 'number'
  const range = rangeOf(values)
  const scratch = new Int32Array(values.length)
  const bounds = (order: Int32Array, { from, to }: Part): readonly [number, number] => {
    let [low, high] = [values.length, -1]
    for (let at = from; at < to; at++) {
      const code = codes[order[at]!]!
      if (code < low) low = code
      if (code > high) high = code
    }
    return [low, high]
  }
  const heldIn = (order: Int32Array, { from, to }: Part): number[] => {
    const held = new Set<number>()
    for (let at = from; at < to; at++) held.add(codes[order[at]!]!)
    return [...held]
  }
  return {
    name,
    width(order, part) {
      const [low, high] = bounds(order, part)
      if (low === high) return 0
      if (values[low] === null) return 1
      if (isNumeric) return spanLoss(range, [values[low] as number, values[high] as number])
      return countLoss(heldIn(order, part).length, values.length).certainty
    },
    label(order, part) {
      const [low, high] = bounds(order, part)
      const value = values[low]!
      if (low === high)
        return {
          text: value === null ? null : String(value),
          ...(typeof value === 'number' && { span: [value, value] as const }),
          certainty: 0,
          generalisation: 0,
        }
      // A missing value is no end of a range: beside others it can only be covered by everything.
      if (value === null) return { text: anything, certainty: 1, generalisation: 1 }
      if (isNumeric) {
        const span = [value as number, values[high] as number] as const
        const loss = spanLoss(range, span)
        return { text: `[${span[0]}, ${span[1]}]`, span, certainty: loss, generalisation: loss }
      }
      const held = heldIn(order, part).sort((a, b) => a - b)
      return { text: `{${held.map(code => values[code]).join(', ')}}`, ...countLoss(held.length, values.length) }
    },
    sides(order, part, k) {
      const [low, high] = bounds(order, part)
      scratch.fill(0, low, high + 1)
      let rows = 0
      for (let at = part.from; at < part.to; at++) {
        const weight = weights[order[at]!]!
        scratch[codes[order[at]!]!]! += weight
        rows += weight
      }
      const cuts = cutsBesideMedian(scratch, low, high, rows, k)
      return cuts.map(last => (atom: number) => (codes[atom]! <= last ? 0 : 1))
    },
  }
}

/** The last codes of the left side: the nearest places below and above the median that leave k rows on both sides. */
function cutsBesideMedian(counts: Int32Array, low: number, high: number, rows: number, k: number): readonly number[] {
  let [left, below, above] = [0, -1, -1]
  let [belowGap, aboveGap] = [Infinity, Infinity]
  for (let code = low; code < high; code++) {
    if (counts[code] === 0) continue
    left += counts[code]!
    if (left < k || rows - left < k) continue
    const gap = Math.abs(2 * left - rows)
    if (2 * left <= rows) [below, belowGap] = [code, gap]
    else if (above < 0) [above, aboveGap] = [code, gap]
  }
  const cuts = belowGap <= aboveGap ? [below, above] : [above, below]
  return cuts.filter(code => code >= 0)
}

function treeColumn(column: CodedColumn, codes: Int32Array, levels: readonly Level[]): Cuttable {
  const labels = levels.map(level => labelsOf(column, level))
  const covering = (order: Int32Array, { from, to }: Part): number =>
    levels.findIndex(({ labelOf }) => {
      const label = labelOf[codes[order[from]!]!]
      for (let at = from + 1; at < to; at++) if (labelOf[codes[order[at]!]!] !== label) return false
      return true
    })
  const label = (order: Int32Array, part: Part): RecodedLabel => {
    const level = covering(order, part)
    return labels[level]![levels[level]!.labelOf[codes[order[part.from]!]!]!]!
  }
  return {
    name: column.name,
    width: (order, part) => label(order, part).certainty,
    label,
    sides(order, part) {
      const level = covering(order, part)
      return level === 0 ? [] : [(atom: number) => levels[level - 1]!.labelOf[codes[atom]!]!]
    },
  }
}

function recode(
  name: string,
  labelFor: Cuttable['label'],
  atoms: Atoms,
  original: CodedColumn,
  order: Int32Array,
  parts: readonly Part[],
): RecodedColumn {
  const known = new Map<string | null, number>()
  const labels: RecodedLabel[] = []
  const ofAtom = new Int32Array(atoms.count)
  for (const part of parts) {
    const label = labelFor(order, part)
    let index = known.get(label.text)
    if (index === undefined) {
      known.set(label.text, (index = labels.length))
      labels.push(label)
    }
    for (let at = part.from; at < part.to; at++) ofAtom[order[at]!] = index
  }
  const labelOf = atoms.atomOf.map(atom => ofAtom[atom]!)
  const isUnchanged = labels.length === original.values.length && labels.every(({ certainty }) => certainty === 0)
  return { name, labels, labelOf, isUnchanged }
}
