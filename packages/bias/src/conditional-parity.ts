import { tooFewGroups } from './errors.js'
import type { Interval, Proportion } from './intervals.js'
import { twoSidedZ } from './normal.js'

/** One stratum of a legitimate factor: both groups' rates within it. */
export interface Stratum {
  readonly name: string
  readonly group: Proportion
  readonly reference: Proportion
}

export interface ConditionalParity {
  /** Stratum with the largest absolute difference; null when no stratum holds rows of both. */
  readonly worst: { readonly stratum: string; readonly difference: number; readonly n: number } | null
  /** Common odds ratio; null, with `reason`, when its denominator is 0. */
  readonly oddsRatio: number | null
  readonly interval: Interval | null
  readonly reason?: string
  /** Strata in which one of the two has no row. */
  readonly leftOut: readonly string[]
}

/**
 * Parity inside strata of a legitimate factor: the worst stratum, and the common odds ratio over strata.
 *
 * @throws BIAS-E007 when there is no stratum
 * @see Mantel and Haenszel 1959, JNCI 22(4); interval: Robins, Breslow and Greenland 1986, Biometrics 42(2)
 */
export function conditionalParity(strata: readonly Stratum[], confidence = 0.95): ConditionalParity {
  if (strata.length === 0) throw tooFewGroups(0)
  const both = strata.filter(({ group, reference }) => group.of > 0 && reference.of > 0)
  const leftOut = strata.filter(one => !both.includes(one)).map(({ name }) => name)
  const worst = both
    .map(({ name, group, reference }) => ({
      stratum: name,
      difference: group.count / group.of - reference.count / reference.of,
      n: group.of + reference.of,
    }))
    .reduce<ConditionalParity['worst']>(
      (top, one) => (top && Math.abs(top.difference) >= Math.abs(one.difference) ? top : one),
      null,
    )
  let [r, s, pr, ps, qr, qs] = [0, 0, 0, 0, 0, 0]
  for (const { group, reference } of both) {
    const n = group.of + reference.of
    const [a, b] = [group.count, group.of - group.count]
    const [c, d] = [reference.count, reference.of - reference.count]
    const [rk, sk, p] = [(a * d) / n, (b * c) / n, (a + d) / n]
    r += rk
    s += sk
    pr += p * rk
    ps += p * sk
    qr += (1 - p) * rk
    qs += (1 - p) * sk
  }
  if (s === 0 || r === 0) {
    const reason = s === 0 ? 'empty-denominator' : 'the group counts nothing that the reference does not: no interval'
    return { worst, oddsRatio: s === 0 ? null : 0, interval: null, reason, leftOut }
  }
  const deviation = Math.sqrt(pr / (2 * r * r) + (ps + qr) / (2 * r * s) + qs / (2 * s * s))
  const spread = Math.exp(twoSidedZ(confidence) * deviation)
  return { worst, oddsRatio: r / s, interval: [r / s / spread, (r / s) * spread], leftOut }
}
