import { Retention, type EffectivePolicy, type Evidence, type HookContext } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { disposeDue, openRetention, placeHold } from '../src/index.js'
import { overdueRetention, recordEndOfTraining } from '../src/retention/retention-gate.js'
import { clockAt } from './fixtures.js'
import { disposalAt, policyOf, rule, runId, workspaceWithRun } from './retention-fixtures.js'

const policy = policyOf(rule('training-data', null, 'P30D'), rule('documentation', 'P6Y', null, 'creation'))

function contextAt(workspace: string, now: string): HookContext & { readonly written: Evidence[] } {
  const written: Evidence[] = []
  const retention = openRetention({ workspace, clock: clockAt(now) })
  return {
    run: { runId },
    policy: policy as unknown as EffectivePolicy,
    find: (token: unknown) => (token === Retention ? retention : undefined),
    evidence: async (one: Evidence) => void written.push(one),
    written,
  } as unknown as HookContext & { readonly written: Evidence[] }
}

describe('retention at the gate', () => {
  it('begins the periods that count from the end of training once, however often a run is evaluated', async () => {
    const workspace = workspaceWithRun(policy)
    for (const now of ['2026-01-31T08:00:00Z', '2026-02-20T08:00:00Z'])
      await recordEndOfTraining(contextAt(workspace, now))
    const items = await openRetention({ workspace, clock: clockAt('2026-02-21T00:00:00Z') }).items()
    expect(items.find(({ dataClass }) => dataClass === 'training-data')).toMatchObject({
      state: 'disposable',
      disposeBy: '2026-03-02',
    })
    expect(items.find(({ dataClass }) => dataClass === 'documentation')).toMatchObject({ state: 'no-trigger' })
  })

  it('waits while something is kept past its period, until it is disposed of', async () => {
    const workspace = workspaceWithRun(policy)
    await recordEndOfTraining(contextAt(workspace, '2026-01-31T08:00:00Z'))
    const inTime = contextAt(workspace, '2026-03-02T08:00:00Z')
    expect(await overdueRetention(inTime)).toEqual([])
    expect(inTime.written).toMatchObject([
      { type: 'retention-state', outcome: 'pass', facts: { items: 3, overdue: 0 } },
    ])

    const late = contextAt(workspace, '2026-03-03T08:00:00Z')
    expect(await overdueRetention(late)).toEqual([
      {
        code: 'GOV-E206',
        note: "2 of class 'training-data' kept past the end of the period",
        kind: 'pending',
        control: 'C-1',
        help: 'attestry retention dispose',
      },
    ])
    expect(late.written).toMatchObject([
      { outcome: 'fail', controls: ['C-1'], facts: { overdue: 2, overdueClasses: ['training-data'] } },
    ])

    await disposeDue(disposalAt(workspace, '2026-03-03T09:00:00Z'))
    const done = contextAt(workspace, '2026-03-03T10:00:00Z')
    expect(await overdueRetention(done)).toEqual([])
    expect(done.written).toMatchObject([{ outcome: 'pass', facts: { items: 1, overdue: 0, disposed: 2 } }])
  })

  it('does not call overdue what is held', async () => {
    const workspace = workspaceWithRun(policy)
    await recordEndOfTraining(contextAt(workspace, '2026-01-31T08:00:00Z'))
    await placeHold(disposalAt(workspace, '2026-02-01T00:00:00Z'), { id: 'LH-1', dataClass: '*', reason: 'case 7' })
    const late = contextAt(workspace, '2026-05-01T00:00:00Z')
    expect(await overdueRetention(late)).toEqual([])
    expect(late.written).toMatchObject([{ outcome: 'pass', facts: { overdue: 0, held: 5 } }])
  })

  it('says nothing where nobody demands a period or a hold', async () => {
    const workspace = workspaceWithRun(policy)
    const context = {
      ...contextAt(workspace, '2026-05-01T00:00:00Z'),
      policy: policyOf() as unknown as EffectivePolicy,
    }
    expect(await overdueRetention(context)).toEqual([])
    expect(context.written).toEqual([])
  })
})
