import fc from 'fast-check'
import { digestOf, type AccessRequest } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { accessActions } from '../src/access/cedar-schema.js'
import { accessRules, judgeAccess } from '../src/access/judge.js'
import { parsePolicies } from '../src/access/policies.js'
import { accessRoles } from '../src/access/roles.js'

const shipped = parsePolicies()
const ask = (roles: readonly string[], action: string, more: Partial<AccessRequest> = {}) =>
  judgeAccess(shipped, roles, { principal: 'dana', action, resource: 'workspace', ...more })

const someRoles = fc.subarray(accessRoles.map(({ role }) => role))
const someAction = fc.constantFrom(...accessActions)
const someResource = fc.constantFrom('workspace', 'run/01JD8T', 'dataset/cards', 'model/a', 'log/b')
const someContext = fc.record(
  { author: fc.constantFrom('dana', 'emil'), emergency: fc.boolean(), rows: fc.nat(), purpose: fc.string() },
  { requiredKeys: [] },
)
const somebody = fc.constantFrom('dana', 'emil', 'principal without a grant')
const someRequest: fc.Arbitrary<AccessRequest> = fc.record({
  principal: somebody,
  action: someAction,
  resource: someResource,
  context: someContext,
})

/** Policies of all kinds: permits for roles, people and actions, forbids for anybody. */
const somePolicy = fc
  .record({
    isPermit: fc.boolean(),
    of: fc.constantFrom('principal in Role::"engineer"', 'principal == Principal::"dana"', 'principal in Role::"x"'),
    action: fc.constantFrom(...accessActions.slice(0, 6)),
    when: fc.constantFrom('', ' when { context has emergency && context.emergency }', ' unless { resource is Run }'),
  })
  .map(
    ({ isPermit, of, action, when }) =>
      `${isPermit ? 'permit' : 'forbid'} (${of}, action == Action::"${action}", resource)${when};`,
  )
/** Shipped policies and others, by id, without the check against the schema: it is slow, and proven elsewhere. */
const withPolicies = (policies: readonly string[], ids: string) => {
  const byId = { ...shipped.byId, ...Object.fromEntries(policies.map((text, index) => [`${ids}-${index}`, text])) }
  return { byId, digest: digestOf(byId) }
}
const named = (policies: readonly string[], prefix: string): readonly string[] =>
  policies.map((policy, index) => `@id("${prefix}-${index}") ${policy}`)

describe('access', () => {
  it.each([
    ['engineer', 'run'],
    ['data-steward', 'erase'],
    ['operator', 'deploy'],
    ['auditor', 'review'],
    ['admin', 'grant'],
    ['emergency', 'read-data'],
  ])('of %s lets them %s, and one without the role not', (role, action) => {
    expect(ask([role], action).decision).toBe('allow')
    expect(ask([role], action).by).toHaveLength(1)
    expect(ask(['approver'], action)).toEqual({ decision: 'deny', by: [] })
  })

  it('keeps making, approving, deploying and giving access apart', () => {
    expect(ask(['engineer'], 'approve', { context: { author: 'emil' } }).decision).toBe('deny')
    expect(ask(['engineer'], 'deploy').decision).toBe('deny')
    expect(ask(['operator'], 'run').decision).toBe('deny')
    for (const action of ['run', 'approve', 'deploy', 'read-data', 'erase'])
      expect(ask(['admin'], action, { context: { author: 'emil' } }).decision, action).toBe('deny')
  })

  it('lets nobody approve or deploy what is their own, nor approve what has no known author', () => {
    const all = accessRoles.map(({ role }) => role)
    expect(ask(all, 'approve', { context: { author: 'emil' } }).decision).toBe('allow')
    expect(ask(all, 'approve', { context: { author: 'dana' } })).toEqual({
      decision: 'deny',
      by: ['nobody-approves-their-own'],
    })
    expect(ask(all, 'approve')).toEqual({ decision: 'deny', by: ['nobody-approves-their-own'] })
    expect(ask(all, 'deploy', { context: { author: 'dana' } }).by).toEqual(['nobody-deploys-their-own'])
  })

  it.each([
    '',
    ' ',
    'anonymous',
    'Anonymous',
    'ANONYMOUS',
    'shared',
    'shared-ops',
    'root',
    'Admin',
    'ｒｏｏｔ',
    ' dana',
    'da\u200bna',
  ])('refuses a principal who is nobody in particular, whatever roles it has: %j', principal => {
    for (const { role } of accessRoles)
      for (const action of accessActions)
        expect(ask([role], action, { principal })).toEqual({ decision: 'deny', by: [accessRules.unnamed] })
  })

  it.each([
    { action: 'rum' },
    { action: '' },
    { resource: 'runs' },
    { resource: 'run/' },
    { resource: 'run/../x' },
    { resource: 'constructor/x' },
    { context: { Author: 'emil' } },
    { context: { author: 7 } },
    { context: { rows: 0.5 } },
  ])('denies what the schema does not know: %j', more => {
    expect(ask(['engineer'], 'run', more)).toEqual({ decision: 'deny', by: [accessRules.unknown] })
  })

  it('denies when a policy fails, since the one that fails could be a forbid', () => {
    const overflow =
      '@id("many-rows") forbid (principal, action, resource) when { context has rows && context.rows * 9007199254740991 > 5 };'
    const policies = parsePolicies(overflow)
    const of = (rows: number) =>
      judgeAccess(policies, ['engineer'], {
        principal: 'dana',
        action: 'run',
        resource: 'workspace',
        context: { rows },
      })
    expect(of(0).decision).toBe('allow')
    expect(of(2_000)).toEqual({ decision: 'deny', by: [accessRules.failed] })
  })
})

describe('laws of access', () => {
  it('nothing is allowed without a role, under any policies', () => {
    fc.assert(
      fc.property(fc.array(somePolicy, { maxLength: 4 }), someRequest, (policies, request) => {
        expect(judgeAccess(withPolicies(policies, 'p'), [], request)).toEqual({
          decision: 'deny',
          by: [accessRules.ungranted],
        })
      }),
    )
  })

  it('a forbid never adds an allow', () => {
    const forbid = somePolicy.filter(policy => policy.startsWith('forbid'))
    fc.assert(
      fc.property(
        fc.array(somePolicy, { maxLength: 3 }),
        forbid,
        someRoles,
        fc.array(someRequest),
        (some, no, roles, requests) => {
          const before = withPolicies(some, 'p')
          const { byId } = withPolicies([no], 'no')
          const after = { byId: { ...before.byId, ...byId }, digest: digestOf({ ...before.byId, ...byId }) }
          for (const request of requests)
            if (judgeAccess(after, roles, request).decision === 'allow')
              expect(judgeAccess(before, roles, request).decision).toBe('allow')
        },
      ),
      { numRuns: 40 },
    )
  })

  it('the order of policies, and of roles, changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(somePolicy, { minLength: 2, maxLength: 4 }),
        someRoles,
        fc.array(someRequest),
        (some, roles, requests) => {
          const inOrder = parsePolicies(named(some, 'p').join('\n'))
          const reversed = parsePolicies([...named(some, 'p')].reverse().join('\n'))
          expect(reversed).toEqual(inOrder)
          for (const request of requests)
            expect(judgeAccess(reversed, [...roles].reverse(), request)).toEqual(judgeAccess(inOrder, roles, request))
        },
      ),
      { numRuns: 5 },
    )
  })

  it('more roles never take away what no forbid concerns', () => {
    fc.assert(
      fc.property(someRoles, someRoles, someRequest, (some, more, request) => {
        if (judgeAccess(shipped, some, request).decision === 'allow')
          expect(judgeAccess(shipped, [...new Set([...some, ...more])], request).decision).toBe('allow')
      }),
    )
  })
})
