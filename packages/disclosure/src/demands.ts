import type { RecordBatch } from '@attestry/core'
import type { GroundDistance } from './closeness.js'
import { outOfRange } from './errors.js'
import { measureDisclosure } from './measure.js'

/** Every class holds at least l values of a sensitive column, in one of the three senses of l-diversity. */
export type DiversityDemand =
  | { readonly column: string; readonly kind: 'distinct' | 'entropy'; readonly l: number }
  | { readonly column: string; readonly kind: 'recursive'; readonly l: number; readonly c: number }

/** The distribution of a sensitive column in every class is within t of that in the whole table. */
export interface ClosenessDemand {
  readonly column: string
  readonly distance: GroundDistance
  /** From 0 to 1. */
  readonly t: number
}

/** What every class of a table must keep. */
export interface Demands {
  /** Rows of the smallest class, a whole number from 2. */
  readonly k: number
  readonly diversity?: readonly DiversityDemand[]
  readonly closeness?: readonly ClosenessDemand[]
}

/** @throws DISCLOSURE-E003 that names the number */
export function checkDemands({ k, diversity = [], closeness = [] }: Demands): void {
  if (!Number.isInteger(k) || k < 2) throw outOfRange('k', k, 'a whole number from 2')
  for (const demand of diversity) {
    if (!(demand.l >= 1)) throw outOfRange('l', demand.l, 'a number from 1')
    if (demand.kind === 'recursive' && !(demand.c > 0)) throw outOfRange('c', demand.c, 'a number above 0')
  }
  for (const { t } of closeness) if (!(t >= 0 && t <= 1)) throw outOfRange('t', t, 'a number from 0 to 1')
}

/** Columns that demands call sensitive, each once. */
export const sensitiveColumns = ({ diversity = [], closeness = [] }: Demands): readonly string[] => [
  ...new Set([...diversity, ...closeness].map(({ column }) => column)),
]

/** Entropies and distances are sums of rounded numbers: a demand is kept when it holds to this. */
export const tolerance = 1e-9

export interface UnmetDemand {
  /** In words, such as `k` or `distinct diversity of 'illness'`. */
  readonly demand: string
  readonly reached: number
  readonly wanted: number
}

/**
 * Measures a table and names the demands that it does not keep; none when it keeps all.
 *
 * @throws as `measureDisclosure` and `checkDemands` do
 */
export function unmetDemands(
  batch: RecordBatch,
  quasiIdentifiers: readonly string[],
  demands: Demands,
): readonly UnmetDemand[] {
  checkDemands(demands)
  const { k, diversity = [], closeness = [] } = demands
  const measured = (column: string, distance: GroundDistance, recursiveC = 2) =>
    measureDisclosure(batch, { quasiIdentifiers, sensitive: { [column]: distance }, recursiveC }).sensitive[0]!
  const reached = measureDisclosure(batch, { quasiIdentifiers }).k
  const unmet: UnmetDemand[] = reached < k ? [{ demand: 'k', reached, wanted: k }] : []
  for (const one of diversity) {
    const found = measured(one.column, 'equal', one.kind === 'recursive' ? one.c : 2)[one.kind]
    if (found < one.l - tolerance)
      unmet.push({ demand: `${one.kind} diversity of '${one.column}'`, reached: found, wanted: one.l })
  }
  for (const { column, distance, t } of closeness) {
    const found = measured(column, distance).closeness
    if (found > t + tolerance) unmet.push({ demand: `closeness of '${column}'`, reached: found, wanted: t })
  }
  return unmet
}

/** For people, such as `k is 3, 10 demanded`. */
export const inWords = ({ demand, reached, wanted }: UnmetDemand): string =>
  `${demand} is ${Number(reached.toPrecision(6))}, ${wanted} demanded`
