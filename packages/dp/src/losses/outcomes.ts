import { cellOf, type BothWays, type Masses, type PrivacyLoss } from './privacy-loss.js'

/** A discrete mechanism: the masses that P and Q give each outcome, from the smallest loss ln(p/q) to the largest. */
export type Outcomes = readonly Masses[]

/**
 * The loss of a discrete mechanism whose two ways are alike: exchanging P and Q gives the same distribution of the loss.
 *
 * @param spacing the distance of neighbouring losses, or a multiple of it
 * @param infinite mass of P where Q has none
 */
export function outcomesLoss(outcomes: Outcomes, spacing: number, infinite = 0): BothWays {
  const losses = outcomes.map(({ p, q }) => Math.log(p / q))
  const extent = [losses[0]!, losses[losses.length - 1]!] as const
  const loss: PrivacyLoss = {
    spacing,
    extent: () => extent,
    masses(low, width, count) {
      const p = new Float64Array(count)
      const q = new Float64Array(count)
      const below = { p: 0, q: 0 }
      const above = { p: infinite, q: 0 }
      for (const [i, outcome] of outcomes.entries()) {
        const cell = cellOf(losses[i]!, low, width)
        if (cell < 0) {
          below.p += outcome.p
          below.q += outcome.q
        } else if (losses[i]! > low + count * width) {
          above.p += outcome.p
          above.q += outcome.q
        } else {
          p[Math.min(cell, count - 1)]! += outcome.p
          q[Math.min(cell, count - 1)]! += outcome.q
        }
      }
      return { p, q, below, above }
    },
  }
  return { removing: loss, adding: loss }
}

/**
 * k-ary randomised response of pure epsilon: the given answer has e^epsilon the chance of any other.
 *
 * @see Kairouz, Bonawitz, Ramage 2016, arXiv 1602.07387
 */
export function responseOutcomes(epsilon: number, categories: number): Outcomes {
  const other = Math.exp(-epsilon) / (1 + (categories - 1) * Math.exp(-epsilon))
  const own = 1 / (1 + (categories - 1) * Math.exp(-epsilon))
  const neither = (categories - 2) * other
  return [{ p: other, q: own }, ...(neither > 0 ? [{ p: neither, q: neither }] : []), { p: own, q: other }]
}

// Beyond 36 deviations masses leave the range in which a double has all its digits.
const furthest = 36
const smallest = 1e-290

/** Discrete Gaussian noise of parameter sigma on a whole number that one unit moves by `sensitivity`. */
export function discreteGaussianOutcomes(sigma: number, sensitivity: number): Outcomes {
  const reach = Math.ceil(furthest * sigma)
  const weight = (x: number): number => Math.exp((-x * x) / (2 * sigma * sigma))
  let total = 1
  for (let x = reach; x >= 1; x--) total += 2 * weight(x)
  const outcomes: Masses[] = []
  for (let x = sensitivity - reach; x <= reach; x++) {
    const [p, q] = [weight(x - sensitivity) / total, weight(x) / total]
    if (p > smallest && q > smallest) outcomes.push({ p, q })
  }
  return outcomes
}
