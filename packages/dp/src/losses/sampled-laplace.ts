import { exchanged, type BothWays, type PrivacyLoss } from './privacy-loss.js'

/**
 * P = (1-q) Laplace(0, b) + q Laplace(1, b), Q = Laplace(0, b), which dominate the release over a Poisson sample.
 *
 * The loss is ln(1 - q + q e^z), where z is -1/b left of 0, 1/b right of 1, and (2x - 1) / b in between. Both ends have a mass of
 * their own. Mirrored, Laplace(0, b) and Laplace(1, b) are exchanged, so adding a unit is P and Q exchanged.
 *
 * @see Zhu, Dong, Wang 2022, arXiv 2106.08567, theorem 11
 */
export function sampledLaplaceLoss(q: number, scale: number): BothWays {
  const most = 1 / scale
  const lossAt = (z: number): number => (z > 700 ? Math.log(q) + z : Math.log1p(q * Math.expm1(z)))
  const [lowest, highest] = q === 1 ? [-most, most] : [lossAt(-most), lossAt(most)]
  const outcomeAt = (loss: number): number => {
    const z = q === 1 ? loss : loss > 700 ? loss - Math.log(q) : Math.log1p(Math.max(-1, Math.expm1(loss) / q))
    return Math.min(1, Math.max(0, (1 + scale * z) / 2))
  }
  // 0 <= from <= to <= 1
  const between = (from: number, to: number): { p: number; q: number } => {
    const part = -Math.expm1((from - to) / scale)
    const [with1, with0] = [0.5 * Math.exp((to - 1) / scale) * part, 0.5 * Math.exp(-from / scale) * part]
    return { p: (1 - q) * with0 + q * with1, q: with0 }
  }
  const far = 0.5 * Math.exp(-most)
  const points = [
    { loss: lowest, p: (1 - q) * 0.5 + q * far, q: 0.5 },
    { loss: highest, p: (1 - q) * far + q * 0.5, q: far },
  ]
  const masses: PrivacyLoss['masses'] = (low, width, count) => {
    const p = new Float64Array(count)
    const withoutUnit = new Float64Array(count)
    for (let i = 0, x = outcomeAt(low); i < count; i++) {
      const next = outcomeAt(low + (i + 1) * width)
      if (next > x) {
        const mass = between(x, next)
        p[i] = mass.p
        withoutUnit[i] = mass.q
      }
      x = next
    }
    return {
      p,
      q: withoutUnit,
      below: between(0, outcomeAt(low)),
      above: between(outcomeAt(low + count * width), 1),
      points,
    }
  }
  const spacing = q === 1 ? most : highest - lowest
  const removing: PrivacyLoss = { spacing, extent: () => [lowest, highest], masses }
  if (q === 1) return { removing, adding: removing }
  const adding: PrivacyLoss = {
    spacing,
    extent: () => [-highest, -lowest],
    masses: (low, width, count) => exchanged(masses(-(low + count * width), width, count)),
  }
  return { removing, adding }
}
