import type { CheckSchedules, ScheduledCheck } from '@attestry/core'

/** One check by the calendar; what is left out is filled with a check that has run once and missed nothing. */
export type FakeCheck = Pick<ScheduledCheck, 'name'> & Partial<ScheduledCheck>

/** Checks by the calendar, as given. */
export class MemorySchedules implements CheckSchedules {
  readonly #checks: readonly FakeCheck[]

  constructor(checks: readonly FakeCheck[] = []) {
    this.#checks = checks
  }

  async list(): Promise<readonly ScheduledCheck[]> {
    return this.#checks.map(check => ({
      frequency: 'daily',
      checks: ['bias_drift'],
      channels: [],
      createdAt: '2026-11-01T00:00:00.000Z',
      lastRun: '2026-11-22T00:00:00.000Z',
      lastOutcome: 'ok',
      nextDue: '2026-11-23T00:00:00.000Z',
      missed: [],
      ...check,
    }))
  }
}
