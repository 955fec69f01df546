import {
  Approvals,
  Register,
  sha256,
  StatementStore,
  type DeployRequest,
  type EffectivePolicy,
  type Evidence,
  type HookContext,
  type Reason,
  type Statement,
  type Vote,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { approvedDigests, deployGate, openApprovals, openRegister } from '../src/index.js'
import { clockAt, statement, storeOf } from './fixtures.js'

const clock = clockAt('2026-06-01T00:00:00Z')
const request: DeployRequest = {
  modelDigest: sha256('model'),
  datasetDigest: sha256('dataset'),
  configDigest: sha256('config'),
  policyDigest: sha256('policy'),
  assessmentsDigest: sha256('assessments'),
  purpose: 'support',
  author: 'ada',
  assessments: [],
}
const source = (control: string) => ({ plugin: '@attestry/plugin-gdpr', control })
const nothing: EffectivePolicy = {
  network: { localOnly: null, hosts: [] },
  erasure: [],
  holds: [],
  identifiers: [],
  epsilon: null,
  metrics: [],
  approvals: null,
  encryption: null,
  auditEverySteps: null,
  retention: [],
  documents: [],
  conflicts: [],
}
const dpia = { value: 'dpia', sources: [source('GDPR-35')] }
const twoApprovals = { value: 2, sources: [source('ITGC-CM-1')] }

const attested = (kind: string, expires = '2027-01-01'): Statement => ({
  ...statement('attestation', 'dana', {
    kind,
    id: '1',
    title: 'x',
    role: 'dpo',
    purpose: 'support',
    dataset: request.datasetDigest,
    attestedAt: '2026-03-01T00:00:00Z',
    expires,
  }),
  roles: ['dpo'],
})
const approved = (signer: string, more: object = {}): Statement =>
  statement('approval', signer, {
    decision: 'approve',
    digests: approvedDigests(request),
    reason: 'read',
    role: 'approver',
    ...more,
  })

async function judge(
  policy: Partial<EffectivePolicy>,
  statements: readonly Statement[] = [],
): Promise<{ vote: Vote; reasons: readonly Reason[]; evidence: readonly Evidence[] }> {
  const evidence: Evidence[] = []
  const store = storeOf(statements)
  const services = new Map<unknown, unknown>([
    [StatementStore, store],
    [Register, openRegister(store, clock)],
    [Approvals, openApprovals(store, clock)],
  ])
  const context = {
    run: { runId: '01RUN' },
    policy: { ...nothing, ...policy },
    get: (token: unknown) => services.get(token),
    find: (token: unknown) => services.get(token),
    evidence: async (one: Evidence) => {
      evidence.push(one)
    },
  } as unknown as HookContext
  const vote = await deployGate(clock)(request, context)
  return { vote, reasons: vote.decision === 'abstain' ? [] : (vote.reasons ?? []), evidence }
}

describe('deploy gate', () => {
  it('permits when no plugin asks for anything, and says so', async () => {
    const { vote, evidence } = await judge({})
    expect(vote).toEqual({
      decision: 'permit',
      reasons: [{ code: 'GOV-NOTHING-ASKED', note: 'no plugin asks for documents or approvals', kind: 'met' }],
    })
    expect(evidence).toEqual([])
  })

  it('waits for a missing document with the command that mends it', async () => {
    const { vote } = await judge({ documents: [dpia] }, [attested('baa')])
    expect(vote).toEqual({
      decision: 'deny',
      reasons: [
        {
          code: 'GOV-E006',
          note: "document 'dpia' is missing: nobody has attested it",
          kind: 'pending',
          control: 'GDPR-35',
          help: 'attestry attest --kind dpia --as <principal> --title "..." --expires <date>',
        },
      ],
    })
  })

  it('waits for a document that has expired', async () => {
    const { vote, reasons, evidence } = await judge({ documents: [dpia] }, [attested('dpia', '2026-05-01')])
    expect(vote.decision).toBe('deny')
    expect(reasons[0]).toMatchObject({
      code: 'GOV-E007',
      note: "document 'dpia' expired on 2026-05-01",
      kind: 'pending',
    })
    expect(evidence[0]).toMatchObject({ type: 'attestation', outcome: 'fail', facts: { state: 'stale' } })
  })

  it('permits on an attested document, and records who vouched for it', async () => {
    const document = attested('dpia')
    const { vote, reasons, evidence } = await judge({ documents: [dpia] }, [document])
    expect(vote.decision).toBe('permit')
    expect(reasons).toEqual([
      { code: 'GOV-DOCUMENT', note: "document 'dpia' is attested by dana", kind: 'met', control: 'GDPR-35' },
    ])
    expect(evidence).toEqual([
      {
        type: 'attestation',
        controls: ['GDPR-35'],
        outcome: 'pass',
        subjects: [
          { name: 'dataset', digest: request.datasetDigest },
          { name: 'attestation dpia', digest: document.digest },
        ],
        facts: {
          document: 'dpia',
          state: 'present',
          purpose: 'support',
          signer: 'dana',
          statement: document.digest,
          expires: '2027-01-01',
        },
      },
    ])
  })

  it('does not support a control with one document while another of the same control is missing', async () => {
    const documents = [dpia, { value: 'legal-basis', sources: [source('GDPR-35'), source('GDPR-6')] }]
    const { evidence } = await judge({ documents }, [attested('legal-basis')])
    expect(evidence.map(({ controls, outcome }) => [outcome, controls])).toEqual([
      ['fail', ['GDPR-35']],
      ['pass', ['GDPR-6']],
    ])
  })

  it('counts approvals, and says which are void and why', async () => {
    const { vote, evidence } = await judge({ approvals: twoApprovals }, [
      approved('bo'),
      approved('ada'),
      approved('cy', { digests: { ...approvedDigests(request), model: sha256('other') } }),
    ])
    expect(vote).toEqual({
      decision: 'deny',
      reasons: [
        {
          code: 'GOV-E008',
          note: '1 of 2 approvals; void: ada: the author cannot approve; cy: names another model',
          kind: 'pending',
          control: 'ITGC-CM-1',
          help: 'attestry approve 01RUN --as <principal>',
        },
      ],
    })
    expect(evidence[0]).toMatchObject({ type: 'approvals', controls: ['ITGC-CM-1'], outcome: 'fail' })
  })

  it('permits on enough approvals, and records them over the digests', async () => {
    const { vote, reasons, evidence } = await judge({ approvals: twoApprovals }, [approved('cy'), approved('bo')])
    expect(vote.decision).toBe('permit')
    expect(reasons).toEqual([
      { code: 'GOV-APPROVALS', note: '2 of 2 approvals: bo, cy', kind: 'met', control: 'ITGC-CM-1' },
    ])
    expect(evidence[0]).toMatchObject({
      outcome: 'pass',
      facts: { needed: 2, author: 'ada', rejectedBy: [] },
    })
    expect(evidence[0]!.subjects?.map(({ name }) => name)).toEqual([
      'model',
      'dataset',
      'config',
      'policy',
      'assessments',
    ])
  })

  it('refuses what somebody rejected, however many approve, and even when nobody asked for approvals', async () => {
    const statements = [approved('bo'), approved('cy'), approved('dee', { decision: 'reject' })]
    for (const approvals of [twoApprovals, null]) {
      const { vote, reasons } = await judge({ approvals }, statements)
      expect(vote.decision).toBe('deny')
      expect(reasons).toEqual([expect.objectContaining({ code: 'GOV-E009', note: 'rejected by dee', kind: 'refused' })])
    }
  })

  it('lists at most five void approvals', async () => {
    const voided = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(signer => approved(signer, { expires: '2020-01-01' }))
    const { reasons } = await judge({ approvals: twoApprovals }, voided)
    expect(reasons[0]!.note).toMatch(/^0 of 2 approvals; void: a: expired; .*e: expired; 2 more$/)
  })

  it('records the retention schedule with the resolution of a conflict', async () => {
    const retention = [
      {
        value: { dataClass: 'training-data', min: 'P7Y' as const, max: 'P7Y' as const, trigger: 'end of training' },
        sources: [source('SOX-802'), source('GDPR-5(1)(e)')],
      },
    ]
    const resolution = {
      statement: sha256('resolution'),
      signer: 'dana',
      legalBasis: 'a statute',
      scope: 'invoices',
      decision: { keep: 'P7Y' as const },
      expires: '2030-01-01',
    }
    const conflict = { id: 'retain:training-data', kind: 'retain' as const, demands: [], resolution }
    const { evidence } = await judge({ retention, conflicts: [conflict] })
    expect(evidence).toEqual([
      {
        type: 'retention-schedule',
        controls: ['GDPR-5(1)(e)', 'SOX-802'],
        outcome: 'pass',
        facts: {
          classes: [expect.objectContaining({ dataClass: 'training-data', min: 'P7Y', triggerDate: null, resolution })],
        },
      },
    ])
    const open = await judge({ retention, conflicts: [{ ...conflict, resolution: null }] })
    expect(open.evidence[0]!.outcome).toBe('fail')
  })
})
