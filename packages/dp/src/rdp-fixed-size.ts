import { log1pExp, logBinomialRow, logExpm1, logSum } from './log-space.js'

/**
 * Rényi divergence of a Gaussian release over a batch of fixed size, when one unit is exchanged for another: an upper bound.
 *
 * For whole orders theorem 9 of the source, with r(j) = j / (2 sigma^2) and no largest loss; ln A is convex in the order, so
 * the chord between whole orders bounds it in between.
 *
 * @param share size of the batch divided by the number of units, in (0, 1]
 * @param sigma noise divided by the most that exchanging a unit moves the sum
 * @see Wang, Balle, Kasiviswanathan 2019, arXiv 1808.00087, theorem 9 and corollary 10
 */
export function fixedSizeCurve(share: number, sigma: number, orders: readonly number[]): Float64Array {
  const known = new Map<number, number>([[1, 0]])
  const logMoment = (alpha: number): number => {
    const moment = known.get(alpha) ?? wholeLogMoment(share, sigma, alpha)
    known.set(alpha, moment)
    return moment
  }
  return Float64Array.from(orders, alpha => {
    const below = Math.floor(alpha)
    const part = alpha - below
    const moment = part === 0 ? logMoment(below) : (1 - part) * logMoment(below) + part * logMoment(below + 1)
    return moment / (alpha - 1)
  })
}

/** ln(1 + q^2 C(a,2) min{4 (e^r(2) - 1), 2 e^r(2)} + sum over j >= 3 of 2 q^j C(a,j) e^((j-1) r(j))). */
function wholeLogMoment(share: number, sigma: number, alpha: number): number {
  const logChoose = logBinomialRow(alpha)
  const logShare = Math.log(share)
  const r = (order: number): number => order / (2 * sigma * sigma)
  const second = Math.min(Math.log(4) + logExpm1(r(2)), Math.LN2 + r(2))
  const terms = new Float64Array(alpha - 1)
  for (let j = 2; j <= alpha; j++)
    terms[j - 2] = j * logShare + logChoose[j]! + (j === 2 ? second : Math.LN2 + (j - 1) * r(j))
  return log1pExp(logSum(terms))
}
