import { normalTail } from '../normal.js'
import { exchanged, type BothWays, type PrivacyLoss } from './privacy-loss.js'

/**
 * P = (1-q) N(0, sigma^2) + q N(1, sigma^2), Q = N(0, sigma^2).
 *
 * The loss ln(1 - q + q e^((2x-1) / 2 sigma^2)) rises with x, so a cell of the loss is an interval of x.
 */
export function sampledGaussianLoss(q: number, sigma: number): BothWays {
  const variance = sigma * sigma
  const lossAt = (x: number): number => {
    const z = (2 * x - 1) / (2 * variance)
    return z > 700 ? Math.log(q) + z : Math.log1p(q * Math.expm1(z))
  }
  const outcomeAt = (loss: number): number => {
    if (q === 1) return 0.5 + variance * loss
    if (loss > 700) return 0.5 + variance * (loss - Math.log(q))
    const share = Math.expm1(loss) / q
    return share <= -1 ? -Infinity : 0.5 + variance * Math.log1p(share)
  }
  const masses: PrivacyLoss['masses'] = (low, width, count) => {
    const p = new Float64Array(count)
    const withoutUnit = new Float64Array(count)
    let x = outcomeAt(low)
    let [left0, right0] = sides(x, sigma)
    let [left1, right1] = sides(x - 1, sigma)
    const below = { p: (1 - q) * left0 + q * left1, q: left0 }
    for (let i = 0; i < count; i++) {
      const next = outcomeAt(low + (i + 1) * width)
      const [nextLeft0, nextRight0] = sides(next, sigma)
      const [nextLeft1, nextRight1] = sides(next - 1, sigma)
      // Differences are taken on the side where both are small, so that they keep their digits.
      const mass0 = x > 0 ? right0 - nextRight0 : nextLeft0 - left0
      const mass1 = x > 1 ? right1 - nextRight1 : nextLeft1 - left1
      withoutUnit[i] = Math.max(0, mass0)
      p[i] = Math.max(0, (1 - q) * mass0 + q * mass1)
      x = next
      ;[left0, right0, left1, right1] = [nextLeft0, nextRight0, nextLeft1, nextRight1]
    }
    return { p, q: withoutUnit, below, above: { p: (1 - q) * right0 + q * right1, q: right0 } }
  }
  const reach = (tail: number): number => sigma * normalReach(tail)
  const removing: PrivacyLoss = {
    extent: ({ below, above }) => [lossAt(-reach(below)), lossAt(1 + reach(above))],
    masses,
  }
  if (q === 1) return { removing, adding: removing }
  const adding: PrivacyLoss = {
    extent: ({ below, above }) => [-lossAt(reach(below)), -lossAt(-reach(above))],
    masses: (low, width, count) => exchanged(masses(-(low + count * width), width, count)),
  }
  return { removing, adding }
}

/** P[Z sigma <= x] and P[Z sigma > x]. */
function sides(x: number, sigma: number): [left: number, right: number] {
  const small = normalTail(Math.abs(x) / sigma)
  return x > 0 ? [1 - small, small] : [small, 1 - small]
}

/** A z with P[Z > z] at most `tail`: the Gaussian tail is below e^(-z^2 / 2). */
const normalReach = (tail: number): number => Math.sqrt(2 * Math.log(1 / tail))
