/** The smallest epsilon that a Rényi curve proves at a delta, and which order proved it. */
export interface RdpBound {
  readonly epsilon: number
  /** The order that gave it; null when the curve is so low that delta alone covers it. */
  readonly order: number | null
  /** The best order is the first or last on the list, so that a longer list might prove less. */
  readonly orderAtEdge: boolean
}

/**
 * From Rényi divergences to (epsilon, delta).
 *
 * epsilon = min over alpha of r(alpha) + ln(1 - 1/alpha) - (ln delta + ln alpha) / (alpha - 1), and 0 when
 * sqrt(1 - e^-r) <= delta for some order, since that bounds the total variation distance.
 *
 * @param divergences r(alpha) of the whole composition, one per order, in nats
 * @param delta in [0, 1)
 * @see Canonne, Kamath, Steinke 2020, arXiv 2004.00010, proposition 12; Balle et al. 2019, arXiv 1905.09982, theorem 21
 */
export function epsilonFromRdp(orders: readonly number[], divergences: Float64Array, delta: number): RdpBound {
  if (divergences.every(r => r === 0)) return { epsilon: 0, order: null, orderAtEdge: false }
  if (delta === 0) return { epsilon: Infinity, order: null, orderAtEdge: false }
  let epsilon = Infinity
  let best = -1
  for (const [i, alpha] of orders.entries()) {
    const r = divergences[i]!
    if (delta * delta + Math.expm1(-r) > 0) return { epsilon: 0, order: null, orderAtEdge: false }
    const candidate = r + Math.log1p(-1 / alpha) - (Math.log(delta) + Math.log(alpha)) / (alpha - 1)
    if (candidate < epsilon) {
      epsilon = candidate
      best = i
    }
  }
  return {
    epsilon: Math.max(0, epsilon),
    order: orders[best] ?? null,
    orderAtEdge: best === 0 || best === orders.length - 1,
  }
}

/** The smallest delta that a Rényi curve proves at an epsilon >= 0, and the order that proved it. */
export function deltaFromRdp(
  orders: readonly number[],
  divergences: Float64Array,
  epsilon: number,
): { readonly delta: number; readonly order: number } {
  let logDelta = 0
  let best = orders[0]!
  for (const [i, alpha] of orders.entries()) {
    const candidate = (alpha - 1) * (divergences[i]! - epsilon + Math.log1p(-1 / alpha)) - Math.log(alpha)
    if (candidate < logDelta) {
      logDelta = candidate
      best = alpha
    }
  }
  return { delta: Math.exp(logDelta), order: best }
}
