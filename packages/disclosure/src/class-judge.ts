import type { Atoms } from './atoms.js'
import { closeness, type Closeness } from './closeness.js'
import { tolerance, type Demands, type DiversityDemand } from './demands.js'
import { distinctValues, entropyDiversity, recursiveDiversity, type Counts } from './diversity.js'
import { heldCounts, tally } from './histograms.js'

/** Whether the atoms `order[from] … order[to - 1]` may be one class. */
export type ClassJudge = (order: ArrayLike<number>, from: number, to: number) => boolean

/**
 * Judges classes by demands.
 *
 * @param released the atoms that t-closeness compares with: those of the table that is released
 */
export function classJudge(
  atoms: Atoms,
  demands: Demands,
  released: (atom: number) => boolean = () => true,
): ClassJudge {
  const { weights } = atoms
  const rules = atoms.sensitive.flatMap((_, place) => rulesOf(atoms, place, demands, released))
  return (order, from, to) => {
    let size = 0
    for (let at = from; at < to; at++) size += weights[order[at]!]!
    return size >= demands.k && rules.every(rule => rule(order, from, to))
  }
}

function rulesOf(
  atoms: Atoms,
  place: number,
  demands: Demands,
  released: (atom: number) => boolean,
): readonly ClassJudge[] {
  const { weights, count } = atoms
  const column = atoms.sensitive[place]!
  const codes = atoms.secrets[place]!
  const diverse = (demands.diversity ?? []).filter(one => one.column === column.name)
  const close = (demands.closeness ?? []).filter(one => one.column === column.name)
  const whole = new Int32Array(column.values.length)
  for (let atom = 0; atom < count; atom++) if (released(atom)) whole[codes[atom]!]! += weights[atom]!
  const distances: readonly { readonly of: Closeness; readonly t: number }[] = close.map(({ distance, t }) => ({
    of: closeness(column, distance, whole),
    t,
  }))
  const countRows = tally(codes, column.values.length, weights)
  return [
    (order, from, to) => {
      const histogram = countRows(order, from, to)
      const counts = heldCounts(histogram)
      return (
        diverse.every(demand => isDiverse(counts, demand)) &&
        distances.every(({ of, t }) => of(histogram) <= t + tolerance)
      )
    },
  ]
}

function isDiverse(counts: Counts, demand: DiversityDemand): boolean {
  if (demand.kind === 'recursive') return recursiveDiversity(counts, demand.c) >= demand.l
  const reached = demand.kind === 'distinct' ? distinctValues(counts) : entropyDiversity(counts)
  return reached >= demand.l - tolerance
}
