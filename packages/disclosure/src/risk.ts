import type { RecordBatch } from '@attestry/core'
import { rowCount } from '@attestry/core'
import { codedColumn } from './coded-column.js'
import { groupSizes, type EquivalenceClasses } from './equivalence-classes.js'
import { notThePopulation, outOfRange } from './errors.js'
import { groupRows } from './group-rows.js'

/** The chance that a row is traced to its person, over the rows of a table. */
export interface Risk {
  /** Of the row that is worst off. */
  readonly max: number
  /** Over rows. */
  readonly mean: number
  /** Share of rows whose risk is above the threshold. */
  readonly shareAbove: number
}

/**
 * What is known of the population that the rows were drawn from: the rows of all its people, recoded like the table; or how
 * many they are. Neither can be read from the table, so a person declares it.
 */
export type Population = { readonly table: RecordBatch } | { readonly size: number }

export interface PopulationRisk extends Risk {
  /** `counted` in the population's table, or `estimated` from its size. */
  readonly basis: 'counted' | 'estimated'
  /** What must hold for the numbers to mean what they say. */
  readonly assumption: string
}

/**
 * Prosecutor risk: somebody knows that a person is in the table, and knows their quasi-identifiers. The risk of a row is
 * 1 over the size of its class; the mean over rows is classes over rows (El Emam and Dankar 2008).
 */
export function prosecutorRisk(classes: EquivalenceClasses, threshold: number): Risk {
  return riskOf(
    classes,
    Float64Array.from(classes.sizes, size => 1 / size),
    threshold,
  )
}

/**
 * Journalist risk: somebody wants to trace any row, and does not know who is in the table. The risk of a row is 1 over the
 * size F of its class in the population (El Emam and Dankar 2008).
 *
 * From the population's size N alone, F is not known. It is then estimated by E(1 / F | f) with f rows in the table, for rows
 * drawn independently with the same chance p = n / N, as in Benedetti and Franconi 1998.
 *
 * @throws DISCLOSURE-E007 when the population does not contain the table
 * @throws DISCLOSURE-E003 when its size is no whole number
 */
export function journalistRisk(
  batch: RecordBatch,
  quasiIdentifiers: readonly string[],
  classes: EquivalenceClasses,
  population: Population,
  threshold: number,
): PopulationRisk {
  if ('table' in population)
    return {
      ...riskOf(classes, countedRisks(batch, quasiIdentifiers, classes, population.table), threshold),
      basis: 'counted',
      assumption: 'the population table holds every person that the rows were drawn from, recoded like the table',
    }
  return {
    ...riskOf(classes, estimatedRisks(classes, population.size), threshold),
    basis: 'estimated',
    assumption: `rows were drawn independently and with equal chance from ${population.size} people, one row each`,
  }
}

function riskOf({ sizes, groupOf }: EquivalenceClasses, perClass: Float64Array, threshold: number): Risk {
  let [max, sum, above] = [0, 0, 0]
  perClass.forEach((risk, group) => {
    max = Math.max(max, risk)
    sum += risk * sizes[group]!
    if (risk > threshold) above += sizes[group]!
  })
  return { max, mean: sum / groupOf.length, shareAbove: above / groupOf.length }
}

function countedRisks(
  batch: RecordBatch,
  quasiIdentifiers: readonly string[],
  classes: EquivalenceClasses,
  population: RecordBatch,
): Float64Array {
  const sampled = rowCount(batch)
  const rows = sampled + rowCount(population)
  const columns = quasiIdentifiers.map(name => joined(batch, population, name))
  const both = groupRows(columns, rows)
  const people = groupSizes({ groupOf: both.groupOf.subarray(sampled), count: both.count })
  const risks = new Float64Array(classes.count)
  classes.groupOf.forEach((group, row) => {
    const found = people[both.groupOf[row]!]!
    if (found < classes.sizes[group]!)
      throw notThePopulation(
        `the class of row ${row + 1} has ${classes.sizes[group]} rows in the table and ${found} in the population`,
      )
    risks[group] = 1 / found
  })
  return risks
}

/** Values of both tables under common numbers. Numbers and their text count as the same value. */
function joined(batch: RecordBatch, population: RecordBatch, name: string): { codes: Int32Array; size: number } {
  const seen = new Map<string | null, number>()
  const parts = [codedColumn(batch, name), codedColumn(population, name)].map(({ values, codes }) => {
    const common = values.map(value => {
      const text = value === null ? null : String(value)
      if (!seen.has(text)) seen.set(text, seen.size)
      return seen.get(text)!
    })
    return codes.map(code => common[code]!)
  })
  const codes = new Int32Array(parts[0]!.length + parts[1]!.length)
  codes.set(parts[0]!)
  codes.set(parts[1]!, parts[0]!.length)
  return { codes, size: seen.size }
}

function estimatedRisks({ sizes, groupOf }: EquivalenceClasses, people: number): Float64Array {
  if (!Number.isInteger(people) || people < 1) throw outOfRange('population size', people, 'a whole number from 1')
  const rows = groupOf.length
  if (people < rows) throw notThePopulation(`the population has ${people} people and the table ${rows} rows`)
  const share = rows / people
  const known = new Map<number, number>()
  return Float64Array.from(sizes, size => {
    if (!known.has(size)) known.set(size, expectedInverse(size, share))
    return known.get(size)!
  })
}

/**
 * E(1 / F | f) for a class of which f rows were drawn, each person with chance p: F - f follows a negative binomial with f
 * successes (Benedetti and Franconi 1998). Equals the integral of v^(f - 1) / (1 + r v) over v in [0, 1], r = (1 - p) / p.
 *
 * @param f at least 1
 * @param p in (0, 1]
 */
export function expectedInverse(f: number, p: number): number {
  const q = 1 - p
  if (p > 0.5) {
    // p / f · 2F1(1, 1; f + 1; q): all terms positive, each less than q times the one before.
    let term = p / f
    let sum = term
    for (let i = 1; term > sum * 1e-17; i++) {
      term *= (q * i) / (f + i)
      sum += term
    }
    return sum
  }
  // I(f + 1) = (1 / f - I(f)) / r does not amplify rounding for r >= 1.
  const r = q / p
  let inverse = Math.log1p(r) / r
  for (let size = 1; size < f; size++) inverse = (1 / size - inverse) / r
  return inverse
}
