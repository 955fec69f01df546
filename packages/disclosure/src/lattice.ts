import type { Atoms } from './atoms.js'
import { classJudge } from './class-judge.js'
import type { Demands } from './demands.js'
import { tooLarge } from './errors.js'
import { groupRows, type Grouping } from './group-rows.js'
import type { Level } from './hierarchy.js'
import { rowsByGroup } from './histograms.js'
import { labelsOf, type RecodedColumn, type RecodedLabel } from './recoded-column.js'

/** By which a search may choose among releases; see `InformationLoss`. */
export type SearchLoss = 'certainty' | 'generalisation' | 'discernibility'

/** Combinations of levels that a search may have; each takes a byte and, at worst, a pass over the table. */
export const largestLattice = 1_000_000

/** The best node of the lattice: one level for each column. */
export interface Found {
  readonly levels: readonly number[]
  readonly columns: readonly RecodedColumn[]
  /** For each atom, 1 unless its rows are suppressed. */
  readonly isKept: Uint8Array
  /** Nodes of the lattice, and those whose classes were looked at. */
  readonly nodes: number
  readonly looked: number
}

const unknown = 0
const failing = 1
const settled = 2

/**
 * Full-domain recoding: every column is generalised to one level throughout, and rows of classes that miss a demand are
 * suppressed, up to a limit. Finds a node of least loss among all combinations of levels.
 *
 * Nodes are taken by a lower bound of their loss, that of their labels alone. From each, a path is walked up and halved, as Flash
 * does (Kohlmayer et al. 2012): what fails on it fails with everything below it, as merging classes never takes
 * k, distinct diversity or, without suppression, any of the demands away. The search ends when the bound has reached the best loss.
 *
 * @param maximumSuppressed rows
 * @returns undefined when no node keeps the demands
 * @throws DISCLOSURE-E010 above a million combinations of levels
 */
export function searchLattice(
  atoms: Atoms,
  hierarchies: readonly (readonly Level[])[],
  demands: Demands,
  maximumSuppressed: number,
  lossName: SearchLoss,
): Found | undefined {
  const heights = hierarchies.map(levels => levels.length)
  const nodes = heights.reduce((product, height) => product * height, 1)
  if (nodes > largestLattice)
    throw tooLarge('combinations of levels', nodes, largestLattice, "use fewer levels or algorithm: 'mondrian'")
  const strides = heights.map((_, place) => heights.slice(0, place).reduce((product, height) => product * height, 1))
  const levelOf = (node: number, place: number): number => Math.floor(node / strides[place]!) % heights[place]!
  const evaluate = evaluator(atoms, hierarchies, demands, maximumSuppressed, lossName)
  const bounds = Float64Array.from({ length: nodes }, (_, node) =>
    heights.reduce((sum, _, place) => sum + evaluate.labelLoss(place, levelOf(node, place)), 0),
  )
  const states = new Uint8Array(nodes)
  let best: { readonly node: number; readonly loss: number } | undefined
  let looked = 0

  /** Whether what nodes above inherit holds here; the node itself is settled by the way. */
  const look = (node: number): boolean => {
    looked++
    const { passesBelow, loss, floor } = evaluate.at(heights.map((_, place) => levelOf(node, place)))
    states[node] = settled
    if (!passesBelow) spread(node, failing)
    else if (loss !== undefined && (best === undefined || loss < best.loss)) best = { node, loss }
    if (best !== undefined && floor >= best.loss) spread(node, settled)
    return passesBelow
  }
  /** Marks what is below a failing node, or above one that more general nodes cannot improve on. */
  const spread = (from: number, state: typeof failing | typeof settled): void => {
    const step = state === failing ? -1 : 1
    const todo = [from]
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      states[node] = state
      for (let place = 0; place < heights.length; place++) {
        const level = levelOf(node, place) + step
        const next = node + step * strides[place]!
        if (level >= 0 && level < heights[place]! && states[next] === unknown) todo.push(next)
      }
    }
  }
  const pathUp = (from: number): readonly number[] => {
    const path = [from]
    for (let node = from; ; ) {
      const above = heights.flatMap((height, place) => {
        const next = node + strides[place]!
        return levelOf(node, place) < height - 1 && states[next] === unknown ? [next] : []
      })
      if (above.length === 0) return path
      node = above.reduce((a, b) => (bounds[b]! < bounds[a]! ? b : a))
      path.push(node)
    }
  }

  const isBounded = lossName !== 'discernibility'
  const inOrder = Uint32Array.from({ length: nodes }, (_, node) => node).sort(
    (a, b) => bounds[a]! - bounds[b]! || a - b,
  )
  for (const start of inOrder) {
    if (isBounded && best !== undefined && bounds[start]! >= best.loss) break
    if (states[start] !== unknown) continue
    const path = pathUp(start)
    let [low, high] = [0, path.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      if (look(path[middle]!)) high = middle - 1
      else low = middle + 1
    }
  }
  if (best === undefined) return undefined
  const levels = asLowAsPossible(
    heights.map((_, place) => levelOf(best!.node, place)),
    best.loss,
    evaluate,
  )
  return {
    levels,
    columns: evaluate.columns(levels),
    isKept: evaluate.at(levels).isKept,
    nodes,
    looked,
  }
}

/** Labels over a single value lose nothing, so nodes tie: a level goes down where that costs nothing. */
function asLowAsPossible(levels: readonly number[], loss: number, evaluate: Evaluator): readonly number[] {
  for (let place = 0; place < levels.length; place++) {
    const lower = levels.with(place, levels[place]! - 1)
    const found = lower[place]! < 0 ? undefined : evaluate.at(lower).loss
    if (found !== undefined && found <= loss) return asLowAsPossible(lower, found, evaluate)
  }
  return levels
}

interface Evaluation {
  /** False when no more specific node can keep the demands either. */
  readonly passesBelow: boolean
  /** Undefined when the node itself does not keep them. */
  readonly loss: number | undefined
  /** No more general node has a lower loss than this; 0 where `labelLoss` tells more. */
  readonly floor: number
  readonly isKept: Uint8Array
}

interface Evaluator {
  /** What the labels of one column on one level lose, as a share of all cells. */
  readonly labelLoss: (place: number, level: number) => number
  readonly at: (levels: readonly number[]) => Evaluation
  readonly columns: (levels: readonly number[]) => readonly RecodedColumn[]
}

function evaluator(
  atoms: Atoms,
  hierarchies: readonly (readonly Level[])[],
  demands: Demands,
  maximumSuppressed: number,
  lossName: SearchLoss,
): Evaluator {
  const { weights, rows } = atoms
  const cellLoss = lossName === 'generalisation' ? 'generalisation' : 'certainty'
  const cells = rows * hierarchies.length
  const recoded = hierarchies.map((levels, place) => levels.map(level => recodeLevel(atoms, place, level)))
  const labelLosses = recoded.map(levels =>
    levels.map(({ labels, codes }) => {
      let sum = 0
      codes.forEach((label, atom) => {
        sum += labels[label]![cellLoss] * weights[atom]!
      })
      return sum / cells
    }),
  )
  // What is inherited by more general nodes even when rows may be suppressed.
  const inherited: Demands = {
    k: demands.k,
    diversity: (demands.diversity ?? []).filter(({ kind }) => kind === 'distinct'),
  }
  const isAllInherited =
    maximumSuppressed === 0 ||
    ((demands.diversity ?? []).every(({ kind }) => kind === 'distinct') && (demands.closeness ?? []).length === 0)

  const suppress = (grouping: Grouping, asked: Demands): { readonly isKept: Uint8Array; readonly suppressed: number } =>
    suppressFailing(atoms, grouping, asked, maximumSuppressed)

  return {
    labelLoss: (place, level) => labelLosses[place]![level]!,
    columns: levels =>
      levels.map((level, place) => {
        const { labels, codes } = recoded[place]![level]!
        const { name } = atoms.quasi[place]!
        return { name, labels, labelOf: atoms.atomOf.map(atom => codes[atom]!), isUnchanged: level === 0 }
      }),
    at(levels) {
      const chosen = levels.map((level, place) => recoded[place]![level]!)
      const grouping = groupRows(
        chosen.map(({ codes, labels }) => ({ codes, size: labels.length })),
        atoms.count,
      )
      const whole = suppress(grouping, demands)
      const isWithin = whole.suppressed <= maximumSuppressed
      const passesBelow = isWithin || (!isAllInherited && suppress(grouping, inherited).suppressed <= maximumSuppressed)
      const floor = lossName === 'discernibility' ? discernibility(atoms, grouping) : 0
      if (!isWithin) return { passesBelow, loss: undefined, floor, isKept: whole.isKept }
      const loss =
        lossName === 'discernibility'
          ? discernibility(atoms, grouping, whole.isKept)
          : withSuppression(
              levels.reduce((sum, level, place) => sum + labelLosses[place]![level]!, 0),
              whole.isKept,
            )
      return { passesBelow, loss, floor, isKept: whole.isKept }

      /** A suppressed cell loses 1 in place of what its label loses. */
      function withSuppression(labelLoss: number, isKept: Uint8Array): number {
        let more = 0
        for (let atom = 0; atom < isKept.length; atom++)
          if (!isKept[atom])
            for (const { labels, codes } of chosen) more += (1 - labels[codes[atom]!]![cellLoss]) * weights[atom]!
        return labelLoss + more / cells
      }
    },
  }
}

interface RecodedLevel {
  readonly labels: readonly RecodedLabel[]
  /** The label of each atom. */
  readonly codes: Int32Array
}

function recodeLevel(atoms: Atoms, place: number, level: Level): RecodedLevel {
  const codes = atoms.codes[place]!.map(code => level.labelOf[code]!)
  return { labels: labelsOf(atoms.quasi[place]!, level), codes }
}

/**
 * Suppresses the classes that miss a demand, and then those that miss it because the released table has changed, until
 * every class that is left keeps all; stops early above the maximum.
 */
function suppressFailing(
  atoms: Atoms,
  grouping: Grouping,
  demands: Demands,
  maximum: number,
): { readonly isKept: Uint8Array; readonly suppressed: number } {
  const { weights, count } = atoms
  const isKept = new Uint8Array(count).fill(1)
  const sizes = new Int32Array(grouping.count)
  for (let atom = 0; atom < count; atom++) sizes[grouping.groupOf[atom]!]! += weights[atom]!
  let suppressed = 0
  for (const size of sizes) if (size < demands.k) suppressed += size
  for (let atom = 0; atom < count; atom++) if (sizes[grouping.groupOf[atom]!]! < demands.k) isKept[atom] = 0
  if (suppressed > maximum || atoms.sensitive.length === 0) return { isKept, suppressed }
  const { rows: order, starts } = rowsByGroup(grouping)
  for (;;) {
    const mayBeClass = classJudge(atoms, demands, atom => isKept[atom] === 1)
    const before = suppressed
    const failed: number[] = []
    for (let group = 0; group < grouping.count; group++) {
      const [from, to] = [starts[group]!, starts[group + 1]!]
      if (isKept[order[from]!] && !mayBeClass(order, from, to)) failed.push(group)
    }
    for (const group of failed) {
      for (let at = starts[group]!; at < starts[group + 1]!; at++) isKept[order[at]!] = 0
      suppressed += sizes[group]!
    }
    if (suppressed === before || suppressed > maximum) return { isKept, suppressed }
  }
}

function discernibility({ weights, rows }: Atoms, { groupOf, count }: Grouping, isKept?: Uint8Array): number {
  const sizes = new Float64Array(count)
  let suppressed = 0
  groupOf.forEach((group, atom) => {
    if (isKept === undefined || isKept[atom]) sizes[group]! += weights[atom]!
    else suppressed += weights[atom]!
  })
  return sizes.reduce((sum, size) => sum + size * size, 0) + suppressed * rows
}
