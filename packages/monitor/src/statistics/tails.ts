import { logGamma, normalTails } from './chi-square.js'

/** P(X <= x) of a Beta(a, b) variable, by the continued fraction of DLMF 8.17.22, on the side where it converges fast. */
function betaBelow(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - betaBelow(1 - x, b, a)
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 10_000; m++) {
    for (const step of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / awayFromZero(1 + step * d)
      c = awayFromZero(1 + step / c)
      fraction *= c * d
    }
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return (Math.exp(logFront) * fraction) / a
}

const awayFromZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value)

/** Probability that a Student t variable is further from 0 than `t`. @see DLMF 8.17.1; Abramowitz and Stegun 26.7.1 */
export const studentTails = (t: number, degreesOfFreedom: number): number =>
  Number.isFinite(t)
    ? // For large t the ratio rounds to 0 last, so that far tails keep their digits.
      betaBelow(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
    : 0

/** Quantile of the standard normal distribution for 0 < p < 1, by bisection of the smaller tail. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p)
  let low = -40
  let high = 0
  while (true) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return middle
    if (normalTails(middle) / 2 < p) low = middle
    else high = middle
  }
}

/** Bounds of a proportion of `hits` out of `n`, each missed with probability at most alpha. @see Clopper, Pearson 1934 */
export function exactBounds(hits: number, n: number, alpha: number): readonly [low: number, high: number] {
  const quantile = (p: number, a: number, b: number): number => {
    let [low, high] = [0, 1]
    for (let i = 0; i < 100; i++) {
      const middle = (low + high) / 2
      if (betaBelow(middle, a, b) < p) low = middle
      else high = middle
    }
    return (low + high) / 2
  }
  return [
    hits === 0 ? 0 : quantile(alpha, hits, n - hits + 1),
    hits === n ? 1 : quantile(1 - alpha, hits + 1, n - hits),
  ]
}
