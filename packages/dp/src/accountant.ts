import { gaussianDelta, gaussianEpsilon } from './analytic-gaussian.js'
import { invalidCount, invalidDelta, invalidEpsilon, mixedRelations, unreadableAccountant } from './errors.js'
import { infiniteMass, largestLoss } from './event-loss.js'
import { checkEvent, gaussian, relationOf, type Adjacency, type PrivacyEvent } from './events.js'
import { defaultOrders, rdpCurve } from './rdp.js'
import { deltaFromRdp, epsilonFromRdp } from './rdp-conversion.js'
import { deltaAbove, epsilonAbove, epsilonBelow, type CountedEvent, type Search } from './tight-bounds.js'

export type { CountedEvent }

/** How a bound was proved. */
export type AccountingMethod =
  /** The exact curve of Gaussian releases, sampling not counted. */
  | 'gaussian'
  /** The distribution of the composed privacy loss. */
  | 'pld'
  /** Epsilons without delta added up. */
  | 'pure'
  /** Rényi curves added up. */
  | 'rdp'

/**
 * What is proved about epsilon at a delta: it lies between `lower` and `upper`.
 *
 * Who reads `upper` alone pays for that alone: `lower` and `estimate` are worked out when they are first read.
 */
export interface EpsilonBounds {
  /** No accountant can honestly claim less for these events. */
  readonly lower: number
  /** Between the two, for plots and comparisons; never a claim. */
  readonly estimate: number
  /** The privacy loss is at most this: the claim. Infinite when nothing can be said, as at delta 0. */
  readonly upper: number
  readonly delta: number
  /** Which method proved `upper`. */
  readonly method: AccountingMethod
  /** The Rényi order that proved it; null when no order did. */
  readonly order: number | null
  /** The best order was the first or last tried, so the bound may be loose. It is a bound all the same. */
  readonly orderAtEdge: boolean
  /** Which data sets count as neighbours. */
  readonly adjacency: Adjacency
}

/** What `toJSON` writes and `accountant.fromJSON` reads. */
export interface AccountantJson {
  readonly format: 'attestry-accountant-1'
  readonly adjacency: Adjacency
  readonly events: readonly CountedEvent[]
}

/** Adds up what releases cost. A value: composing gives a new one and leaves this one as it was. */
export interface Accountant {
  readonly events: readonly CountedEvent[]
  /**
   * With `event` happening `count` more times (once by default).
   *
   * @throws DP-E007 for an event that it has no proof for
   * @throws DP-E005 unless the count is a whole number of at least 1
   */
  compose(event: PrivacyEvent, count?: number): Accountant
  /** What is proved about epsilon at `delta` in [0, 1); its `upper` is what may be claimed. @throws DP-E002 */
  epsilon(delta: number): EpsilonBounds
  /** An upper bound on delta at `epsilon` >= 0, by the tightest of its methods. @throws DP-E001 */
  delta(epsilon: number): number
  toJSON(): AccountantJson
}

/** Makes accountants. */
export interface AccountantFactory {
  /** An accountant of nothing yet: epsilon 0. `methods` leaves some out; all of them by default. */
  (methods?: readonly AccountingMethod[]): Accountant
  /** The accountant that `toJSON` described. @throws DP-E008 for any other form, DP-E007 for an unknown event */
  fromJSON(json: unknown): Accountant
}

/**
 * The privacy accountant: what T steps of noisy training, or several releases, cost together.
 *
 * The bound is the smallest that any method proves. Neighbouring data sets differ by one unit added or removed.
 *
 * @example
 *   const step = subsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1.1 })
 *   accountant().compose(step, 1000).epsilon(1e-5).upper
 */
export const accountant: AccountantFactory = Object.assign(
  (methods: readonly AccountingMethod[] = allMethods): Accountant => of([], methods),
  { fromJSON },
)

const allMethods: readonly AccountingMethod[] = ['gaussian', 'pure', 'pld', 'rdp']

/** An upper bound on epsilon and what proved it. */
interface Proof {
  readonly upper: number
  readonly method: AccountingMethod
  readonly order: number | null
  readonly orderAtEdge: boolean
}

// The results of a thousand logarithms and exponentials can be off by their last digits: states them rounded up.
const roundedUp = (epsilon: number): number => epsilon * (1 + 1e-12)

function of(events: readonly CountedEvent[], methods: readonly AccountingMethod[]): Accountant {
  const answers = new Map<number, EpsilonBounds>()
  return {
    events,
    epsilon(delta) {
      if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
      const known = answers.get(delta)
      if (known) return known
      const answer = boundsOf(smallest(events, delta, methods), events, delta)
      answers.set(delta, answer)
      return answer
    },
    delta(epsilon) {
      if (!(epsilon >= 0 && epsilon < Infinity)) throw invalidEpsilon(epsilon, 'a finite number of at least 0')
      return smallestDelta(events, epsilon, methods)
    },
    compose(event, count = 1) {
      if (!(Number.isSafeInteger(count) && count >= 1)) throw invalidCount('the number of releases', count, 1)
      return of(added(events, curveKept(event), count), methods)
    },
    toJSON: () => ({ format: 'attestry-accountant-1', adjacency: adjacencyOf(events), events }),
  }
}

/** With the lower bound, which needs a grid of its own, worked out when somebody asks. */
function boundsOf(proof: Proof, events: readonly CountedEvent[], delta: number): EpsilonBounds {
  let known: number | undefined
  const lower = (): number => (known ??= Math.min(proof.upper, largestRefuted(events, delta, proof)))
  return Object.freeze({
    get lower() {
      return lower()
    },
    get estimate() {
      return (lower() + proof.upper) / 2
    },
    ...proof,
    delta,
    adjacency: adjacencyOf(events),
  })
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

/** The composed loss is looked at around an epsilon, tilted by the Rényi order that proved it or a larger one. */
function searchAt(epsilon: number, { order }: Proof, delta: number): Search | undefined {
  return order === null || !Number.isFinite(epsilon) ? undefined : { epsilon, delta, tilt: order - 1 }
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
  if (events.length === 0) return 0
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
  const search = { epsilon: Math.max(epsilon, 1e-3), delta: Math.min(delta, 0.5), tilt: rdp.order - 1 }
  return Math.min(least, deltaAbove(events, search, epsilon) ?? 1)
}

function added(events: readonly CountedEvent[], event: PrivacyEvent, count: number): readonly CountedEvent[] {
  adjacencyOf([...events, { event, count }])
  const known = events.findIndex(one => isSame(one.event, event))
  if (known < 0) return Object.freeze([...events, Object.freeze({ event, count })])
  const total = events[known]!.count + count
  if (!Number.isSafeInteger(total)) throw invalidCount('the number of releases', total, 1)
  return Object.freeze(events.map((one, i) => (i === known ? Object.freeze({ event: one.event, count: total }) : one)))
}

const isSame = (a: PrivacyEvent, b: PrivacyEvent): boolean => JSON.stringify(normal(a)) === JSON.stringify(normal(b))

/** Sampling with probability 1 is no sampling. */
const normal = (event: PrivacyEvent): PrivacyEvent =>
  event.kind === 'subsampled-gaussian' && event.samplingProbability === 1 ? gaussian(event) : event

/** The relation that the events are proved for; that of training where they hold for any. @throws DP-E019 */
function adjacencyOf(events: readonly CountedEvent[]): Adjacency {
  const relations = new Set(events.flatMap(({ event }) => relationOf(event) ?? []))
  if (relations.size > 1) throw mixedRelations()
  return [...relations][0] ?? 'add-or-remove-one'
}

// A training loop asks for epsilon after every step with the same event: its curve is computed once.
const checked = new WeakMap<object, PrivacyEvent>()
const curves = new WeakMap<PrivacyEvent, Float64Array>()

/** The event, checked and frozen; the same object for the same object, so that its curve is found again. */
function curveKept(event: PrivacyEvent): PrivacyEvent {
  const copy = checkEvent(event)
  const before = checked.get(event)
  if (before && isSame(before, copy)) return before
  Object.freeze(copy)
  checked.set(event, copy)
  return copy
}

function curveOf(event: PrivacyEvent): Float64Array {
  const known = curves.get(event)
  if (known) return known
  const curve = rdpCurve(event)
  curves.set(event, curve)
  return curve
}

function curveOfAll(events: readonly CountedEvent[]): Float64Array {
  const total = new Float64Array(defaultOrders.length)
  for (const { event, count } of events) for (const [i, r] of curveOf(event).entries()) total[i]! += count * r
  return total
}

/** Rényi divergences add up under composition, order by order (Mironov 2017, proposition 1). */
function byRdp(events: readonly CountedEvent[], delta: number): Proof {
  const finite = delta - infiniteOf(events)
  if (finite < 0) return unproved
  const { epsilon, order, orderAtEdge } = epsilonFromRdp(defaultOrders, curveOfAll(events), finite)
  return { upper: roundedUp(epsilon), method: 'rdp', order, orderAtEdge }
}

/** The chance that any of the releases fails outright. */
function infiniteOf(events: readonly CountedEvent[]): number {
  let logFinite = 0
  for (const { event, count } of events) logFinite += count * Math.log1p(-infiniteMass(event))
  return -Math.expm1(logFinite)
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
  events.every(({ event }) => event.kind === 'gaussian' || event.kind === 'subsampled-gaussian')

function muOf(events: readonly CountedEvent[]): number {
  let square = 0
  for (const { event, count } of events) if ('noiseMultiplier' in event) square += count / event.noiseMultiplier ** 2
  return Math.sqrt(square)
}

function fromJSON(json: unknown): Accountant {
  if (typeof json !== 'object' || json === null) throw unreadableAccountant('it is not an object')
  const { format, adjacency: relation, events } = json as Partial<Record<keyof AccountantJson, unknown>>
  if (format !== 'attestry-accountant-1') throw unreadableAccountant("its format is not 'attestry-accountant-1'")
  if (!Array.isArray(events)) throw unreadableAccountant('it has no list of events')
  const read = events.reduce<Accountant>((composed, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) throw unreadableAccountant('an event is not an object')
    const { event, count } = entry as CountedEvent
    if (typeof count !== 'number') throw unreadableAccountant('an event has no count')
    return composed.compose(event, count)
  }, accountant())
  if (read.toJSON().adjacency !== relation)
    throw unreadableAccountant(`its neighbouring relation is not '${read.toJSON().adjacency}'`)
  return read
}
