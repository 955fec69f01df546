import { log1pExp, logBinomialRow, logSum } from './log-space.js'

/**
 * Laplace noise of scale b and sensitivity 1: ln(a/(2a-1) e^((a-1)/b) + (a-1)/(2a-1) e^(-a/b)) / (a-1), at most 1/b.
 *
 * @see Mironov 2017, arXiv 1702.07476, proposition 6
 */
export function rdpLaplace(scale: number, alpha: number): number {
  const most = 1 / scale
  const inner = ((alpha - 1) * Math.expm1(most * (1 - 2 * alpha))) / (2 * alpha - 1)
  // The difference of two numbers near 1/b: its rounding must not take from the bound.
  return Math.min(most, Math.max(0, most + Math.log1p(inner) / (alpha - 1)) + 4e-16 * (1 + most))
}

/**
 * Rényi divergences of a Laplace release over a Poisson sample: exact at whole orders, a chord above it between them, and never
 * more than without sampling.
 *
 * Removing a unit costs no less than adding one at every order, as Laplace(0, b) and Laplace(1, b) are mirror images (Mironov, Talwar,
 * Zhang 2019, arXiv 1908.10530, theorem 5).
 */
export function sampledLaplaceCurve(q: number, scale: number, orders: readonly number[]): Float64Array {
  const known = new Map<number, number>([[1, 0]])
  const logMoment = (alpha: number): number => {
    const before = known.get(alpha)
    if (before !== undefined) return before
    const moment = sampledLogMoment(q, scale, alpha)
    known.set(alpha, moment)
    return moment
  }
  return Float64Array.from(orders, alpha => {
    const unsampled = rdpLaplace(scale, alpha)
    if (q === 1) return unsampled
    const below = Math.floor(alpha)
    const share = alpha - below
    // ln A is convex in the order, and 0 at order 1.
    const chord = share === 0 ? logMoment(below) : (1 - share) * logMoment(below) + share * logMoment(below + 1)
    return Math.min(unsampled, (chord / (alpha - 1)) * (1 + 1e-13))
  })
}

/**
 * ln A for a whole order, A = E[(1 - q + q e^z)^alpha] under Laplace(0, b), z the loss without sampling.
 *
 * A - 1 = sum over k >= 2 of C(alpha, k) (1-q)^(alpha-k) q^k (E[e^(k z)] - 1), in which nothing is negative: the terms k = 0 and
 * 1 and the 1 of each moment add up to exactly 1.
 */
function sampledLogMoment(q: number, scale: number, alpha: number): number {
  const logChoose = logBinomialRow(alpha)
  const [logQ, logRest] = [Math.log(q), Math.log1p(-q)]
  const terms = new Float64Array(alpha - 1)
  for (let k = 2; k <= alpha; k++)
    terms[k - 2] = logChoose[k]! + k * logQ + (alpha - k) * logRest + logMomentLess1(k, 1 / scale)
  return log1pExp(logSum(terms))
}

/** ln(M - 1), M = k/(2k-1) e^((k-1) m) + (k-1)/(2k-1) e^(-k m): the moment of order k of e^z, where m = 1/b. */
function logMomentLess1(k: number, m: number): number {
  if (k * m < 0.5) return Math.log(seriesLess1(k, m))
  if ((k - 1) * m < 300) return Math.log((k * Math.expm1((k - 1) * m) + (k - 1) * Math.expm1(-k * m)) / (2 * k - 1))
  return Math.log(k / (2 * k - 1)) + (k - 1) * m
}

/** The same by its power series from m^2 on, since the first two terms cancel. */
function seriesLess1(k: number, m: number): number {
  let sum = 0
  let [up, down] = [(k - 1) * m, -k * m]
  for (let j = 2; j < 40; j++) {
    up *= ((k - 1) * m) / j
    down *= (-k * m) / j
    const term = k * up + (k - 1) * down
    sum += term
    if (Math.abs(up) + Math.abs(down) < 1e-18 * sum) break
  }
  return sum / (2 * k - 1)
}
