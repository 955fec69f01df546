import { gaussianEpsilon } from './analytic-gaussian.js'
import { invalidCount, invalidDelta, unreadableAccountant } from './errors.js'
import { checkEvent, type PrivacyEvent } from './events.js'
import { defaultOrders, rdpCurve } from './rdp.js'
import { epsilonFromRdp } from './rdp-conversion.js'

/** An event and how often it happened. */
export interface CountedEvent {
  readonly event: PrivacyEvent
  readonly count: number
}

/** An upper bound on epsilon and where it comes from. */
export interface EpsilonBound {
  /** The privacy loss is at most this at `delta`. Infinite when nothing can be said, as at delta 0. */
  readonly upper: number
  readonly delta: number
  /** `rdp`: Rényi curves added up. `gaussian`: the exact curve of Gaussian releases, sampling not counted. */
  readonly method: 'rdp' | 'gaussian'
  /** The Rényi order that proved it; null when no order did. */
  readonly order: number | null
  /** The best order was the first or last tried, so the bound may be loose. It is a bound all the same. */
  readonly orderAtEdge: boolean
  /** Which data sets count as neighbours. */
  readonly adjacency: 'add-or-remove-one'
}

/** What `toJSON` writes and `accountant.fromJSON` reads. */
export interface AccountantJson {
  readonly format: 'attestry-accountant-1'
  readonly adjacency: 'add-or-remove-one'
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
  /** An upper bound on epsilon at `delta` in [0, 1), by the tightest sound method at hand. @throws DP-E002 */
  epsilon(delta: number): number
  /** The same bound with its method. @throws DP-E002 */
  bound(delta: number): EpsilonBound
  toJSON(): AccountantJson
}

/** Makes accountants. */
export interface AccountantFactory {
  /** An accountant of nothing yet: epsilon 0. */
  (): Accountant
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
 *   accountant().compose(step, 1000).epsilon(1e-5)
 */
export const accountant: AccountantFactory = Object.assign((): Accountant => of([]), { fromJSON })

type Method = (events: readonly CountedEvent[], delta: number) => EpsilonBound

const adjacency = 'add-or-remove-one'

const methods: readonly Method[] = [byRdp, byGaussian]

// The results of a thousand logarithms and exponentials can be off by their last digits: states them rounded up.
const roundedUp = (epsilon: number): number => epsilon * (1 + 1e-12)

function of(events: readonly CountedEvent[]): Accountant {
  const bound = (delta: number): EpsilonBound => {
    if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
    return methods.map(method => method(events, delta)).reduce((best, next) => (next.upper < best.upper ? next : best))
  }
  return {
    events,
    bound,
    epsilon: delta => bound(delta).upper,
    compose(event, count = 1) {
      if (!(Number.isSafeInteger(count) && count >= 1)) throw invalidCount('the number of releases', count, 1)
      return of(added(events, curveKept(event), count))
    },
    toJSON: () => ({ format: 'attestry-accountant-1', adjacency, events }),
  }
}

function added(events: readonly CountedEvent[], event: PrivacyEvent, count: number): readonly CountedEvent[] {
  const known = events.findIndex(one => isSame(one.event, event))
  if (known < 0) return Object.freeze([...events, Object.freeze({ event, count })])
  const total = events[known]!.count + count
  if (!Number.isSafeInteger(total)) throw invalidCount('the number of releases', total, 1)
  return Object.freeze(events.map((one, i) => (i === known ? Object.freeze({ event: one.event, count: total }) : one)))
}

const isSame = (a: PrivacyEvent, b: PrivacyEvent): boolean =>
  a.kind === b.kind &&
  a.noiseMultiplier === b.noiseMultiplier &&
  (a.kind === 'subsampled-gaussian' ? a.samplingProbability : 1) ===
    (b.kind === 'subsampled-gaussian' ? b.samplingProbability : 1)

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

/** Rényi divergences add up under composition, order by order (Mironov 2017, proposition 1). */
function byRdp(events: readonly CountedEvent[], delta: number): EpsilonBound {
  const total = new Float64Array(defaultOrders.length)
  for (const { event, count } of events) for (const [i, r] of curveOf(event).entries()) total[i]! += count * r
  const { epsilon, order, orderAtEdge } = epsilonFromRdp(defaultOrders, total, delta)
  return { upper: roundedUp(epsilon), delta, method: 'rdp', order, orderAtEdge, adjacency }
}

/**
 * Gaussian releases compose to one Gaussian release with mu^2 = sum of 1/sigma^2. Sampling can only lower the cost, so
 * the bound holds for sampled events too, and is exact without sampling.
 */
function byGaussian(events: readonly CountedEvent[], delta: number): EpsilonBound {
  let square = 0
  for (const { event, count } of events) square += count / event.noiseMultiplier ** 2
  const upper = square === 0 ? 0 : roundedUp(gaussianEpsilon(Math.sqrt(square), delta))
  return { upper, delta, method: 'gaussian', order: null, orderAtEdge: false, adjacency }
}

function fromJSON(json: unknown): Accountant {
  if (typeof json !== 'object' || json === null) throw unreadableAccountant('it is not an object')
  const { format, adjacency: relation, events } = json as Partial<Record<keyof AccountantJson, unknown>>
  if (format !== 'attestry-accountant-1') throw unreadableAccountant("its format is not 'attestry-accountant-1'")
  if (relation !== adjacency) throw unreadableAccountant(`its neighbouring relation is not '${adjacency}'`)
  if (!Array.isArray(events)) throw unreadableAccountant('it has no list of events')
  return events.reduce<Accountant>((composed, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) throw unreadableAccountant('an event is not an object')
    const { event, count } = entry as CountedEvent
    if (typeof count !== 'number') throw unreadableAccountant('an event has no count')
    return composed.compose(event, count)
  }, accountant())
}
