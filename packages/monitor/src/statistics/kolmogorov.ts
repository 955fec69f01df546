import { logGamma } from './chi-square.js'

/**
 * Exact probability that the two-sample statistic is at least `distance`, when both samples come from one continuous
 * distribution.
 *
 * Walks the lattice of all orders of m + n values: a path into (i, j) comes from the left with probability i / (i + j). The
 * probability of having left the band is a sum of positive terms, so that far tails keep their digits. O(m n) time, O(n)
 * memory.
 *
 * @param distance the statistic times m n, a whole number
 * @see Hodges 1957, Arkiv för Matematik 3(43); Schröer, Trenkler 1995, Computational Statistics and Data Analysis 20
 */
export function exactKolmogorovTail(distance: number, m: number, n: number): number {
  if (distance <= 0) return 1
  const outside = new Float64Array(n + 1)
  for (let j = 0; j <= n; j++) outside[j] = j * m >= distance ? 1 : 0
  for (let i = 1; i <= m; i++) {
    const reached = i * n
    if (reached >= distance) outside[0] = 1
    let left = outside[0]!
    for (let j = 1; j <= n; j++) {
      const gap = reached - j * m
      left = gap >= distance || gap <= -distance ? 1 : (i * outside[j]! + j * left) / (i + j)
      outside[j] = left
    }
  }
  return outside[n]!
}

/**
 * Probability that the one-sample statistic of `n` values is at least `distance`. The two-sample test uses it with
 * n = m n / (m + n), as SciPy does, which is closer to the exact value than the limit.
 *
 * In the tail twice the one-sided probability (Birnbaum, Tingey 1951), which is exact there to eight digits; else the
 * expansion of Pelz and Good.
 *
 * @see Pelz, Good 1976, JRSS B 38(2); Simard, L'Ecuyer 2011, Journal of Statistical Software 39(11)
 */
export function kolmogorovTail(distance: number, n: number): number {
  if (distance <= 0) return 1
  if (distance >= 1) return 0
  const z2 = n * distance * distance
  return z2 >= 3.2 ? Math.min(1, 2 * oneSidedTail(distance, n)) : Math.min(1, Math.max(0, 1 - pelzGood(z2, n)))
}

/** Σ over j of C(n, j) d (d + j / n)^(j - 1) (1 - d - j / n)^(n - j). */
function oneSidedTail(d: number, n: number): number {
  let sum = 0
  const logAll = logGamma(n + 1)
  for (let j = 0; j < n * (1 - d); j++) {
    const rest = 1 - d - j / n
    if (rest <= 0) break
    const logChoose = logAll - logGamma(j + 1) - logGamma(n - j + 1)
    sum += Math.exp(logChoose + Math.log(d) + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest))
  }
  return sum
}

function pelzGood(z2: number, n: number): number {
  const z = Math.sqrt(z2)
  const [z3, z4, z6, z7, z8, z10] = [z * z2, z2 ** 2, z2 ** 3, z * z2 ** 3, z2 ** 4, z2 ** 5]
  const pi2 = Math.PI ** 2
  let [k0, k1, k2, k2b, k3, k3b] = [0, 0, 0, 0, 0, 0]
  for (let k = 20; k >= 0; k--) {
    // The sums run over all whole k; k and -k - 1 (or -k) give the same term.
    const h = pi2 * (k + 0.5) ** 2
    const e = Math.exp(-h / (2 * z2))
    k0 += e
    k1 += 2 * (h - z2) * e
    k2 += 2 * (6 * z6 + 2 * z4 + h * (2 * z4 - 5 * z2) + h * h * (1 - 2 * z2)) * e
    k3 +=
      2 * (h ** 3 * (5 - 30 * z2) + h * h * (-60 * z2 + 212 * z4) + h * (135 * z4 - 96 * z6) - (30 * z6 + 90 * z8)) * e
    const w = pi2 * k * k
    const f = 2 * Math.exp(-w / (2 * z2))
    k2b += w * f
    k3b += (3 * w * z2 - w * w) * f
  }
  const half = Math.sqrt(Math.PI / 2)
  return (
    (2 * half * k0) / z +
    (half * k1) / (6 * z4) / Math.sqrt(n) +
    ((half * k2) / (72 * z7) - (half * k2b) / (36 * z3)) / n +
    ((half * k3) / (6480 * z10) + (half * k3b) / (108 * z6)) / n ** 1.5
  )
}
