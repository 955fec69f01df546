import type { ConsentRegistry, ConsentState } from '@attestry/core'

/** One thing a person did about one purpose. */
export interface FakeConsent {
  readonly subject: string
  readonly purpose: string
  readonly state: 'given' | 'withdrawn' | 'refused' | 'expired'
}

/** Consent in memory. The latest event for a person and purpose wins. */
export class MemoryConsent implements ConsentRegistry {
  readonly #events: FakeConsent[]

  constructor(events: readonly FakeConsent[] = []) {
    this.#events = [...events]
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
}
