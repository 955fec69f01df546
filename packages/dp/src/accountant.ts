import { invalidCount, invalidDelta, invalidEpsilon, mixedRelations, unreadableAccountant } from './errors.js'
import { checkedEvent } from './event-curves.js'
import { gaussian, laplace, relationOf, type PrivacyEvent } from './events.js'
import type { Adjacency } from '@attestry/core'
import type { CountedEvent } from './tight-bounds.js'

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
  /** The composed privacy loss, rounded to a grid and back by a bound on what the rounding can add up to. */
  | 'prv'

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

/** Which way of accounting an accountant follows; `tightest` takes the smallest bound of all. */
export type AccountantKind = 'tightest' | 'rdp' | 'pld' | 'prv'

/** What `toJSON` writes and `fromJSON` of the same accountant reads. */
export interface AccountantJson {
  readonly format: 'attestry-accountant-1'
  readonly accountant: AccountantKind
  readonly adjacency: Adjacency
  readonly events: readonly CountedEvent[]
}

/** Adds up what releases cost. A value: composing gives a new one and leaves this one as it was. */
export interface Accountant {
  readonly kind: AccountantKind
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
  /** An upper bound on delta at `epsilon` >= 0. @throws DP-E001 */
  delta(epsilon: number): number
  toJSON(): AccountantJson
}

/** Makes accountants, with `new` or without. */
export interface AccountantFactory {
  /** An accountant of nothing yet: epsilon 0. */
  (): Accountant
  new (): Accountant
  /** The accountant that `toJSON` described. @throws DP-E008 for any other form, DP-E007 for an unknown event */
  fromJSON(json: unknown): Accountant
}

/** A way of accounting: what is proved about events that are known to be good. */
export interface Accounting {
  readonly kind: AccountantKind
  /** @throws DP-E007 for an event that it has no proof for */
  check(event: PrivacyEvent): void
  epsilon(events: readonly CountedEvent[], delta: number): Omit<EpsilonBounds, 'delta' | 'adjacency'>
  delta(events: readonly CountedEvent[], epsilon: number): number
}

/** Accountants that follow one way of accounting. */
export function accountantsBy(way: Accounting): AccountantFactory {
  function make(): Accountant {
    return accountantOf([], way)
  }
  return Object.assign(make, { fromJSON: (json: unknown) => read(json, way) }) as AccountantFactory
}

function accountantOf(events: readonly CountedEvent[], way: Accounting): Accountant {
  const answers = new Map<number, EpsilonBounds>()
  return {
    kind: way.kind,
    events,
    epsilon(delta) {
      if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
      const known = answers.get(delta)
      if (known) return known
      const answer = answerOf(way.epsilon(events, delta), delta, adjacencyOf(events))
      answers.set(delta, answer)
      return answer
    },
    delta(epsilon) {
      if (!(epsilon >= 0 && epsilon < Infinity)) throw invalidEpsilon(epsilon, 'a finite number of at least 0')
      return events.length === 0 ? 0 : way.delta(events, epsilon)
    },
    compose(event, count = 1) {
      if (!(Number.isSafeInteger(count) && count >= 1)) throw invalidCount('the number of releases', count, 1)
      const checked = checkedEvent(event)
      way.check(checked)
      return accountantOf(added(events, checked, count), way)
    },
    toJSON: () => ({
      format: 'attestry-accountant-1',
      accountant: way.kind,
      adjacency: adjacencyOf(events),
      events,
    }),
  }
}

/** Its getters stay getters: a lower bound that nobody reads is not worked out. */
function answerOf(proved: ReturnType<Accounting['epsilon']>, delta: number, adjacency: Adjacency): EpsilonBounds {
  const { upper, method, order, orderAtEdge } = proved
  return Object.freeze({
    get lower() {
      return proved.lower
    },
    get estimate() {
      return proved.estimate
    },
    upper,
    delta,
    method,
    order,
    orderAtEdge,
    adjacency,
  })
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
function normal(event: PrivacyEvent): PrivacyEvent {
  if (event.kind === 'subsampled-gaussian' && event.samplingProbability === 1) return gaussian(event)
  if (event.kind === 'subsampled-laplace' && event.samplingProbability === 1) return laplace(event)
  return event
}

/** The relation that the events are proved for; that of training where they hold for any. @throws DP-E019 */
function adjacencyOf(events: readonly CountedEvent[]): Adjacency {
  const relations = new Set(events.flatMap(({ event }) => relationOf(event) ?? []))
  if (relations.size > 1) throw mixedRelations()
  return [...relations][0] ?? 'add-or-remove-one'
}

function read(json: unknown, way: Accounting): Accountant {
  if (typeof json !== 'object' || json === null) throw unreadableAccountant('it is not an object')
  const { format, accountant, adjacency, events } = json as Partial<Record<keyof AccountantJson, unknown>>
  if (format !== 'attestry-accountant-1') throw unreadableAccountant("its format is not 'attestry-accountant-1'")
  if (accountant !== way.kind) throw unreadableAccountant(`its accountant is not '${way.kind}'`)
  if (!Array.isArray(events)) throw unreadableAccountant('it has no list of events')
  const read = events.reduce<Accountant>(
    (composed, entry: unknown) => {
      if (typeof entry !== 'object' || entry === null) throw unreadableAccountant('an event is not an object')
      const { event, count } = entry as CountedEvent
      if (typeof count !== 'number') throw unreadableAccountant('an event has no count')
      return composed.compose(event, count)
    },
    accountantOf([], way),
  )
  const relation = read.toJSON().adjacency
  if (relation !== adjacency) throw unreadableAccountant(`its neighbouring relation is not '${relation}'`)
  return read
}
