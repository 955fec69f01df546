import {
  AccessControl,
  sha256,
  ulid,
  type AccessDecision,
  type DeployRequest,
  type Evidence,
  type HookContext,
  type Reason,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { openAccessControl, shippedPolicies } from '../src/access/access-control.js'
import { accessStands } from '../src/access/access-gate.js'
import { grantRole, reviewGrant, revokeRole } from '../src/access/change-grants.js'
import { parsePolicies } from '../src/access/policies.js'
import { roleWindow } from '../src/access/role-window.js'
import { openApprovals } from '../src/index.js'
import { acting, type TestContext } from './access-fixtures.js'
import { clockAt, statement, storeOf } from './fixtures.js'

const time = '2026-06-01T09:00:00Z'
const runId = ulid(clockAt('2026-06-02T09:00:00Z'))
const request = { author: 'dana', purpose: 'support' } as DeployRequest

/** A workspace in which emil is admin, made so by fred. */
async function governed(): Promise<TestContext> {
  const context = acting('fred', time)
  await grantRole(context, { principal: 'emil', role: 'admin' })
  return { ...context, actor: 'emil' }
}

async function judge(
  context: TestContext,
  now: string,
  access: AccessControl = openAccessControl({ ...context, clock: clockAt(now) }),
): Promise<{ readonly reasons: readonly Reason[]; readonly evidence: readonly Evidence[] }> {
  const evidence: Evidence[] = []
  const hook = {
    run: { runId },
    find: () => access,
    evidence: async (one: Evidence) => void evidence.push(one),
  } as unknown as HookContext
  return { reasons: await accessStands(request, hook, clockAt(now)), evidence }
}

describe('access at the gate', () => {
  it('has nothing to show where nobody ever granted anything', async () => {
    const context = acting('fred', time)
    expect(await judge(context, time)).toEqual({ reasons: [], evidence: [] })
    expect(context.log.events).toEqual([])
  })

  it('waits until the author has a role that may run', async () => {
    const context = await governed()
    const before = await judge(context, time)
    expect(before.reasons).toMatchObject([{ code: 'GOV-E408', kind: 'pending' }])
    expect(before.evidence).toMatchObject([{ outcome: 'fail', facts: { authorMayRun: false, denyByDefault: true } }])
    await grantRole(context, { principal: 'dana', role: 'engineer' })
    expect(await judge(context, time)).toEqual({
      reasons: [],
      evidence: [
        {
          type: 'access-control',
          controls: [],
          outcome: 'pass',
          facts: {
            policyDigest: shippedPolicies().digest,
            grants: 2,
            expired: 0,
            revoked: 0,
            refused: 0,
            unreviewed: 0,
            denyByDefault: true,
            authorMayRun: true,
            by: ['engineer-runs'],
          },
        },
      ],
    })
    await revokeRole(context, { principal: 'dana', role: 'engineer' })
    expect((await judge(context, time)).reasons).toMatchObject([{ code: 'GOV-E408' }])
  })

  it('tells policies the purpose, so that one may forbid it, and names the policy', async () => {
    const context = await governed()
    await grantRole(context, { principal: 'dana', role: 'engineer' })
    const no =
      '@id("no-support") forbid (principal, action == Action::"run", resource is Run) when { context has purpose && context.purpose == "support" };'
    const { reasons } = await judge({ ...context, policies: parsePolicies(no) }, time)
    expect(reasons).toMatchObject([{ code: 'GOV-E408', note: expect.stringContaining('no-support') as string }])
  })

  it('fails in evidence while a grant waits for its review, and records who was asked about what', async () => {
    const context = await governed()
    await grantRole(context, { principal: 'dana', role: 'engineer' })
    const late = '2026-12-02T00:00:00Z'
    const { reasons, evidence } = await judge(context, late)
    expect(reasons).toEqual([])
    expect(evidence).toMatchObject([{ outcome: 'fail', facts: { unreviewed: 2 } }])
    const asked = context.log.events.filter(({ type }) => type === 'attestry.access.decided')
    expect(asked.slice(-5).map(({ actor, result }) => `${actor} ${result}`)).toEqual([
      ...Array<string>(4).fill('principal without a grant denied'),
      'dana ok',
    ])
    await grantRole({ ...context, clock: clockAt(late) }, { principal: 'ruth', role: 'auditor' })
    const then = { ...context, clock: clockAt(late), actor: 'ruth' }
    for (const [principal, role] of [
      ['dana', 'engineer'],
      ['emil', 'admin'],
    ] as const)
      await reviewGrant(then, { principal, role })
    expect((await judge(context, late)).evidence).toMatchObject([
      { outcome: 'pass', facts: { unreviewed: 0, grants: 3 } },
    ])
  })

  it('refuses where somebody without a grant is allowed something, whoever decides', async () => {
    const context = await governed()
    const everything: AccessControl = {
      policyDigest: sha256('everything'),
      grants: () => openAccessControl(context).grants(),
      decide: async (): Promise<AccessDecision> => ({
        decision: 'allow',
        by: ['all'],
        policyDigest: sha256('everything'),
      }),
    }
    const { reasons, evidence } = await judge(context, time, everything)
    expect(reasons).toMatchObject([{ code: 'GOV-E409', kind: 'refused' }])
    expect(evidence).toMatchObject([{ outcome: 'fail', facts: { denyByDefault: false } }])
  })
})

describe('a decision', () => {
  it('that cannot be recorded is none', async () => {
    const context = await governed()
    const log = { ...context.log, append: () => Promise.reject(new Error('disk full')) } as never
    const access = openAccessControl({ ...context, log })
    await expect(access.decide({ principal: 'emil', action: 'grant', resource: 'workspace' })).rejects.toThrow(
      'disk full',
    )
  })

  it('repeats nothing in the log that is no name, action or resource', async () => {
    const context = await governed()
    const secret = 'hunter2 \u0007'
    await openAccessControl(context).decide({ principal: secret, action: secret, resource: secret })
    const { actor, payload, result, objects } = context.log.events.at(-1)!
    expect({ actor, payload, result, objects }).toEqual({
      actor: 'access-control',
      result: 'denied',
      objects: [shippedPolicies().digest],
      payload: { decision: 'deny', by: ['rule:named-principals-only'], action: null, resource: null },
    })
  })
})

describe('approvals where roles are granted', () => {
  const digests = { model: sha256('model') }
  const approved = statement('approval', 'gil', { decision: 'approve', digests, reason: 'read', role: 'approver' })
  const valid = async (context: TestContext, run: string) => {
    const access = openAccessControl(context)
    const now = clockAt('2026-06-03T00:00:00Z')
    const approvals = openApprovals(storeOf([approved]), now, () => roleWindow(access, run))
    return (await approvals.valid({ digests, author: 'dana' })).approvals.length
  }

  it('count when the role was held since before the run began', async () => {
    expect(await valid(acting('fred', time), runId)).toBe(1)
    const context = await governed()
    expect(await valid(context, runId)).toBe(0)
    await grantRole(context, { principal: 'gil', role: 'approver' })
    expect(await valid(context, runId)).toBe(1)
    expect(await valid(context, ulid(clockAt('2026-06-01T08:59:59Z')))).toBe(0)
    expect(await valid(context, 'run of an unknown time')).toBe(0)
  })
})
