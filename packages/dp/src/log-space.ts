/** ln(e^a + e^b) without overflow. */
export function logAdd(a: number, b: number): number {
  const [large, small] = a >= b ? [a, b] : [b, a]
  return small === -Infinity ? large : large + Math.log1p(Math.exp(small - large))
}

/** ln(sum of e^term), shifted by the largest term and summed with compensation. */
export function logSum(terms: Float64Array): number {
  let largest = -Infinity
  for (const term of terms) if (term > largest) largest = term
  if (!Number.isFinite(largest)) return largest
  let sum = 0
  let lost = 0
  for (const term of terms) {
    const part = Math.exp(term - largest) - lost
    const next = sum + part
    lost = next - sum - part
    sum = next
  }
  return largest + Math.log(sum)
}

/** ln(e^x - 1) for x > 0. */
export const logExpm1 = (x: number): number => (x > 1 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x)))

/** ln(1 + e^x). */
export const log1pExp = (x: number): number => (x > 30 ? x + Math.exp(-x) : Math.log1p(Math.exp(x)))

/**
 * ln |Gamma(x)| for x > 0, to about 1e-15 of the larger of 1 and the result.
 *
 * Stirling's series from 15 on (DLMF 5.11.1), reached from below by the recurrence Gamma(x + 1) = x Gamma(x).
 */
export function logGamma(x: number): number {
  let shift = 1
  let z = x
  while (z < 15) shift *= z++
  const w = 1 / (z * z)
  const series =
    (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360 - w / 156)))))) / z
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(shift)
}

/**
 * ln of n choose k for all whole k from 0 to n.
 *
 * By the product of (n - k + 1) / k, so that entries with a small k keep full relative accuracy; differences of
 * logGamma would lose three digits at n = 1024.
 */
export function logBinomialRow(n: number): Float64Array {
  const row = new Float64Array(n + 1)
  let logScale = 0
  let product = 1
  for (let k = 1; k <= n / 2; k++) {
    product *= (n - k + 1) / k
    if (product > 1e250) {
      logScale += Math.log(product)
      product = 1
    }
    row[k] = row[n - k] = logScale + Math.log(product)
  }
  return row
}
