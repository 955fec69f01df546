import { describe, expect, it } from 'vitest'
import { binOf, homogeneity, populationStability, quantileEdges } from '../src/index.js'
import { sharedFile } from './shared-data.js'

interface NumericColumn {
  readonly 'psi_ref_deciles_eps1e-4': number
  readonly bins_ref_deciles: readonly number[]
}

interface CategoricalColumn {
  readonly counts_ref: Readonly<Record<string, number>>
  readonly counts_cur: Readonly<Record<string, number>>
  readonly psi_evidently: number
  readonly chi2_contingency_stat: number
  readonly chi2_contingency_p: number
  readonly dof: number
}

type Pair = Readonly<Record<string, NumericColumn | CategoricalColumn | number>>

const text = sharedFile('golden/fairness.json')
const drift = text === undefined ? {} : (JSON.parse(text) as { drift_adult: Record<string, Pair> }).drift_adult
const adult = sharedFile('data/fairness/adult/adult.data.gz')
const rows = (adult ?? '')
  .trim()
  .split('\n')
  .map(line => line.split(', '))
const columns: Readonly<Record<string, number>> = { age: 0, fnlwgt: 2, 'education-num': 4, 'hours-per-week': 12 }

const pairs = Object.entries(drift).filter((entry): entry is [string, Pair] => typeof entry[1] === 'object')
const samples = (pair: string): readonly [readonly string[][], readonly string[][]] => {
  const first = rows.slice(0, 10_000)
  if (pair.includes('male')) return [first.filter(row => row[9] === 'Male'), first.filter(row => row[9] === 'Female')]
  if (pair.includes('first500')) return [rows.slice(0, 500), rows.slice(10_000, 10_500)]
  return [first, rows.slice(10_000, 20_000)]
}

describe.skipIf(text === undefined)('golden drift of categories', () => {
  const cases = pairs.flatMap(([pair, table]) =>
    Object.entries(table).flatMap(([name, column]) =>
      typeof column === 'object' && 'counts_ref' in column ? [[pair, name, column] as const] : [],
    ),
  )

  it('is there', () => expect(cases.length).toBe(14))

  it.each(cases)('is met to 1e-9: %s, %s', (_, __, column) => {
    const names = [...new Set([...Object.keys(column.counts_ref), ...Object.keys(column.counts_cur)])]
    const [before, now] = [column.counts_ref, column.counts_cur].map(counts =>
      names.map(name => counts[name] ?? 0),
    ) as [number[], number[]]
    // The golden value takes another floor for shares of 0; without one both definitions agree.
    if (![...before, ...now].includes(0)) expect(populationStability(before, now)).toBeCloseTo(column.psi_evidently, 9)
    const test = homogeneity([before, now])!
    expect(test.degreesOfFreedom).toBe(column.dof)
    // The golden tests of two by two tables carry no continuity correction.
    expect(test.statistic).toBeCloseTo(column.chi2_contingency_stat, 9)
    expect(Math.abs(test.p / column.chi2_contingency_p - 1)).toBeLessThan(1e-8)
  })
})

describe.skipIf(text === undefined || adult === undefined)('golden drift of numbers by reference deciles', () => {
  const cases = pairs.flatMap(([pair, table]) =>
    Object.entries(table).flatMap(([name, column]) =>
      typeof column === 'object' && 'bins_ref_deciles' in column ? [[pair, name, column] as const] : [],
    ),
  )

  it('is there', () => expect(cases.length).toBe(12))

  it.each(cases)('is met to 1e-9: %s, %s', (pair, name, column) => {
    const [before, now] = samples(pair).map(sample => sample.map(row => Number(row[columns[name]!])))
    const edges = quantileEdges(before!, 10)
    expect(edges).toHaveLength(column.bins_ref_deciles.length)
    column.bins_ref_deciles.forEach((edge, place) => expect(edges[place]).toBeCloseTo(edge, 9))
    const histogram = (values: readonly number[]): number[] => {
      const counts = new Array<number>(edges.length + 1).fill(0)
      for (const value of values) counts[binOf(edges, value)]!++
      return counts
    }
    expect(populationStability(histogram(before!), histogram(now!))).toBeCloseTo(column['psi_ref_deciles_eps1e-4'], 9)
  })
})
