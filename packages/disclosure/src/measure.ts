import type { RecordBatch } from '@attestry/core'
import { closeness, type GroundDistance } from './closeness.js'
import { codedColumn } from './coded-column.js'
import { distinctValues, entropyDiversity, recursiveDiversity } from './diversity.js'
import { checkRoles, equivalenceClasses, type EquivalenceClasses } from './equivalence-classes.js'
import { outOfRange } from './errors.js'
import { heldCounts, rowsByGroup, tally, type RowsByGroup } from './histograms.js'
import { journalistRisk, prosecutorRisk, type Population, type PopulationRisk, type Risk } from './risk.js'

export interface MeasureOptions {
  /** Columns that an outsider may know of a person. Declared by a person; never guessed. */
  readonly quasiIdentifiers: readonly string[]
  /** Columns that must stay unknown, with the distance between their values. */
  readonly sensitive?: Readonly<Record<string, GroundDistance>>
  /** c of recursive (c, l)-diversity, above 0. Default 2. */
  readonly recursiveC?: number
  /** A row whose risk is above this counts in `shareAbove`; a share. Default 0.2. */
  readonly threshold?: number
  readonly population?: Population
}

/** What the class that is worst off gives away of one sensitive column. */
export interface SensitiveMeasurement {
  readonly column: string
  /** l of distinct l-diversity: the fewest values in a class. */
  readonly distinct: number
  /** l of entropy l-diversity. */
  readonly entropy: number
  /** l of recursive (c, l)-diversity. */
  readonly recursive: number
  readonly recursiveC: number
  /** t of t-closeness: the largest earth mover's distance of a class from the whole table. */
  readonly closeness: number
}

export interface DisclosureMeasurement {
  readonly quasiIdentifiers: readonly string[]
  readonly rows: number
  readonly classes: number
  /** Rows of the smallest class: the k of k-anonymity. */
  readonly k: number
  readonly averageClassSize: number
  /** Rows that are alone in their class. */
  readonly uniqueRows: number
  /** Classes by their size, ascending. */
  readonly histogram: readonly { readonly size: number; readonly classes: number }[]
  /** Above which a row counts in `shareAbove`. */
  readonly threshold: number
  readonly prosecutor: Risk
  /** Null where no population was declared: without one it cannot be told. */
  readonly journalist: PopulationRisk | null
  /**
   * Expected share of rows that somebody traces who matches all of them: against the population where one was declared, else
   * against the table itself, which bounds it from above.
   */
  readonly marketer: number
  readonly sensitive: readonly SensitiveMeasurement[]
}

/**
 * Measures how far the rows of a table can be traced to people and what they then give away.
 *
 * Each sensitive column is measured by itself. The numbers are about the declared columns and attackers only; they say nothing
 * about somebody who knows more, and nothing about several releases of the same people.
 *
 * @throws DISCLOSURE-E001, DISCLOSURE-E002, DISCLOSURE-E003, DISCLOSURE-E007, CORE-E042
 */
export function measureDisclosure(batch: RecordBatch, options: MeasureOptions): DisclosureMeasurement {
  const { quasiIdentifiers, sensitive = {}, recursiveC = 2, threshold = 0.2, population } = options
  checkRoles(quasiIdentifiers, Object.keys(sensitive))
  if (!(threshold >= 0 && threshold <= 1)) throw outOfRange('threshold', threshold, 'a share from 0 to 1')
  if (!(recursiveC > 0)) throw outOfRange('recursiveC', recursiveC, 'a number above 0')
  const classes = equivalenceClasses(batch, quasiIdentifiers)
  const rows = classes.groupOf.length
  const histogram = histogramOf(classes)
  const prosecutor = prosecutorRisk(classes, threshold)
  const journalist = population ? journalistRisk(batch, quasiIdentifiers, classes, population, threshold) : null
  const byClass = rowsByGroup(classes)
  return {
    quasiIdentifiers,
    rows,
    classes: classes.count,
    k: histogram[0]!.size,
    averageClassSize: rows / classes.count,
    uniqueRows: histogram[0]!.size === 1 ? histogram[0]!.classes : 0,
    histogram,
    threshold,
    prosecutor,
    journalist,
    marketer: (journalist ?? prosecutor).mean,
    sensitive: Object.entries(sensitive).map(([name, distance]) =>
      measureSensitive(batch, byClass, name, distance, recursiveC),
    ),
  }
}

function histogramOf({ sizes }: EquivalenceClasses): DisclosureMeasurement['histogram'] {
  const counts = new Map<number, number>()
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b).map(([size, classes]) => ({ size, classes }))
}

function measureSensitive(
  batch: RecordBatch,
  { rows: order, starts }: RowsByGroup,
  name: string,
  distance: GroundDistance,
  recursiveC: number,
): SensitiveMeasurement {
  const column = codedColumn(batch, name)
  const whole = new Int32Array(column.values.length)
  for (const code of column.codes) whole[code]!++
  const distanceOf = closeness(column, distance, whole)
  const countRows = tally(column.codes, column.values.length)
  let [distinct, entropy, recursive, farthest] = [Infinity, Infinity, Infinity, 0]
  for (let group = 0; group < starts.length - 1; group++) {
    const histogram = countRows(order, starts[group]!, starts[group + 1]!)
    const counts = heldCounts(histogram)
    distinct = Math.min(distinct, distinctValues(counts))
    entropy = Math.min(entropy, entropyDiversity(counts))
    recursive = Math.min(recursive, recursiveDiversity(counts, recursiveC))
    farthest = Math.max(farthest, distanceOf(histogram))
  }
  return { column: name, distinct, entropy, recursive, recursiveC, closeness: farthest }
}
