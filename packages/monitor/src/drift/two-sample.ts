import { normalTails } from '../statistics/chi-square.js'
import { cramerVonMisesTail } from '../statistics/cramer-von-mises.js'
import { exactKolmogorovTail, kolmogorovTail } from '../statistics/kolmogorov.js'
import { studentTails } from '../statistics/tails.js'
import type { JointSample } from './joint-sample.js'

export interface TestResult {
  readonly statistic: number
  /** Chance of a statistic at least as extreme when both samples come from one distribution; two-sided. */
  readonly p: number
  /** How p was found, such as `exact` or `asymptotic`. */
  readonly method: string
}

/** Samples up to this many rows get an exact p from `kolmogorovSmirnov`. */
export const exactRows = 10_000

/**
 * Largest distance of the two distribution functions. Ties make p an upper bound.
 *
 * @param method `auto` is exact while both samples have at most 10,000 rows
 * @returns null when a sample is empty
 */
export function kolmogorovSmirnov(
  { reference, current, referenceRows: m, currentRows: n }: JointSample,
  method: 'auto' | 'exact' | 'asymptotic' = 'auto',
): TestResult | null {
  if (m === 0 || n === 0) return null
  let [before, now, distance] = [0, 0, 0]
  for (let i = 0; i < reference.length; i++) {
    before += reference[i]!
    now += current[i]!
    distance = Math.max(distance, Math.abs(before * n - now * m))
  }
  const statistic = distance / (m * n)
  const isExact = method === 'exact' || (method === 'auto' && Math.max(m, n) <= exactRows)
  return isExact
    ? { statistic, p: exactKolmogorovTail(distance, m, n), method: 'exact' }
    : { statistic, p: kolmogorovTail(statistic, Math.round((m * n) / (m + n))), method: 'asymptotic' }
}

export interface Wasserstein {
  /** ∫ |F - G|, in the unit of the values. */
  readonly raw: number
  /** Divided by the reference's standard deviation (population, at least .001). */
  readonly normed: number
}

/** Wasserstein distance of order 1. @returns null when a sample is empty */
export function wasserstein(joint: JointSample): Wasserstein | null {
  const { values, reference, current, referenceRows: m, currentRows: n } = joint
  if (m === 0 || n === 0) return null
  let [before, now, raw] = [0, 0, 0]
  for (let i = 0; i + 1 < values.length; i++) {
    before += reference[i]!
    now += current[i]!
    raw += Math.abs(before / m - now / n) * (values[i + 1]! - values[i]!)
  }
  const { squares } = momentsOf(values, reference, m)
  return { raw, normed: raw / Math.max(Math.sqrt(squares / m), 0.001) }
}

/**
 * Two-sample Cramér-von Mises test, ties by mid-ranks, p from the limit with the statistic's first two moments matched.
 *
 * @returns null when a sample is empty
 * @see Anderson 1962, Annals of Mathematical Statistics 33(3)
 */
export function cramerVonMises(joint: JointSample): TestResult | null {
  const { reference, current, referenceRows: m, currentRows: n } = joint
  if (m === 0 || n === 0) return null
  const all = m + n
  let [before, now, a, b] = [0, 0, 0, 0]
  for (let i = 0; i < reference.length; i++) {
    const [x, y] = [reference[i]!, current[i]!]
    const rank = before + now + (x + y + 1) / 2
    a += squaresAround(rank - before, x)
    b += squaresAround(rank - now, y)
    before += x
    now += y
  }
  const statistic = (m * a + n * b) / (m * n * all) - (4 * m * n - 1) / (6 * all)
  const mean = (1 + 1 / all) / 6
  const variance = ((all + 1) * (4 * m * n * all - 3 * (m * m + n * n) - 2 * m * n)) / (45 * all * all * 4 * m * n)
  const p = cramerVonMisesTail(1 / 6 + (statistic - mean) / Math.sqrt(45 * variance))
  return { statistic, p, method: 'asymptotic' }
}

/** Σ (rank - k)² over k = 1 … count, without the cancellation of the expanded form. */
const squaresAround = (rank: number, count: number): number =>
  count * ((rank - (count + 1) / 2) ** 2 + (count * count - 1) / 12)

/**
 * Mann-Whitney test with the correction for ties and for continuity; the statistic is U of the reference.
 *
 * @returns null when a sample is empty
 */
export function mannWhitney({ reference, current, referenceRows: m, currentRows: n }: JointSample): TestResult | null {
  if (m === 0 || n === 0) return null
  const all = m + n
  let [seen, rankSum, ties] = [0, 0, 0]
  for (let i = 0; i < reference.length; i++) {
    const equal = reference[i]! + current[i]!
    rankSum += reference[i]! * (seen + (equal + 1) / 2)
    ties += equal * (equal * equal - 1)
    seen += equal
  }
  const statistic = rankSum - (m * (m + 1)) / 2
  const spread = Math.sqrt(((m * n) / 12) * (all + 1 - ties / (all * (all - 1))))
  const z = (Math.max(statistic, m * n - statistic) - (m * n) / 2 - 0.5) / spread
  const p = spread > 0 ? (z > 0 ? normalTails(z) : 1) : 1
  return { statistic, p, method: 'asymptotic' }
}

/** Welch's t test of means. @returns null when a sample has fewer than two rows @see Welch 1947, Biometrika 34 */
export function welch({
  values,
  reference,
  current,
  referenceRows: m,
  currentRows: n,
}: JointSample): (TestResult & { readonly degreesOfFreedom: number }) | null {
  if (m < 2 || n < 2) return null
  const [a, b] = [momentsOf(values, reference, m), momentsOf(values, current, n)]
  const [u, v] = [a.squares / (m - 1) / m, b.squares / (n - 1) / n]
  const difference = a.mean - b.mean
  if (u + v === 0)
    return {
      statistic: difference === 0 ? 0 : Infinity,
      p: difference === 0 ? 1 : 0,
      degreesOfFreedom: m + n - 2,
      method: 'constant samples',
    }
  const statistic = difference / Math.sqrt(u + v)
  const degreesOfFreedom = (u + v) ** 2 / (u ** 2 / (m - 1) + v ** 2 / (n - 1))
  return { statistic, p: studentTails(statistic, degreesOfFreedom), degreesOfFreedom, method: 'Welch-Satterthwaite' }
}

/** Mean, and the sum of squares around it. */
function momentsOf(values: Float64Array, weights: Float64Array, rows: number): { mean: number; squares: number } {
  let sum = 0
  for (let i = 0; i < values.length; i++) if (weights[i]! > 0) sum += weights[i]! * values[i]!
  const mean = sum / rows
  let squares = 0
  for (let i = 0; i < values.length; i++) if (weights[i]! > 0) squares += weights[i]! * (values[i]! - mean) ** 2
  return { mean, squares }
}
