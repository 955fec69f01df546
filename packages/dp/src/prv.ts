import type { Accounting } from './accountant.js'
import { composeLosses, deltaOfLoss, epsilonOfLoss, type ComposedLoss } from './composition.js'
import { unknownEvent } from './errors.js'
import { curveOfAll, infiniteOf } from './event-curves.js'
import { hasLoss, infiniteMass } from './event-loss.js'
import { centredCells, roundedLoss } from './losses/rounded.js'
import { defaultOrders } from './rdp.js'
import { deltaFromRdp, epsilonFromRdp } from './rdp-conversion.js'
import { waysOf, type CountedEvent, type Way } from './tight-bounds.js'

/** By how much rounding may move epsilon. */
const epsilonError = 0.005
/** Which part of delta pays for rounding further than that and for what the grid leaves out. */
const deltaErrorShare = 1e-3
/** Beyond this the cells are widened, and epsilon may move further. */
const mostCells = 2 ** 22

/**
 * The accountant of Gopi, Lee and Wutschitz: each loss is rounded to a grid so that its mean stays. The rounding errors of T
 * independent losses then partly cancel: by Hoeffding's inequality their sum exceeds e with probability at most
 * 2 e^(-2 e^2 / (T h^2)), which the width h keeps at a sixth of the error in delta (theorem 5.5, remark 5.6).
 *
 * Another sixth pays for cutting the tails off each loss, which are known here, so that no other accountant is asked for the
 * size of the grid. The sum is not taken modulo that size, as in the paper, but in a window from Chernoff's bounds, and what
 * strays from it is counted: so delta may be small against the rounding of doubles.
 */
export const prv: Accounting = {
  kind: 'prv',
  check(event) {
    if (!hasLoss(event)) throw unknownEvent(event.kind)
  },
  epsilon(events, delta) {
    const proved = { method: 'prv', order: null, orderAtEdge: false } as const
    if (events.length === 0) return { lower: 0, estimate: 0, upper: 0, ...proved }
    const nothing = { lower: 0, estimate: Infinity, upper: Infinity, ...proved }
    if (delta === 0) return nothing
    const { order } = epsilonFromRdp(defaultOrders, curveOfAll(events), Math.max(0, delta - infiniteOf(events)))
    const deltaError = delta * deltaErrorShare
    let [lower, estimate, upper] = [0, 0, 0]
    for (const way of waysOf(events) ?? []) {
      const sum = roundedSum(way, events, deltaError, (order ?? 2) - 1)
      if (!sum) return nothing
      lower = Math.max(lower, epsilonOfLoss(sum.loss, delta + deltaError, 'below') - sum.error)
      estimate = Math.max(estimate, epsilonOfLoss(sum.loss, delta, 'above'))
      upper = Math.max(upper, epsilonOfLoss(sum.loss, delta - deltaError, 'above') + sum.error)
    }
    return { lower, estimate: Math.max(lower, Math.min(upper, estimate)), upper, ...proved }
  },
  delta(events, epsilon) {
    const { delta, order } = deltaFromRdp(defaultOrders, curveOfAll(events), epsilon)
    const deltaError = Math.min(1, infiniteOf(events) + delta) * deltaErrorShare
    // Underflown: there is no mass left to lay on a grid.
    if (!(deltaError > 0)) return deltaError
    let largest = 0
    for (const way of waysOf(events) ?? []) {
      const sum = roundedSum(way, events, deltaError, order - 1)
      if (!sum) return 1
      largest = Math.max(largest, deltaOfLoss(sum.loss, epsilon - sum.error) + deltaError)
    }
    return Math.min(1, largest)
  },
}

/** The widest cells with which rounding `releases` losses moves their sum further than `error` with a sixth of `deltaError`. */
export const roundingWidth = (error: number, releases: number, deltaError: number): number =>
  error / Math.sqrt((releases / 2) * Math.log(12 / deltaError))

/** The sum of rounded losses, and by how much the sum of the losses themselves may differ. */
interface RoundedSum {
  readonly loss: ComposedLoss
  readonly error: number
}

function roundedSum(
  { parts }: Way,
  events: readonly CountedEvent[],
  deltaError: number,
  tilt: number,
): RoundedSum | undefined {
  let releases = 0
  for (const { count } of parts) releases += count
  const tail = deltaError / (12 * releases)
  const tails = { below: tail, above: tail }
  let error = epsilonError
  for (let tries = 0; tries < 10; tries++) {
    const width = roundingWidth(error, releases, deltaError)
    const cells = Math.max(...parts.map(({ loss }) => centredCells(loss, width, tails).count))
    let needed = cells
    if (cells <= mostCells) {
      let meanError = 0
      const repeated = parts.map(({ loss, count }, i) => {
        const rounded = roundedLoss(loss, width, tails, infiniteMass(events[i]!.event))
        meanError += count * rounded.meanError
        return { grid: rounded.grid, count }
      })
      const loss = composeLosses(repeated, width, tilt, mostCells)
      if (typeof loss !== 'number') return { loss, error: error + meanError }
      needed = loss
    }
    error *= (1.05 * needed) / mostCells
    if (!Number.isFinite(error)) return undefined
  }
  return undefined
}
