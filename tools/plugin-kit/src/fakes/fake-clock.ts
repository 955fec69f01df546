import type { Clock } from '@attestry/core'

/** A clock that stands still until it is told to move. */
export class FakeClock implements Clock {
  #now: number

  /** @param start ISO 8601 instant; 2026-11-23 unless given */
  constructor(start: string = '2026-11-23T00:00:00.000Z') {
    this.#now = new Date(start).getTime()
  }

  now(): number {
    return this.#now
  }

  /** Moves on by milliseconds; negative moves back, as real clocks do at times. */
  advance(milliseconds: number): void {
    this.#now += milliseconds
  }
}
