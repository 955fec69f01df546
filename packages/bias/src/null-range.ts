import { invalidInput } from './errors.js'
import type { Proportion } from './intervals.js'
import { binomial, hypergeometric, type Random } from './random.js'

/** What a range over groups looks like when all groups are equal. */
export interface NullRange {
  /** Observed: highest minus lowest rate, the largest over the families of rates. */
  readonly observed: number
  /** Mean of the range under equality: what many small groups give by chance. */
  readonly expected: number
  /** 95th percentile under equality. */
  readonly upper: number
  /** (1 + replicates at least as large) / (1 + replicates). */
  readonly p: number
  readonly replicates: number
}

/** One rate over groups, such as the true positive rates. */
export type RateFamily = readonly Proportion[]

/**
 * Simulates the range of rates with every group at the pooled rate. With several families (true and false positive rates)
 * the largest range counts, as in equalized odds.
 *
 * @returns null when a family has fewer than two groups with rows
 * @throws BIAS-E008 when there are fewer than 100 replicates
 */
export const rangeUnderEquality = (
  families: readonly RateFamily[],
  random: Random,
  replicates = 2000,
): NullRange | null =>
  simulate(families, replicates, family => {
    const rate = family.reduce((sum, { count }) => sum + count, 0) / family.reduce((sum, { of }) => sum + of, 0)
    return () => family.map(({ of }) => binomial(of, rate, random))
  })

/**
 * Permutation test of the range: the hits of each family are dealt out anew among its groups (multivariate hypergeometric).
 * With the families of true and false positive rates this permutes groups within strata of the label.
 *
 * @returns null when a family has fewer than two groups with rows
 * @throws BIAS-E008 when there are fewer than 100 replicates
 */
export const permutationTest = (families: readonly RateFamily[], random: Random, replicates = 2000): NullRange | null =>
  simulate(families, replicates, family => {
    const [rows, all] = [sum(family, 'of'), sum(family, 'count')]
    return () => {
      let [total, hits] = [rows, all]
      return family.map(({ of }) => {
        const drawn = hypergeometric(total, hits, of, random)
        total -= of
        hits -= drawn
        return drawn
      })
    }
  })

const sum = (family: RateFamily, key: keyof Proportion): number => family.reduce((all, one) => all + one[key], 0)

function simulate(
  families: readonly RateFamily[],
  replicates: number,
  drawerOf: (family: RateFamily) => () => readonly number[],
): NullRange | null {
  if (!(Number.isInteger(replicates) && replicates >= 100))
    throw invalidInput('a simulation needs at least 100 replicates', 'pass a whole number of replicates, such as 2000')
  const present = families.map(family => family.filter(({ of }) => of > 0))
  if (present.length === 0 || present.some(family => family.length < 2)) return null
  const observed = Math.max(
    ...present.map(family =>
      range(
        family,
        family.map(({ count }) => count),
      ),
    ),
  )
  const draws = present.map(family => ({ family, draw: drawerOf(family) }))
  const values = new Float64Array(replicates)
  for (let replicate = 0; replicate < replicates; replicate++)
    for (const { family, draw } of draws) values[replicate] = Math.max(values[replicate]!, range(family, draw()))
  values.sort()
  const asLarge = values.reduce((count, value) => count + (value >= observed - 1e-12 ? 1 : 0), 0)
  return {
    observed,
    expected: values.reduce((all, value) => all + value, 0) / replicates,
    upper: values[Math.ceil(0.95 * replicates) - 1]!,
    p: (1 + asLarge) / (1 + replicates),
    replicates,
  }
}

function range(family: RateFamily, counts: readonly number[]): number {
  let [low, high] = [1, 0]
  for (let group = 0; group < family.length; group++) {
    const rate = counts[group]! / family[group]!.of
    if (rate < low) low = rate
    if (rate > high) high = rate
  }
  return high - low
}
