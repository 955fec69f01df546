import type { Duration, EffectivePolicy } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retentionSchedule, retentionState, type Hold } from '../src/index.js'

const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
const state = (more: Partial<Parameters<typeof retentionState>[0]>) =>
  retentionState({ min: null, max: null, trigger: day('2026-01-31'), holds: [], now: day('2026-02-01'), ...more })

describe('retention', () => {
  it('is not disposable while the trigger has not happened', () => {
    expect(state({ trigger: null, min: 'P1M', max: 'P2M' })).toEqual({
      state: 'no-trigger',
      keepUntil: null,
      disposeBy: null,
      heldBy: [],
    })
  })

  it('keeps until the minimum has passed, then is disposable until the maximum, then overdue', () => {
    const rule = { min: 'P1M', max: 'P2M' } as const
    expect(state({ ...rule, now: day('2026-02-27') }).state).toBe('keep')
    expect(state({ ...rule, now: day('2026-02-28') })).toEqual({
      state: 'disposable',
      keepUntil: '2026-02-28',
      disposeBy: '2026-03-31',
      heldBy: [],
    })
    expect(state({ ...rule, now: new Date('2026-03-31T23:59:59Z') }).state).toBe('disposable')
    expect(state({ ...rule, now: day('2026-04-01') }).state).toBe('overdue')
  })

  it.each([
    ['2024-02-29', 'P1Y', '2025-02-28'],
    ['2024-02-29', 'P4Y', '2028-02-29'],
    ['2026-08-31', 'P1M', '2026-09-30'],
    ['2026-03-28', 'P1D', '2026-03-29'],
    ['2025-12-31', 'P6Y', '2031-12-31'],
  ] as const)('from %s, %s ends on %s', (trigger, min, expected) => {
    expect(state({ trigger: day(trigger), min }).keepUntil).toBe(expected)
  })

  it('counts from the UTC date, whatever the hour', () => {
    expect(state({ trigger: new Date('2026-01-31T23:59:59Z'), min: 'P1M' }).keepUntil).toBe('2026-02-28')
  })

  it('calls a minimum that ends after the maximum a conflict, and picks neither', () => {
    expect(state({ min: 'P7Y', max: 'P1Y', now: day('2040-01-01') }).state).toBe('conflict')
  })

  const hold = (id: string, from: string, releasedAt: string | null): Hold => ({
    id,
    from: day(from),
    releasedAt: releasedAt === null ? null : day(releasedAt),
  })

  it('is held while any hold is open, whatever the maximum says', () => {
    const holds = [hold('a', '2026-01-01', '2026-02-01'), hold('b', '2026-01-15', null), hold('c', '2050-01-01', null)]
    expect(state({ max: 'P1M', holds, now: day('2030-01-01') })).toMatchObject({
      state: 'held',
      disposeBy: null,
      heldBy: ['b'],
    })
    expect(state({ trigger: null, holds }).state).toBe('held')
  })

  it('moves the due day to the release of a hold that was open on it, over overlapping holds', () => {
    const holds = [hold('b', '2026-04-01', '2026-07-01'), hold('a', '2026-02-01', '2026-05-01')]
    const late = hold('late', '2026-09-01', '2026-10-01')
    expect(state({ max: 'P1M', holds, now: day('2026-07-01') })).toMatchObject({
      state: 'disposable',
      disposeBy: '2026-07-01',
    })
    expect(state({ max: 'P1M', holds: [...holds, late], now: day('2026-11-01') })).toMatchObject({
      state: 'overdue',
      disposeBy: '2026-07-01',
    })
  })

  it('never becomes less disposable as time passes without holds', () => {
    const rank = { 'no-trigger': 0, keep: 0, held: 0, conflict: 0, disposable: 1, overdue: 2 }
    const months = fc.integer({ min: 1, max: 60 }).map(n => `P${n}M` as Duration)
    const time = fc.date({ min: day('2020-01-01'), max: day('2035-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(fc.option(months), fc.option(months), time, time, time, (min, max, trigger, a, b) => {
        const [early, late] = a < b ? [a, b] : [b, a]
        const at = (now: Date) => retentionState({ min, max, trigger, holds: [], now })
        expect(rank[at(late).state]).toBeGreaterThanOrEqual(rank[at(early).state])
      }),
    )
  })
})

describe('retention schedule', () => {
  const rule = (dataClass: string, min: Duration | null, max: Duration | null) => ({
    value: { dataClass, min, max, trigger: 'end of training' },
    sources: [{ plugin: 'p', control: 'C-1' }],
  })
  const conflict = { id: 'retain:training-data', kind: 'retain', demands: [], resolution: null } as const
  const policy = (conflicts: EffectivePolicy['conflicts']) => ({
    retention: [rule('training-data', 'P1Y', 'P7Y'), rule('__proto__', null, 'P30D')],
    conflicts,
  })

  it('gives days for a known trigger and none for an unknown one', () => {
    const [known, unknown] = retentionSchedule(policy([]), { 'training-data': day('2026-01-01') })
    expect(known).toEqual({
      dataClass: 'training-data',
      min: 'P1Y',
      max: 'P7Y',
      trigger: 'end of training',
      triggerDate: '2026-01-01',
      keepUntil: '2027-01-01',
      disposeBy: '2033-01-01',
      controls: ['C-1'],
      resolution: null,
      isInConflict: false,
    })
    expect(unknown).toMatchObject({ triggerDate: null, keepUntil: null, disposeBy: null })
  })

  it('gives no day while a conflict is open, and names the resolution once there is one', () => {
    const dates = { 'training-data': day('2026-01-01') }
    expect(retentionSchedule(policy([conflict]), dates)[0]).toMatchObject({ isInConflict: true, keepUntil: null })
    const resolution = {
      statement: 'sha256:00',
      signer: 'dana',
      legalBasis: 'a statute',
      scope: 'invoices',
      decision: { keep: 'P7Y' },
      expires: '2030-01-01',
    } as const
    expect(retentionSchedule(policy([{ ...conflict, resolution }]), dates)[0]).toMatchObject({
      isInConflict: false,
      keepUntil: '2027-01-01',
      resolution,
    })
  })
})
