import { invalidInput } from './errors.js'
import { pooledZ, type Interval, type Proportion } from './intervals.js'
import { normalQuantile, twoSidedZ } from './normal.js'
import { betaQuantile, logChoose, logNormalTail } from './special-functions.js'

/** A p-value, also as its natural logarithm: `p` underflows to 0 where `logP` is -745 or less. */
export interface PValue {
  readonly p: number
  readonly logP: number
  readonly method: 'fisher-exact' | 'pooled-z'
}

/**
 * Clopper-Pearson interval: covers the true rate with at least the confidence, at every rate and n.
 *
 * @returns null when the proportion rests on no row
 * @see Clopper and Pearson 1934, Biometrika 26(4); ends are beta quantiles
 */
export function clopperPearson({ count, of }: Proportion, confidence: number): Interval | null {
  if (of === 0) return null
  const tail = (1 - confidence) / 2
  return [
    count === 0 ? 0 : betaQuantile(tail, count, of - count + 1),
    count === of ? 1 : betaQuantile(1 - tail, count + 1, of - count),
  ]
}

/**
 * Fisher's exact test, two-sided: sums the hypergeometric probabilities that are at most the observed one times 1 + 1e-7
 * (SciPy's rule). Works in logarithms.
 *
 * @returns null when a side has no row
 */
export function fisherExact(a: Proportion, b: Proportion): PValue | null {
  if (a.of === 0 || b.of === 0) return null
  const hits = a.count + b.count
  const total = logChoose(a.of + b.of, hits)
  const logMass = (k: number): number => logChoose(a.of, k) + logChoose(b.of, hits - k) - total
  const limit = logMass(a.count) + Math.log1p(1e-7)
  const [from, to] = [Math.max(0, hits - b.of), Math.min(a.of, hits)]
  let largest = -Infinity
  let sum = 0
  for (let k = from; k <= to; k++) {
    const mass = logMass(k)
    if (mass > limit) continue
    if (mass > largest) {
      sum = sum * Math.exp(largest - mass) + 1
      largest = mass
    } else sum += Math.exp(mass - largest)
  }
  const logP = Math.min(0, largest + Math.log(sum))
  return { p: Math.exp(logP), logP, method: 'fisher-exact' }
}

/**
 * Two-sided test of equal rates: Fisher's where a side has fewer than `minimumRows` rows or an expected count is below 5,
 * the pooled z test otherwise.
 *
 * @returns null when a side has no row
 */
export function testOfEquality(a: Proportion, b: Proportion, minimumRows = 30): PValue | null {
  if (a.of === 0 || b.of === 0) return null
  const pooled = (a.count + b.count) / (a.of + b.of)
  const least = Math.min(pooled, 1 - pooled) * Math.min(a.of, b.of)
  const z = pooledZ(a, b)
  if (z === null || least < 5 || Math.min(a.of, b.of) < minimumRows) return fisherExact(a, b)
  const logP = Math.min(0, Math.LN2 + logNormalTail(Math.abs(z)))
  return { p: Math.exp(logP), logP, method: 'pooled-z' }
}

/**
 * McNemar's exact test of two models on the same rows: two-sided binomial test of the rows on which only one is right.
 *
 * @param onlyFirst rows that the first model alone decides rightly
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond
  let tail = 0
  for (let k = 0; k <= Math.min(onlyFirst, onlySecond); k++) tail += Math.exp(logChoose(n, k) - n * Math.LN2)
  return Math.min(1, 2 * tail)
}

/** Checks that every entry is a probability. @throws BIAS-E008 */
const checked = (pValues: readonly number[]): readonly number[] => {
  if (pValues.some(p => !(p >= 0 && p <= 1))) throw invalidInput('a p-value is not in [0, 1]', 'pass probabilities')
  return pValues
}

/** Holm's adjusted p-values, in the order given: reject where at most α controls the familywise error. @throws BIAS-E008 */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = checked(pValues)
    .map((_, i) => i)
    .sort((i, j) => pValues[i]! - pValues[j]!)
  const adjusted = [...pValues]
  let running = 0
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, (order.length - rank) * pValues[index]!))
    adjusted[index] = running
  })
  return adjusted
}

/** Benjamini-Hochberg's adjusted p-values, in the order given: for screening, not for verdicts. @throws BIAS-E008 */
export function benjaminiHochberg(pValues: readonly number[]): readonly number[] {
  const order = checked(pValues)
    .map((_, i) => i)
    .sort((i, j) => pValues[j]! - pValues[i]!)
  const adjusted = [...pValues]
  let running = 1
  order.forEach((index, rank) => {
    running = Math.min(running, (pValues[index]! * order.length) / (order.length - rank))
    adjusted[index] = running
  })
  return adjusted
}

/**
 * The smallest difference of two rates that samples of this size show with probability `power`: what a verdict of "no
 * disparity shown" could have missed. Normal approximation at the pooled rate (x+1)/(n+2).
 *
 * @returns null when a side has no row
 */
export function detectableDifference(a: Proportion, b: Proportion, confidence: number, power = 0.8): number | null {
  if (a.of === 0 || b.of === 0) return null
  const pooled = (a.count + b.count + 1) / (a.of + b.of + 2)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / a.of + 1 / b.of))
  return Math.min(1, (twoSidedZ(confidence) + normalQuantile(power)) * deviation)
}
