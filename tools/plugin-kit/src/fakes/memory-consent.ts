import type { ConsentRegistry, ConsentState } from '@attestry/core'

/** One thing a person did about one purpose. */
export interface FakeConsent {
  readonly subject: string
  readonly purpose: string
  readonly state: 'given' | 'withdrawn' | 'refused' | 'expired'
}

/** What a person said that is about no purpose of its own. */
export interface FakeWishes {
  /** Handles whose data may be stored and not used. */
  readonly restricted?: readonly string[]
  /** Handles by what they opted out of, such as `sale-or-sharing`. */
  readonly optedOut?: Readonly<Record<string, readonly string[]>>
}

/** Consent in memory. The latest event for a person and purpose wins. */
export class MemoryConsent implements ConsentRegistry {
  readonly #events: FakeConsent[]
  readonly #restricted: ReadonlySet<string>
  readonly #optedOut: ReadonlyMap<string, ReadonlySet<string>>

  constructor(events: readonly FakeConsent[] = [], { restricted = [], optedOut = {} }: FakeWishes = {}) {
    this.#events = [...events]
    this.#restricted = new Set(restricted)
    this.#optedOut = new Map(Object.entries(optedOut).map(([of, subjects]) => [of, new Set(subjects)]))
  }

  add(event: FakeConsent): void {
    this.#events.push(event)
  }

  state(subject: string, purpose: string): ConsentState {
    const own = this.#events.filter(event => event.subject === subject)
    const latest = own.findLast(event => event.purpose === purpose)
    if (latest) return latest.state
    return own.some(event => event.state === 'given') ? 'other-purpose' : 'unknown'
  }

  isRestricted(subject: string): boolean {
    return this.#restricted.has(subject)
  }

  hasOptedOut(subject: string, of: string): boolean {
    return this.#optedOut.get(of)?.has(subject) ?? false
  }
}
