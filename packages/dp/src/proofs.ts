import type { Accounting, AccountantKind, AccountingMethod } from './accountant.js'
import { gaussianDelta, gaussianEpsilon } from './analytic-gaussian.js'
import { unknownEvent } from './errors.js'
import { curveOfAll, infiniteOf } from './event-curves.js'
import { hasLoss, largestLoss } from './event-loss.js'
import { defaultOrders } from './rdp.js'
import { deltaFromRdp, epsilonFromRdp } from './rdp-conversion.js'
import { deltaAbove, epsilonAbove, epsilonBelow, type CountedEvent, type Search } from './tight-bounds.js'

/** Accounting by the smallest bound that any of some methods proves. */
export function byProofs(kind: AccountantKind, methods: readonly AccountingMethod[]): Accounting {
  return {
    kind,
    check(event) {
      if (!methods.includes('rdp') && !hasLoss(event)) throw unknownEvent(event.kind)
    },
    epsilon: (events, delta) => boundsOf(smallest(events, delta, methods), events, delta),
    delta: (events, epsilon) => smallestDelta(events, epsilon, methods),
  }
}

/** An upper bound on epsilon and what proved it. */
interface Proof {
  readonly upper: number
  readonly method: AccountingMethod
  readonly order: number | null
  readonly orderAtEdge: boolean
}

// The results of a thousand logarithms and exponentials can be off by their last digits: states them rounded up.
const roundedUp = (epsilon: number): number => epsilon * (1 + 1e-12)

/** With the lower bound, which needs a grid of its own, worked out when somebody asks. */
function boundsOf(proof: Proof, events: readonly CountedEvent[], delta: number): ReturnType<Accounting['epsilon']> {
  let known: number | undefined
  const lower = (): number => (known ??= Math.min(proof.upper, largestRefuted(events, delta, proof)))
  return {
    get lower() {
      return lower()
    },
    get estimate() {
      return (lower() + proof.upper) / 2
    },
    ...proof,
  }
}

function smallest(events: readonly CountedEvent[], delta: number, methods: readonly AccountingMethod[]): Proof {
  const rdp = byRdp(events, delta)
  const quick = [byGaussian(events, delta), byPure(events), rdp]
  const allowed = quick.filter(({ method }) => methods.includes(method))
  const best = smallestOf(allowed)
  if (!methods.includes('pld') || best.upper === 0 || delta === 0) return best
  if (best.method === 'gaussian' && isUnsampled(events)) return best
  const search = searchAt(smallestOf(quick).upper, rdp, delta)
  const upper = search && epsilonAbove(events, search)
  return upper !== undefined && roundedUp(upper) < best.upper
    ? { upper: roundedUp(upper), method: 'pld', order: null, orderAtEdge: false }
    : best
}

const smallestOf = (proofs: readonly Proof[]): Proof =>
  proofs.reduce((best, next) => (next.upper < best.upper ? next : best), unproved)

const unproved: Proof = { upper: Infinity, method: 'rdp', order: null, orderAtEdge: false }

/** Without sampling Gaussian releases are one Gaussian release, whose curve is known exactly. */
const isUnsampled = (events: readonly CountedEvent[]): boolean =>
  events.every(
    ({ event }) =>
      event.kind === 'gaussian' || (event.kind === 'subsampled-gaussian' && event.samplingProbability === 1),
  )

// Where Rényi curves prove 0, the composed loss is looked at near it.
const smallestEpsilon = 1e-3

/** The composed loss is looked at around an epsilon, tilted by the Rényi order that proved it or a larger one. */
function searchAt(epsilon: number, { order }: Proof, delta: number): Search | undefined {
  if (!Number.isFinite(epsilon)) return undefined
  return { epsilon: Math.max(epsilon, smallestEpsilon), delta, tilt: (order ?? 2) - 1 }
}

function largestRefuted(events: readonly CountedEvent[], delta: number, proof: Proof): number {
  if (events.length === 0 || proof.upper === 0) return 0
  if (isUnsampled(events)) return byGaussian(events, delta).upper * (1 - 1e-9)
  // Without a delta the largest loss counts, however rare.
  if (delta === 0) return byPure(events).upper * (1 - 1e-9)
  const search = searchAt(proof.upper, byRdp(events, delta), delta)
  return search ? epsilonBelow(events, search) * (1 - 1e-12) : 0
}

function smallestDelta(events: readonly CountedEvent[], epsilon: number, methods: readonly AccountingMethod[]): number {
  const rdp = deltaFromRdp(defaultOrders, curveOfAll(events), epsilon)
  const infinite = infiniteOf(events)
  const byMethod = new Map<AccountingMethod, number>([
    ['rdp', Math.min(1, infinite + rdp.delta * (1 + 1e-9))],
    ['gaussian', isGaussian(events) ? gaussianDelta(muOf(events), epsilon) : 1],
    ['pure', byPure(events).upper <= epsilon ? 0 : 1],
  ])
  const least = Math.min(1, ...methods.map(method => byMethod.get(method) ?? 1))
  if (!methods.includes('pld') || isUnsampled(events)) return least
  // Underflown: the smaller of both is a bound already, and there is no mass left to lay on a grid.
  const delta = Math.min(...byMethod.values())
  if (!(delta > 0)) return least
  const search = { epsilon: Math.max(epsilon, smallestEpsilon), delta: Math.min(delta, 0.5), tilt: rdp.order - 1 }
  return Math.min(least, deltaAbove(events, search, epsilon) ?? 1)
}

function byRdp(events: readonly CountedEvent[], delta: number): Proof {
  const finite = delta - infiniteOf(events)
  if (finite < 0) return unproved
  const { epsilon, order, orderAtEdge } = epsilonFromRdp(defaultOrders, curveOfAll(events), finite)
  return { upper: roundedUp(epsilon), method: 'rdp', order, orderAtEdge }
}

/** Epsilons add up (Dwork, Roth 2014, theorem 3.14). */
function byPure(events: readonly CountedEvent[]): Proof {
  let upper = 0
  for (const { event, count } of events) upper += count * largestLoss(event)
  return { upper: roundedUp(upper), method: 'pure', order: null, orderAtEdge: false }
}

/**
 * Gaussian releases compose to one Gaussian release with mu^2 = sum of 1/sigma^2. Sampling can only lower the cost, so
 * the bound holds for sampled events too, and is exact without sampling.
 */
function byGaussian(events: readonly CountedEvent[], delta: number): Proof {
  if (!isGaussian(events)) return unproved
  const upper = events.length === 0 ? 0 : roundedUp(gaussianEpsilon(muOf(events), delta))
  return { upper, method: 'gaussian', order: null, orderAtEdge: false }
}

const isGaussian = (events: readonly CountedEvent[]): boolean =>
  events.every(
    ({ event }) =>
      event.kind === 'gaussian' || event.kind === 'subsampled-gaussian' || event.kind === 'fixed-size-gaussian',
  )

function muOf(events: readonly CountedEvent[]): number {
  let square = 0
  for (const { event, count } of events) if ('noiseMultiplier' in event) square += count / event.noiseMultiplier ** 2
  return Math.sqrt(square)
}
