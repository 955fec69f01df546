import { describe, expect, it } from 'vitest'
import {
  binned,
  categoryDrift,
  changeOf,
  cramerVonMises,
  evidentlyChiSquare,
  hellinger,
  hellingerBins,
  jointCategories,
  jointRows,
  kolmogorovSmirnov,
  mannWhitney,
  numberDrift,
  sharesOf,
  wasserstein,
  welch,
  type JointSample,
} from '../src/index.js'
import { sharedFile } from './shared-data.js'

type Numbers = Readonly<Record<string, number>> & {
  readonly sturges_edges: readonly number[] | null
  readonly bins_ref_deciles: readonly number[]
}
type Categories = Readonly<Record<string, number>> & {
  readonly counts_ref: Readonly<Record<string, number>>
  readonly counts_cur: Readonly<Record<string, number>>
}

const text = sharedFile('golden/fairness.json')
const adult = sharedFile('data/fairness/adult/adult.data.gz')
const drift =
  text === undefined ? {} : (JSON.parse(text) as { drift_adult: Record<string, Record<string, object>> }).drift_adult
const rows = (adult ?? '')
  .trim()
  .split('\n')
  .map(line => line.split(', '))
const places: Readonly<Record<string, number>> = { age: 0, fnlwgt: 2, 'education-num': 4, 'hours-per-week': 12 }

const samples = (pair: string): readonly [readonly string[][], readonly string[][]] => {
  const first = rows.slice(0, 10_000)
  if (pair.includes('male')) return [first.filter(row => row[9] === 'Male'), first.filter(row => row[9] === 'Female')]
  if (pair.includes('first500')) return [rows.slice(0, 500), rows.slice(10_000, 10_500)]
  return [first, rows.slice(10_000, 20_000)]
}

const columns = Object.entries(drift).flatMap(([pair, table]) =>
  typeof table !== 'object'
    ? []
    : Object.entries(table).flatMap(([name, column]) =>
        typeof column === 'object' ? [[pair, name, column] as const] : [],
      ),
)
const numbers = columns.flatMap(([pair, name, column]) =>
  'ks_stat' in column ? [[pair, name, column as unknown as Numbers] as const] : [],
)
const categories = columns.flatMap(([pair, name, column]) =>
  'counts_ref' in column ? [[pair, name, column as unknown as Categories] as const] : [],
)

/** Far tails are compared by their logarithm, as nobody reads their eighth digit. */
const closeP = (p: number, golden: number): void => {
  // The reference took 1 minus a probability that rounds to 1.
  if (golden === 0) expect(p).toBeLessThan(1e-15)
  else if (golden < 1e-30) expect(Math.abs(Math.log(p) / Math.log(golden) - 1)).toBeLessThan(1e-8)
  else expect(Math.abs(p / golden - 1)).toBeLessThan(1e-8)
}

describe.skipIf(text === undefined || adult === undefined)('golden drift of numbers, three pairs of samples', () => {
  it('is there', () => expect(numbers).toHaveLength(12))

  const joint = (pair: string, name: string): JointSample => {
    const [before, now] = samples(pair).map(sample => sample.map(row => Number(row[places[name]!])))
    return jointRows(before!, now!)
  }

  it.each(numbers)('tests agree: %s, %s', (pair, name, golden) => {
    const sample = joint(pair, name)
    const ks = kolmogorovSmirnov(sample)!
    expect(ks.method).toBe('exact')
    expect(ks.statistic).toBeCloseTo(golden['ks_stat']!, 12)
    closeP(ks.p, golden['ks_p_auto']!)
    // The reference takes the exact law of one sample of the harmonic size here, ours its expansion for large samples.
    expect(kolmogorovSmirnov(sample, 'asymptotic')!.p / golden['ks_p_asymp']! - 1).toBeCloseTo(0, 4)
    expect(cramerVonMises(sample)!.statistic).toBeCloseTo(golden['cvm_stat']!, 9)
    closeP(mannWhitney(sample)!.p, golden['mannwhitney_p']!)
    closeP(welch(sample)!.p, golden['t_test_welch_p']!)
  })

  it.each(numbers)("sizes agree, in Evidently's bins and in deciles: %s, %s", (pair, name, golden) => {
    const sample = joint(pair, name)
    const { raw, normed } = wasserstein(sample)!
    expect(raw / golden['wasserstein_raw']! - 1).toBeCloseTo(0, 10)
    expect(normed / golden['wasserstein_evidently_normed']! - 1).toBeCloseTo(0, 10)
    const evidently = numberDrift(sample, 'evidently')!
    expect(evidently.sizes.psi).toBeCloseTo(golden['psi_evidently']!, 10)
    expect(evidently.sizes.jensenShannonBaseE).toBeCloseTo(golden['js_evidently_base_e']!, 10)
    expect(evidently.sizes.kullbackLeibler).toBeCloseTo(golden['kl_evidently']!, 10)
    if (golden.sturges_edges) expect(binned(sample, 'evidently').edges).toEqual(golden.sturges_edges)
    const bins = hellingerBins(sample)
    expect(hellinger(sharesOf(bins.reference)!, sharesOf(bins.current)!)).toBeCloseTo(
      golden['hellinger_evidently']!,
      10,
    )
    const deciles = numberDrift(sample, 'refDeciles')!
    expect(deciles.sizes.psi).toBeCloseTo(golden['psi_ref_deciles_eps1e-4']!, 10)
    expect(deciles.bins).toMatchObject({ convention: 'refDeciles', zeroRule: 'floor-1e-4', kind: 'interior' })
    ;(deciles.bins as { edges: readonly number[] }).edges.forEach((edge, i) =>
      expect(edge).toBeCloseTo(golden.bins_ref_deciles[i]!, 9),
    )
  })
})

describe.skipIf(text === undefined)('golden drift of categories', () => {
  it('is there', () => expect(categories).toHaveLength(14))

  it.each(categories)('agrees: %s, %s', (_, __, golden) => {
    const [before, now] = [new Map(Object.entries(golden.counts_ref)), new Map(Object.entries(golden.counts_cur))]
    const { sizes, tests } = categoryDrift(before, now, 'evidently')!
    expect(sizes.psi).toBeCloseTo(golden['psi_evidently']!, 10)
    expect(sizes.jensenShannonBaseE).toBeCloseTo(golden['js_evidently_base_e']!, 10)
    expect(sizes.kullbackLeibler).toBeCloseTo(golden['kl_evidently']!, 10)
    expect(sizes.hellinger).toBeCloseTo(golden['hellinger_evidently']!, 10)
    expect(sizes.totalVariation).toBeCloseTo(golden['tvd']!, 12)
    expect(sizes.cramersV).toBeCloseTo(golden['cramers_v']!, 10)
    expect(tests.chiSquare!.statistic).toBeCloseTo(golden['chi2_contingency_stat']!, 9)
    closeP(tests.chiSquare!.p, golden['chi2_contingency_p']!)
    const [r, c] = jointCategories(before, now)
    closeP(evidentlyChiSquare(r, c)!.p, golden['chi2_p_evidently']!)
    if (golden['z_p_evidently'] !== undefined) {
      const of = (counts: number[]): { count: number; of: number } => ({
        count: counts[0]!,
        of: counts[0]! + counts[1]!,
      })
      closeP(changeOf(of(r), of(c))!.p, golden['z_p_evidently'])
    }
  })
})
