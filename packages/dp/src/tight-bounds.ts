import { composeLosses, deltaOfLoss, epsilonOfLoss, type ComposedLoss } from './composition.js'
import { eventLoss } from './event-loss.js'
import type { PrivacyEvent } from './events.js'
import { cellsNeeded, gridAbove, gridBelow, type LossGrid, type Tails } from './loss-grid.js'
import type { PrivacyLoss } from './losses/privacy-loss.js'

/** An event and how often it happened. */
export interface CountedEvent {
  readonly event: PrivacyEvent
  readonly count: number
}

/** Where to look: what the composed loss is asked for, as far as a looser method knows it already. */
export interface Search {
  /** Epsilon to within a factor of two or so. */
  readonly epsilon: number
  readonly delta: number
  /** The exponent above 0 that makes the mass around epsilon the middle of the distribution. */
  readonly tilt: number
}

/** By how much the grid may move epsilon, as a part of 1 or of a smaller epsilon. */
const tolerance = 0.001
/** Few releases bear a wide grid, but a fine one costs them little. */
const largestWidth = 0.005
/** Beyond this the grid is widened and the bound loosens: a query must not take seconds. */
const mostCells = 2 ** 18

/** The losses of all events in one order of neighbours. */
export interface Way {
  readonly parts: readonly { readonly loss: PrivacyLoss; readonly count: number }[]
}

/** Removing a unit and adding one; once where both are alike. Undefined where the loss of an event is not known. */
export function waysOf(events: readonly CountedEvent[]): readonly [Way, ...Way[]] | undefined {
  const removing: { loss: PrivacyLoss; count: number }[] = []
  const adding: { loss: PrivacyLoss; count: number }[] = []
  for (const { event, count } of events) {
    const both = eventLoss(event)
    if (!both) return undefined
    removing.push({ loss: both.removing, count })
    adding.push({ loss: both.adding, count })
  }
  const alike = removing.every(({ loss }, i) => loss === adding[i]!.loss)
  return alike ? [{ parts: removing }] : [{ parts: removing }, { parts: adding }]
}

/**
 * Upper bound on epsilon at `search.delta`: the larger of both ways. Undefined when no grid within the limits resolves it.
 */
export const epsilonAbove = (events: readonly CountedEvent[], search: Search): number | undefined =>
  largerWay(events, search, loss => epsilonOfLoss(loss, search.delta, 'above'))

/** Upper bound on delta at `epsilon`: the larger of both ways. */
export const deltaAbove = (events: readonly CountedEvent[], search: Search, epsilon: number): number | undefined =>
  largerWay(events, search, loss => deltaOfLoss(loss, epsilon))

/** A wide grid often shows already that adding a unit costs less than removing one. */
const coarse = 8

function largerWay(
  events: readonly CountedEvent[],
  search: Search,
  costOf: (loss: ComposedLoss) => number,
): number | undefined {
  const ways = waysOf(events)
  if (!ways) return undefined
  const [removing, adding] = ways
  const cost = (way: Way, coarseness: number): number | undefined => {
    const composed = compose(way, search, gridAbove, coarseness)
    return composed && Math.max(0, costOf(composed))
  }
  const first = cost(removing, 1)
  if (first === undefined || !adding) return first
  if ((cost(adding, coarse) ?? Infinity) <= first) return first
  const second = cost(adding, 1)
  return second === undefined ? undefined : Math.max(first, second)
}

/**
 * Lower bound on epsilon at `search.delta`: no proof can give less. 0 when no grid within the limits resolves it.
 *
 * From removing a unit alone, which is the costlier way wherever it was compared; either way gives a lower bound.
 */
export function epsilonBelow(events: readonly CountedEvent[], search: Search): number {
  const ways = waysOf(events)
  const composed = ways && compose(ways[0], search, gridBelow)
  return composed === undefined ? 0 : Math.max(0, epsilonOfLoss(composed, search.delta, 'below'))
}

/**
 * The composed loss on the widest grid that keeps the tolerance.
 *
 * Spreading a mass over a cell of width h multiplies its moment of exponent t by 1 + t (t + 1) h^2 / 12 on average, so T
 * releases move epsilon, where t is the tilt there, by about T (t + 1) h^2 / 12.
 */
function compose(
  { parts }: Way,
  { epsilon, delta, tilt }: Search,
  lay: (loss: PrivacyLoss, width: number, tails: Tails) => LossGrid,
  coarseness = 1,
): ComposedLoss | undefined {
  let releases = 0
  for (const { count } of parts) releases += count
  const tails = { below: 1e-4 / releases, above: (delta * 1e-6) / releases }
  let width =
    coarseness * Math.min(largestWidth, Math.sqrt((12 * tolerance * Math.min(1, epsilon)) / (releases * (tilt + 1))))
  const spacing = parts.find(({ loss }) => loss.spacing !== undefined)?.loss.spacing
  if (spacing !== undefined) width = spacing / Math.ceil(spacing / width)
  for (let tries = 0; tries < 10; tries++) {
    const needed = Math.max(...parts.map(({ loss }) => cellsNeeded(loss, width, tails)))
    if (needed > mostCells) width *= (1.05 * needed) / mostCells
    const repeated = parts.map(({ loss, count }) => ({ grid: lay(loss, width, tails), count }))
    const composed = composeLosses(repeated, width, tilt, mostCells)
    if (typeof composed !== 'number') return composed
    width *= (1.05 * composed) / mostCells
    if (!Number.isFinite(width)) return undefined
  }
  return undefined
}
