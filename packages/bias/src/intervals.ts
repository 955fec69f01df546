import { twoSidedZ } from './normal.js'

/** `count` of `of` rows; 0 <= count <= of. */
export interface Proportion {
  readonly count: number
  readonly of: number
}

/** Both ends included. */
export type Interval = readonly [low: number, high: number]

/**
 * Wilson score interval of a proportion.
 *
 * @param confidence in (0, 1), such as 0.95
 * @returns null when the proportion rests on no row
 * @see Wilson 1927, JASA 22(158): centre (p + z²/2n)/(1 + z²/n), half-width z/(1 + z²/n) · √(p(1-p)/n + z²/4n²)
 */
export function wilson({ count, of: n }: Proportion, confidence: number): Interval | null {
  if (n === 0) return null
  const z = twoSidedZ(confidence)
  const p = count / n
  const shrink = 1 + (z * z) / n
  const centre = (p + (z * z) / (2 * n)) / shrink
  const half = (z / shrink) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  // At the ends the formula gives 0 and 1 up to rounding.
  return [count === 0 ? 0 : centre - half, count === n ? 1 : centre + half]
}

/**
 * Newcombe's interval of a difference of two independent proportions, a - b, by squaring and adding Wilson limits.
 *
 * @returns null when one of them rests on no row
 * @see Newcombe 1998, Statistics in Medicine 17, method 10
 */
export function newcombe(a: Proportion, b: Proportion, confidence: number): Interval | null {
  const first = wilson(a, confidence)
  const second = wilson(b, confidence)
  if (!first || !second) return null
  const p = a.count / a.of
  const q = b.count / b.of
  return [p - q - Math.hypot(p - first[0], second[1] - q), p - q + Math.hypot(first[1] - p, q - second[0])]
}

export interface RatioInterval {
  /** The upper end is Infinity when `b` counts nothing. */
  readonly interval: Interval
  readonly method: 'katz-log' | 'koopman-score'
}

/**
 * Interval of a ratio of two independent proportions, a / b.
 *
 * Katz's log interval; where it is undefined or has no width, because a count is 0 or everything, Koopman's score interval.
 *
 * @returns null when one of them rests on no row, or neither counts anything
 * @see Katz et al. 1978, Biometrics 34: RR · exp(±z √(1/a - 1/n₁ + 1/b - 1/n₂))
 * @see Koopman 1984, Biometrics 40; restricted estimates as in Miettinen and Nurminen 1985
 */
export function ratioInterval(a: Proportion, b: Proportion, confidence: number): RatioInterval | null {
  if (a.of === 0 || b.of === 0 || (a.count === 0 && b.count === 0)) return null
  const z = twoSidedZ(confidence)
  const isExtreme = [a, b].some(({ count, of }) => count === 0 || count === of)
  if (isExtreme) return { interval: koopman(a, b, z), method: 'koopman-score' }
  const ratio = a.count / a.of / (b.count / b.of)
  const spread = Math.exp(z * Math.sqrt(1 / a.count - 1 / a.of + 1 / b.count - 1 / b.of))
  return { interval: [ratio / spread, ratio * spread], method: 'katz-log' }
}

/** The ratios whose score statistic is at most z². */
function koopman(a: Proportion, b: Proportion, z: number): Interval {
  const accepts = (ratio: number): boolean => koopmanStatistic(a, b, ratio) <= z * z
  const estimate = a.count / a.of / (b.count / b.of)
  // With an empty count the statistic is monotonous, so any accepted ratio serves as the inner end of the search.
  const inside = a.count === 0 ? 1e-12 : b.count === 0 ? 1e12 : estimate
  return [
    a.count === 0 ? 0 : boundary(inside, ratio => ratio / 4, accepts),
    b.count === 0 ? Infinity : boundary(inside, ratio => ratio * 4, accepts),
  ]
}

/**
 * Steps outwards from an accepted ratio until one is refused, then bisects on the log scale. With a handful of rows every
 * ratio is accepted: the end is then 0 or Infinity.
 */
function boundary(accepted: number, outwards: (ratio: number) => number, accepts: (ratio: number) => boolean): number {
  let inner = accepted
  let outer = outwards(inner)
  while (accepts(outer)) {
    inner = outer
    outer = outwards(outer)
    if (outer > 1e15) return Infinity
    if (outer < 1e-15) return 0
  }
  for (let i = 0; i < 60; i++) {
    const middle = Math.sqrt(inner * outer)
    if (accepts(middle)) inner = middle
    else outer = middle
  }
  return Math.sqrt(inner * outer)
}

/** Pearson's statistic of a / b = ratio, with both proportions estimated under that restriction. */
function koopmanStatistic(a: Proportion, b: Proportion, ratio: number): number {
  const quadratic = (a.of + b.of) * ratio
  const linear = a.of * ratio + a.count + b.of + b.count * ratio
  const root = Math.sqrt(Math.max(0, linear * linear - 4 * quadratic * (a.count + b.count)))
  // 2c / (linear + root) is the smaller root without cancellation.
  const q = (2 * (a.count + b.count)) / (linear + root)
  const p = Math.min(1, ratio * q)
  const variance = (p * (1 - p)) / a.of + (ratio * ratio * q * (1 - q)) / b.of
  const distance = a.count / a.of - (ratio * b.count) / b.of
  return distance === 0 ? 0 : (distance * distance) / variance
}

/**
 * Statistic of the pooled two-proportion z test of a = b; standard normal when they are equal and both samples are large.
 *
 * @returns null when it is undefined: no rows, or everything or nothing counted
 */
export function pooledZ(a: Proportion, b: Proportion): number | null {
  const pooled = (a.count + b.count) / (a.of + b.of)
  const variance = pooled * (1 - pooled) * (1 / a.of + 1 / b.of)
  return variance > 0 && Number.isFinite(variance) ? (a.count / a.of - b.count / b.of) / Math.sqrt(variance) : null
}
