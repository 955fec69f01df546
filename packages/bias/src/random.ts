import { logGamma } from './special-functions.js'

/** Uniform on [0, 1). */
export type Random = () => number

/**
 * A seeded generator for resampling: the same seed gives the same interval again. Not for keys or noise.
 *
 * A Weyl sequence through the finaliser of MurmurHash3; 53 bits from two draws.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
  return () => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992
}

/** A binomial draw: inversion where n·p < 10, the transformed rejection BTRS beyond. @see Hörmann 1993, J. Stat. Comput. Simul. 46 */
export function binomial(n: number, p: number, random: Random): number {
  if (n <= 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(n, 1 - p, random)
  return n * p < 10 ? byInversion(n, p, random) : byRejection(n, p, random)
}

function byInversion(n: number, p: number, random: Random): number {
  const odds = p / (1 - p)
  let mass = Math.exp(n * Math.log1p(-p))
  let left = random()
  let k = 0
  while (left > mass && k < n) {
    left -= mass
    k++
    mass *= ((n - k + 1) / k) * odds
  }
  return k
}

function byRejection(n: number, p: number, random: Random): number {
  const deviation = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const centre = n * p + 0.5
  const quick = 0.92 - 4.2 / b
  const alpha = (2.83 + 5.1 / b) * deviation
  const logOdds = Math.log(p / (1 - p))
  const mode = Math.floor((n + 1) * p)
  const peak = logGamma(mode + 1) + logGamma(n - mode + 1)
  for (;;) {
    const u = random() - 0.5
    const v = random()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + centre)
    if (us >= 0.07 && v <= quick) return k
    if (k < 0 || k > n) continue
    const bound = peak - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * logOdds
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k
  }
}

/** A multinomial draw of `counts`' total with the shares of `counts`, by conditional binomials, into `out`. */
export function resample(counts: readonly number[], random: Random, out: number[]): void {
  let left = counts.reduce((sum, count) => sum + count, 0)
  let mass = left
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell]!
    const drawn = mass <= 0 ? 0 : binomial(left, Math.min(1, count / mass), random)
    out[cell] = drawn
    left -= drawn
    mass -= count
  }
}

/** A hypergeometric draw: how many of `hits` among `total` fall into a sample of `size`. Inversion outwards from the mode. */
export function hypergeometric(total: number, hits: number, size: number, random: Random): number {
  const [from, to] = [Math.max(0, size + hits - total), Math.min(size, hits)]
  if (from >= to) return from
  const misses = total - hits
  const choose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
  const mode = Math.min(to, Math.max(from, Math.floor(((size + 1) * (hits + 1)) / (total + 2))))
  const top = Math.exp(choose(hits, mode) + choose(misses, size - mode) - choose(total, size))
  const up = (k: number): number => ((hits - k) * (size - k)) / ((k + 1) * (misses - size + k + 1))
  let left = random() - top
  let [low, high, lowMass, highMass] = [mode, mode, top, top]
  while (left > 0 && (low > from || high < to)) {
    if (high < to) {
      highMass *= up(high++)
      if ((left -= highMass) <= 0) return high
    }
    if (low > from) {
      lowMass /= up(--low)
      if ((left -= lowMass) <= 0) return low
    }
  }
  return mode
}
