import { normalTails } from './chi-square.js'

/** `count` of `of` rows. */
export interface Proportion {
  readonly count: number
  readonly of: number
}

export type Interval = readonly [low: number, high: number]

/** Quantile .975 of the standard normal distribution: every interval of this package is of 95%. */
const z95 = 1.959963984540054

/** Wilson score interval of 95%. @see Wilson 1927, JASA 22(158) */
function wilson({ count, of: n }: Proportion): Interval {
  const p = count / n
  const shrink = 1 + z95 ** 2 / n
  const centre = (p + z95 ** 2 / (2 * n)) / shrink
  const half = (z95 / shrink) * Math.sqrt((p * (1 - p)) / n + z95 ** 2 / (4 * n * n))
  return [count === 0 ? 0 : centre - half, count === n ? 1 : centre + half]
}

export interface Change {
  /** a - b. */
  readonly difference: number
  /** Newcombe, 95%. */
  readonly interval: Interval
  /** Two-sided p of the pooled two-proportion z test; 1 when nothing varies. */
  readonly p: number
}

/**
 * How far two independent proportions lie apart, a - b.
 *
 * @returns null when one of them rests on no row
 * @see Newcombe 1998, Statistics in Medicine 17, method 10
 */
export function changeOf(a: Proportion, b: Proportion): Change | null {
  if (a.of === 0 || b.of === 0) return null
  const [p, q] = [a.count / a.of, b.count / b.of]
  const [first, second] = [wilson(a), wilson(b)]
  const pooled = (a.count + b.count) / (a.of + b.of)
  const variance = pooled * (1 - pooled) * (1 / a.of + 1 / b.of)
  return {
    difference: p - q,
    interval: [p - q - Math.hypot(p - first[0], second[1] - q), p - q + Math.hypot(first[1] - p, q - second[0])],
    p: variance > 0 ? normalTails((p - q) / Math.sqrt(variance)) : 1,
  }
}

/**
 * Holm's adjusted p values, in the order given: rejecting those below a level keeps the chance of any false alarm among all
 * of them below that level.
 *
 * @see Holm 1979, Scandinavian Journal of Statistics 6(2)
 */
export function holm(ps: readonly number[]): readonly number[] {
  const order = ps.map((_, place) => place).sort((a, b) => ps[a]! - ps[b]!)
  const adjusted = new Array<number>(ps.length)
  let highest = 0
  order.forEach((place, rank) => {
    highest = Math.max(highest, Math.min(1, ps[place]! * (ps.length - rank)))
    adjusted[place] = highest
  })
  return adjusted
}
