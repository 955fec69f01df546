import { logGamma } from './log-space.js'

/**
 * P[X <= x] of X ~ Beta(a, b), by the continued fraction of DLMF 8.17.22 (modified Lentz), on the side where it converges
 * fast.
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a)
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  const tiny = 1e-300
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny)
  let fraction = d
  for (let m = 1; m <= 100_000; m++) {
    for (const step of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / nonZero(1 + step * d, tiny)
      c = nonZero(1 + step / c, tiny)
      fraction *= c * d
    }
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return (Math.exp(logFront) * fraction) / a
}

const nonZero = (value: number, tiny: number): number => (Math.abs(value) < tiny ? tiny : value)

/** The ends between which the p-quantile of Beta(a, b) lies: neighbouring doubles, or equal. */
export function betaQuantile(p: number, a: number, b: number): readonly [low: number, high: number] {
  let low = 0
  let high = 1
  while (true) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return [low, high]
    if (betaCdf(middle, a, b) < p) low = middle
    else high = middle
  }
}

/**
 * One-sided Clopper-Pearson bounds of a proportion from `hits` of `n`: each holds with probability at least 1 - alpha.
 *
 * @see Clopper, Pearson 1934; in privacy audits: Nasr et al. 2021, arXiv 2101.04535
 */
export const proportionAtLeast = (hits: number, n: number, alpha: number): number =>
  hits === 0 ? 0 : betaQuantile(alpha, hits, n - hits + 1)[0]

export const proportionAtMost = (hits: number, n: number, alpha: number): number =>
  hits === n ? 1 : betaQuantile(1 - alpha, hits + 1, n - hits)[1]
