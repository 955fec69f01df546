import { describe, expect, it } from 'vitest'
import { Approvals, sha256, type ApprovalRequest, type DeployRequest } from '@attestry/core'
import { runPlugin, service, type FakeApproval, type PluginRun } from '@attestry/plugin-kit'
import { sox } from '../src/index.js'
import { inputOf, run as anyRun, state, type Case } from './ready-run.js'

const run = ({ changeTicket = null, ...given }: Case): Promise<PluginRun> => anyRun({ changeTicket, ...given })

const withApprovals = (approvals: Approvals) => {
  const input = inputOf()
  const others = input.services!.filter(({ token }) => token !== Approvals)
  return { ...input, services: [...others, service(Approvals, approvals)] }
}

const ticket = { changeTicket: 'CHG-1042' }
describe('change control at deployment', () => {
  it('permits a requested, tested change that two other people approved', async () => {
    const done = await run(ticket)
    expect(done.verdict).toMatchObject({
      decision: 'permit',
      reasons: [
        { kind: 'met', note: 'change CHG-1042 is tested and approved by 2 people other than its author' },
        { kind: 'met', note: '12 rows of the source are used, dropped or quarantined' },
      ],
    })
    expect(state(done, 'ITGC-CM-1')).toBe('present')
  })

  it('refuses a change without a ticket: another config needs another run', async () => {
    const done = await run({})
    expect(done.verdict).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'SOX-E001', kind: 'refused', control: 'ITGC-CM-1' }],
    })
    expect(state(done, 'ITGC-CM-1')).toBe('failed')
  })

  it.each([
    ['nothing was assessed', []],
    ['every metric came out as not assessed', [{ metric: 'accuracy', value: null, n: 3 }]],
  ])('refuses a change when %s', async (_, assessments) => {
    const done = await run({ ...ticket, assessments })
    expect(done.verdict).toMatchObject({ decision: 'deny', reasons: [{ code: 'SOX-E003', kind: 'refused' }] })
    expect(state(done, 'ITGC-CM-1')).toBe('failed')
  })

  it.each<[string, readonly FakeApproval[], number, number]>([
    ['nobody approved', [], 0, 0],
    ['one person approved', [{ signer: 'bob' }], 1, 0],
    ['the author approved too', [{ signer: 'ada' }, { signer: 'bob' }], 1, 1],
    ['one person approved with two keys', [{ signer: 'bob' }, { signer: 'bob', keyId: 'other' }], 1, 1],
    [
      'two names share a key',
      [
        { signer: 'bob', keyId: 'k' },
        { signer: 'cyd', keyId: 'k' },
      ],
      1,
      1,
    ],
    [
      'one of them approved other digests',
      [{ signer: 'bob' }, { signer: 'cyd', digests: { model: sha256('x') } }],
      1,
      1,
    ],
  ])('waits when %s', async (_, approvals, counted, voided) => {
    const done = await run({ ...ticket, approvals })
    const [reason] = done.verdict?.reasons ?? []
    expect(done.verdict?.decision).toBe('deny')
    expect(reason).toMatchObject({ code: 'SOX-E002', kind: 'pending', control: 'ITGC-CM-2' })
    expect(reason?.note).toBe(
      `${counted} independent ${counted === 1 ? 'approval' : 'approvals'} < 2 required${voided ? `; ${voided} void` : ''}`,
    )
    expect(done.evidence.map(({ type }) => type)).toEqual(['control-totals'])
  })

  it('counts again, so that an approvals service that is wrong lets nobody approve alone', async () => {
    const careless: Approvals = {
      valid: async () => ({
        approvals: [
          { signer: 'ada', keyId: '1', roles: [], statement: sha256('1') },
          { signer: 'bob', keyId: '2', roles: [], statement: sha256('2') },
          { signer: 'bob', keyId: '3', roles: [], statement: sha256('3') },
        ],
        void: [],
      }),
    }
    const { verdict } = await runPlugin(sox({}), withApprovals(careless))
    expect(verdict?.reasons).toMatchObject([{ code: 'SOX-E002', kind: 'pending' }])
  })

  it('tells everything that is missing at once', async () => {
    const { verdict } = await run({ approvals: [], assessments: [] })
    expect(verdict?.reasons.map(({ code }) => code).sort()).toEqual(['SOX-E001', 'SOX-E002', 'SOX-E003'])
  })

  it('asks for more approvals when the options say so', async () => {
    expect((await run({ ...ticket, options: { approvals: 3 } })).verdict?.reasons).toMatchObject([
      { code: 'SOX-E002', note: '2 independent approvals < 3 required' },
    ])
  })

  it('asks for approvals over exactly the five digests of the request', async () => {
    const asked: ApprovalRequest[] = []
    const listening: Approvals = {
      valid: async request => {
        asked.push(request)
        return { approvals: [], void: [] }
      },
    }
    const digests: Partial<DeployRequest> = {
      modelDigest: sha256('m'),
      datasetDigest: sha256('d'),
      configDigest: sha256('c'),
      policyDigest: sha256('p'),
      assessmentsDigest: sha256('a'),
    }
    await runPlugin(sox({}), { ...withApprovals(listening), deploy: digests })
    expect(asked).toEqual([
      {
        digests: {
          model: sha256('m'),
          dataset: sha256('d'),
          config: sha256('c'),
          policy: sha256('p'),
          assessments: sha256('a'),
        },
        author: 'ada',
      },
    ])
  })

  it('records who approved by statement and key, with what was approved', async () => {
    const { evidence } = await run(ticket)
    expect(evidence).toMatchObject([
      {
        type: 'segregation-of-duties',
        controls: ['ITGC-CM-2'],
        outcome: 'pass',
        facts: { required: 2, counted: 2, approvals: [{ keyId: 'key-bob' }, { keyId: 'key-cyd' }] },
      },
      { type: 'change-control', controls: ['ITGC-CM-1'], outcome: 'pass', facts: { changeTicket: 'CHG-1042' } },
      { type: 'control-totals' },
    ])
    expect(evidence[0]?.subjects?.map(({ name }) => name)).toEqual([
      'model',
      'dataset',
      'config',
      'policy',
      'assessments',
    ])
  })
})
