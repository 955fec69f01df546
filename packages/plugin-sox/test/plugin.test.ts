import { describe, expect, it } from 'vitest'
import { Approvals, combinePolicy, definePlugin, honourErasure, retain } from '@attestry/core'
import { conformance, MemoryApprovals, service } from '@attestry/plugin-kit'
import { sox } from '../src/index.js'

conformance(sox, {
  options: {},
  refused: [{ approvals: 1 }, { approvals: 2.5 }, { keepAtLeast: 'seven years' }, { auditEverySteps: 0 }],
  inputs: () => [
    { deploy: { assessments: [{ metric: 'accuracy', value: 0.9, n: 100 }] } },
    {
      config: { deployment: { changeTicket: 'CHG-1' } },
      services: [service(Approvals, new MemoryApprovals([{ signer: 'bob' }, { signer: 'cyd' }]))],
      deploy: { assessments: [{ metric: 'accuracy', value: 0.9, n: 100 }] },
    },
  ],
  freshness: { now: new Date('2026-11-23T00:00:00Z'), checkedWithin: 'P12M' },
})

describe('what the SOX plugin demands', () => {
  it('needs two approvals, keeps records seven years, and a training record every ten steps', () => {
    const policy = combinePolicy([sox({})])
    expect(policy.approvals?.value).toBe(2)
    expect(policy.auditEverySteps?.value).toBe(10)
    expect(policy.retention.map(({ value }) => [value.dataClass, value.min, value.max])).toEqual([
      ['change-records', 'P7Y', null],
      ['training-data', 'P7Y', null],
    ])
  })

  it('takes other numbers from the options', () => {
    const policy = combinePolicy([sox({ approvals: 3, keepAtLeast: 'P10Y', auditEverySteps: 1 })])
    expect(policy.approvals?.value).toBe(3)
    expect(policy.auditEverySteps?.value).toBe(1)
    expect(policy.retention.map(({ value }) => value.min)).toEqual(['P10Y', 'P10Y'])
  })

  it('meets a limit of storage as a conflict that names both sides', () => {
    const limiter = definePlugin(() => ({
      name: 'limiter',
      version: '1.0.0',
      core: '^0.1.0',
      obligations: [retain({ dataClass: 'training-data', max: 'P2Y', trigger: 'end of training' }, 'GDPR-5(1)(e)')],
    }))
    expect(combinePolicy([sox({}), limiter()]).conflicts).toMatchObject([
      { id: 'retain:training-data', demands: [{ control: '17-CFR-210.2-06' }, { control: 'GDPR-5(1)(e)' }] },
    ])
  })

  it('starts without options at all', () => {
    expect((sox as (options?: object) => ReturnType<typeof sox>)().name).toBe('@attestry/plugin-sox')
  })
})

describe('a hold', () => {
  it('keeps training data, and meets erasure on request as a conflict', () => {
    const erasing = definePlugin(() => ({
      name: 'erasing',
      version: '1.0.0',
      core: '^0.1.0',
      obligations: [honourErasure('training-data', 'ERASE-1')],
    }))
    const conflicts = (holds: readonly string[]) => combinePolicy([sox({ holds }), erasing()]).conflicts
    expect(conflicts(['2026-HOLD-1'])).toMatchObject([
      { id: 'erase:training-data', demands: [{ control: 'ERASE-1' }, { control: 'SOX-802' }] },
    ])
    expect(conflicts([])).toEqual([])
  })
})
