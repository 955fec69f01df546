import type { BothWays, PrivacyLoss } from './privacy-loss.js'

/**
 * P = Laplace(1, b), Q = Laplace(0, b): the loss is -1/b left of 0, 1/b right of 1, and (2x - 1) / b in between.
 *
 * Mirrored, P and Q are exchanged, so both ways are alike.
 */
export function laplaceLoss(scale: number): BothWays {
  const most = 1 / scale
  const masses: PrivacyLoss['masses'] = (low, width, count) => {
    const p = new Float64Array(count)
    const q = new Float64Array(count)
    const between = (from: number, to: number): { p: number; q: number } => ({
      p: 0.5 * Math.exp((to - 1) / scale) * -Math.expm1((from - to) / scale),
      q: 0.5 * Math.exp(-from / scale) * -Math.expm1((from - to) / scale),
    })
    const outcomeAt = (loss: number): number => Math.min(1, Math.max(0, (1 + scale * loss) / 2))
    for (let i = 0, x = outcomeAt(low); i < count; i++) {
      const next = outcomeAt(low + (i + 1) * width)
      if (next > x) {
        const mass = between(x, next)
        p[i]! += mass.p
        q[i]! += mass.q
      }
      x = next
    }
    const points = [
      { loss: -most, p: 0.5 * Math.exp(-most), q: 0.5 },
      { loss: most, p: 0.5, q: 0.5 * Math.exp(-most) },
    ]
    return {
      p,
      q,
      below: between(0, outcomeAt(low)),
      above: between(outcomeAt(low + count * width), 1),
      points,
    }
  }
  const loss: PrivacyLoss = { spacing: most, extent: () => [-most, most], masses }
  return { removing: loss, adding: loss }
}
