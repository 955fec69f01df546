import type { RepeatAndSelectEvent } from './events.js'
import { deltaFromRdp } from './rdp-conversion.js'

/**
 * Rényi curve of the best of K runs, from that of one run.
 *
 * Poisson: r'(a) = r(a) + m d + ln m / (a - 1), where one run is (e, d)-private at e = ln(1 + 1 / (a - 1)).
 *
 * Truncated negative binomial of shape s and parameter g: r'(a) = r(a) + ln m / (a - 1) + (1 + s) min over b of
 * ((1 - 1/b) r(b) - ln g / b). A divergence never falls with its order, so each order may take the value of a higher one.
 *
 * @param run r(a) of one run, one per order
 * @see Papernot, Steinke 2022, arXiv 2110.03620, theorems 6 and 2
 */
export function repeatedCurve(
  { trials, mean }: Pick<RepeatAndSelectEvent, 'trials' | 'mean'>,
  orders: readonly number[],
  run: Float64Array,
): Float64Array {
  const repeated = Float64Array.from(run, (r, i) => r + Math.max(0, Math.log(mean)) / (orders[i]! - 1))
  if (trials === 'poisson') {
    for (const [i, alpha] of orders.entries())
      repeated[i]! += mean * deltaFromRdp(orders, run, Math.log1p(1 / (alpha - 1))).delta
  } else {
    const logGamma = Math.log(parameterOf(trials.shape, mean))
    let least = Infinity
    for (const [i, beta] of orders.entries()) least = Math.min(least, (1 - 1 / beta) * run[i]! - logGamma / beta)
    for (const i of orders.keys()) repeated[i]! += (1 + trials.shape) * least
  }
  // The list rises, so the least over all higher orders is found from its end.
  for (let i = repeated.length - 2; i >= 0; i--) repeated[i] = Math.min(repeated[i]!, repeated[i + 1]!)
  return repeated
}

/** The g in (0, 1] of a truncated negative binomial with this shape and mean; the smaller g, the costlier, so rounded down. */
function parameterOf(shape: number, mean: number): number {
  let [low, high] = [1e-18, 1]
  for (let i = 0; i < 200; i++) {
    const middle = Math.sqrt(low * high)
    if (meanRuns(shape, middle) >= mean) low = middle
    else high = middle
  }
  return low
}

/** Mean of the truncated negative binomial: s (1 - g) / (g (1 - g^s)), and (1/g - 1) / ln(1/g) at shape 0. */
export function meanRuns(shape: number, gamma: number): number {
  if (gamma >= 1) return 1
  const log = Math.log(gamma)
  const odds = -Math.expm1(log) / gamma
  return shape === 0 ? odds / -log : (shape * odds) / -Math.expm1(shape * log)
}
