import type { MeasuredValue } from '@attestry/core'
import { badCounts } from './errors.js'

/**
 * A share of rows with its Wilson interval; not assessed without rows.
 *
 * @see Wilson 1927, JASA 22; Brown, Cai, DasGupta 2001, Statistical Science 16
 */
export function share(successes: number, n: number, confidence: number, reason = 'no rows'): MeasuredValue {
  if (n === 0) return { value: null, interval: null, n, reason }
  const z = normalQuantile((1 + confidence) / 2)
  const p = successes / n
  const center = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  // Exact at the ends, where rounding would leave a little.
  const low = successes === 0 ? 0 : Math.max(0, center - half)
  const high = successes === n ? 1 : Math.min(1, center + half)
  return { value: p, interval: [low, high], n }
}

/**
 * One-sided Clopper-Pearson lower bound at confidence 1 - alpha: the largest p under which as many successes or more have a
 * probability of at most alpha.
 *
 * @throws ROBUST-E003
 * @see Clopper and Pearson 1934, Biometrika 26
 */
export function lowerBound(successes: number, trials: number, alpha: number): number {
  const isWhole = Number.isInteger(successes) && Number.isInteger(trials)
  if (!isWhole || successes < 0 || trials < 1 || successes > trials)
    throw badCounts(`${successes} successes of ${trials}`)
  if (!(alpha > 0 && alpha < 1)) throw badCounts(`alpha ${alpha}`)
  if (successes === 0) return 0
  if (successes === trials) return alpha ** (1 / trials)
  let [low, high] = [0, 1]
  // Bisection to the last bit: the tail grows with p.
  for (let i = 0; i < 200 && high - low > 0; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (upperTail(successes, trials, middle) > alpha) high = middle
    else low = middle
  }
  return low
}

/** P(X ≥ k) for X binomial with n trials of probability p. */
function upperTail(k: number, n: number, p: number): number {
  // The smaller of both tails is summed, from its largest term on, so that nothing is lost to rounding.
  const isUpper = k > n * p
  const start = isUpper ? k : k - 1
  let term = Math.exp(logChoose(n, start) + start * Math.log(p) + (n - start) * Math.log1p(-p))
  let sum = 0
  if (isUpper)
    for (let i = start; i <= n && term > 0; i++) {
      sum += term
      term *= ((n - i) * p) / ((i + 1) * (1 - p))
    }
  else
    for (let i = start; i >= 0 && term > 0; i--) {
      sum += term
      term *= (i * (1 - p)) / ((n - i + 1) * p)
    }
  return isUpper ? sum : 1 - sum
}

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k)

const small: number[] = [0]

/** ln n!; exact sums up to 255, Stirling's series beyond, with an error below 1e-16. */
function logFactorial(n: number): number {
  if (n < 256) {
    while (small.length <= n) small.push(small.at(-1)! + Math.log(small.length))
    return small[n]!
  }
  const x = n + 1
  return (
    (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  )
}

/** Quantile of the standard normal: rational start (Acklam), then Halley steps on the distribution function. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw badCounts(`probability ${p}`)
  if (p > 0.5) return -normalQuantile(1 - p)
  const q = Math.sqrt(-2 * Math.log(p))
  // Abramowitz and Stegun 26.2.23, good to 4.5e-4: close enough for Newton's method to take over.
  let x = -(
    q -
    (2.515517 + 0.802853 * q + 0.010328 * q * q) / (1 + 1.432788 * q + 0.189269 * q * q + 0.001308 * q ** 3)
  )
  for (let i = 0; i < 4; i++) {
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
    const step = (normalBelow(x) - p) / density
    x -= step / (1 + (x * step) / 2)
  }
  return x
}

/** P(Z ≤ x) for x ≤ 0: continued fraction in the tail, series near 0. */
function normalBelow(x: number): number {
  const z = -x
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 2.5) {
    let [term, sum] = [z, z]
    for (let k = 3; Math.abs(term) > 1e-18; k += 2) {
      term *= (z * z) / k
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = 0
  for (let k = 160; k > 0; k--) fraction = k / (z + fraction)
  return density / (z + fraction)
}
