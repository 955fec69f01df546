import {
  CheckSchedules,
  type DeployRequest,
  type Evidence,
  type HookContext,
  type ScheduledCheck,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { recordScheduledChecks } from '../src/index.js'

const clock = { now: () => Date.parse('2026-06-01T12:00:00Z') }
const calm: ScheduledCheck = {
  name: 'nightly',
  frequency: 'daily',
  checks: ['bias_drift', 'data_quality'],
  channels: ['email'],
  createdAt: '2026-01-01T00:00:00.000Z',
  lastRun: '2026-06-01T00:00:00.000Z',
  lastOutcome: 'ok',
  nextDue: '2026-06-02T00:00:00.000Z',
  missed: [],
}

async function recorded(checks: readonly ScheduledCheck[] | undefined): Promise<readonly Evidence[]> {
  const all: Evidence[] = []
  const context = {
    find: (token: unknown) => (token === CheckSchedules && checks ? { list: async () => checks } : undefined),
    evidence: async (one: Evidence) => void all.push(one),
  } as unknown as HookContext
  expect(await recordScheduledChecks(clock)({} as DeployRequest, context)).toEqual({ decision: 'abstain' })
  return all
}

describe('evidence of schedules', () => {
  it('passes when nothing was missed, waits or failed', async () => {
    const [evidence] = await recorded([calm, { ...calm, name: 'leaks', lastOutcome: 'alerts' }])
    expect(evidence).toMatchObject({
      type: 'scheduled-checks',
      controls: [],
      outcome: 'pass',
      facts: {
        checks: [{ name: 'nightly', frequency: 'daily', checks: calm.checks, channels: ['email'] }, { name: 'leaks' }],
        missed: [],
        missedEarlier: 0,
        overdue: [],
        failed: [],
      },
    })
  })

  it.each([
    [{ missed: ['2026-05-30T00:00:00.000Z'] }, { missed: ['nightly 2026-05-30T00:00:00.000Z'] }],
    [{ nextDue: '2026-06-01T10:59:00.000Z' }, { overdue: ['nightly'] }],
    [{ lastOutcome: 'failed' as const }, { failed: ['nightly'] }],
  ])('fails with %j', async (change, facts) => {
    expect(await recorded([{ ...calm, ...change }])).toMatchObject([{ outcome: 'fail', facts }])
  })

  it('counts what was missed more than a quarter ago, and no longer fails for it', async () => {
    expect(await recorded([{ ...calm, missed: ['2026-02-28T00:00:00.000Z'] }])).toMatchObject([
      { outcome: 'pass', facts: { missed: [], missedEarlier: 1 } },
    ])
  })

  it('gives a run that is due a grace of an hour', async () => {
    expect(await recorded([{ ...calm, nextDue: '2026-06-01T11:01:00.000Z' }])).toMatchObject([{ outcome: 'pass' }])
  })

  it('is not made without schedules', async () => {
    expect(await recorded([])).toEqual([])
    expect(await recorded(undefined)).toEqual([])
  })
})
