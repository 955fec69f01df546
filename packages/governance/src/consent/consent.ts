import type { Clock, ConsentRegistry, ConsentState, SubjectHandles } from '@attestry/core'
import type { ConsentEvent } from './consent-events.js'
import { instantOf } from '../dates.js'

/** What counts of an event, in the order of the file. */
export type ConsentFact = Pick<ConsentEvent, 'purpose' | 'state' | 'at' | 'expires'>

/**
 * What one person's events say about a purpose.
 *
 * The latest event of the purpose wins, by time and then by line; at one time a refusal or withdrawal beats a grant,
 * wherever it stands. A grant dated in the future does not count yet. A refusal or withdrawal counts at once whatever its
 * date: a clock that was set back must not bring consent back.
 *
 * @param events of one person, in the order of the file
 * @param now milliseconds since the epoch
 */
export function consentState(events: readonly ConsentFact[], purpose: string, now: number): ConsentState {
  const own = stateOfPurpose(
    events.filter(event => event.purpose === purpose),
    now,
  )
  if (own !== 'unknown') return own
  const others = new Set(events.map(event => event.purpose))
  for (const other of others) {
    const some = events.filter(event => event.purpose === other)
    if (other !== purpose && stateOfPurpose(some, now) === 'given') return 'other-purpose'
  }
  return 'unknown'
}

function stateOfPurpose(events: readonly ConsentFact[], now: number): ConsentState {
  const latest = latestOf(
    events.filter(({ state }) => state !== 'restricted' && state !== 'released'),
    now,
  )
  if (!latest) return 'unknown'
  if (latest.state === 'opted-out') return 'refused'
  if (latest.state !== 'given') return latest.state as 'withdrawn' | 'refused'
  return latest.expires !== undefined && instantOf(latest.expires)! <= now ? 'expired' : 'given'
}

/** The event that counts. What lets data be used counts from its date on; what forbids it counts at once. */
function latestOf(events: readonly ConsentFact[], now: number): ConsentFact | undefined {
  let latest: ConsentFact | undefined
  for (const event of events) {
    if (allows(event) && timeOf(event) > now) continue
    if (!latest || isLater(event, latest)) latest = event
  }
  return latest
}

const allows = ({ state }: ConsentFact): boolean => state === 'given' || state === 'released'

/** `event` stands after `before` in the file. */
function isLater(event: ConsentFact, before: ConsentFact): boolean {
  const difference = timeOf(event) - timeOf(before)
  if (difference !== 0) return difference > 0
  return !allows(event) || allows(before)
}

/** Whether a person's data may not be used at all: the latest of their restrictions and releases decides. */
export const isRestricted = (events: readonly ConsentFact[], now: number): boolean =>
  latestOf(
    events.filter(({ state }) => state === 'restricted' || state === 'released'),
    now,
  )?.state === 'restricted'

/** Whether a person said no to something that needs no consent: the latest word on it decides. */
export function hasOptedOut(events: readonly ConsentFact[], of: string, now: number): boolean {
  const state = stateOfPurpose(
    events.filter(event => event.purpose === of),
    now,
  )
  return state === 'refused' || state === 'withdrawn'
}

// Events were checked when they were read.
const timeOf = ({ at }: ConsentFact): number => instantOf(at)!

/** A registry of the events, keyed by handle: identifiers are not kept. Without events everybody is `unknown`. */
export function consentRegistry(
  events: readonly ConsentEvent[],
  handles: SubjectHandles,
  clock: Clock,
): ConsentRegistry {
  const bySubject = new Map<string, ConsentFact[]>()
  for (const { subject, purpose, state, at, expires } of events) {
    const handle = handles.handleOf(subject)
    const fact = { purpose, state, at, ...(expires !== undefined && { expires }) }
    const facts = bySubject.get(handle)
    if (facts) facts.push(fact)
    else bySubject.set(handle, [fact])
  }
  const factsOf = (subject: string): readonly ConsentFact[] => bySubject.get(subject) ?? []
  return {
    state: (subject, purpose) => consentState(factsOf(subject), purpose, clock.now()),
    isRestricted: subject => isRestricted(factsOf(subject), clock.now()),
    hasOptedOut: (subject, of) => hasOptedOut(factsOf(subject), of, clock.now()),
  }
}
