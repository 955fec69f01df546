import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shippedPolicies } from '../src/access/access-control.js'
import { accessActions } from '../src/access/cedar-schema.js'
import type { GrantedFact, GrantFact } from '../src/access/grant-facts.js'
import { grantsOf, reviewsDue, rolesOf } from '../src/access/grants.js'
import { judgeAccess } from '../src/access/judge.js'
import { accessRoles } from '../src/access/roles.js'

const start = Date.parse('2026-01-01T00:00:00Z')
const day = (n: number): string => new Date(start + n * 86_400_000).toISOString()
const names = ['dana', 'emil', 'fred']
const someName = fc.constantFrom(...names)
const someRole = fc.constantFrom(...accessRoles.map(({ role }) => role))

const someGrant = fc.record({ principal: someName, by: someName, role: someRole, from: fc.nat(40), days: fc.nat(40) })
const someEnd = fc.record({ of: fc.nat(9), at: fc.nat(40), kind: fc.constantFrom('revoked', 'reviewed') })

/** What happened in a workspace, in the order of the file: grants first, then what was done with them. */
const someFacts = fc
  .tuple(fc.array(someGrant, { maxLength: 10 }), fc.array(someEnd, { maxLength: 6 }))
  .map(([grants, ends]): readonly GrantFact[] => [
    ...grants.map(({ principal, by, role, from, days }, index): GrantFact => {
      const times = { at: day(from), expires: day(from + days) }
      return { kind: 'granted', id: `g${index}`, principal, by, role, ...times, reason: '', founding: false }
    }),
    ...ends.map(({ of, at, kind }, index): GrantFact => {
      return { kind: kind as 'revoked', id: `e${index}`, grant: `g${of}`, by: 'fred', at: day(at) }
    }),
  ])

const isAllowed = (facts: readonly GrantFact[], now: number, principal: string, action: string): boolean =>
  judgeAccess(shippedPolicies(), rolesOf(grantsOf(facts, now), principal), {
    principal,
    action,
    resource: 'workspace',
    context: { author: 'somebody else' },
  }).decision === 'allow'

describe('laws of grants', () => {
  it('nobody may do anything without a grant of somebody else that has neither ended nor been revoked', () => {
    fc.assert(
      fc.property(someFacts, fc.nat(80), someName, fc.constantFrom(...accessActions), (facts, today, who, action) => {
        const now = start + today * 86_400_000
        const good = facts.filter(
          (fact): fact is GrantedFact =>
            fact.kind === 'granted' &&
            fact.principal === who &&
            fact.by !== who &&
            Date.parse(fact.expires) > now &&
            !facts.some(other => other.kind === 'revoked' && other.grant === fact.id),
        )
        if (isAllowed(facts, now, who, action)) expect(good).not.toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('what has ended never comes back, also when the clock is set back', () => {
    fc.assert(
      fc.property(someFacts, fc.nat(80), fc.nat(80), (facts, today, earlier) => {
        const seenNow: GrantFact = { kind: 'reviewed', id: 'now', grant: 'none', by: 'fred', at: day(today) }
        const ended = grantsOf(facts, start + today * 86_400_000)
          .filter(({ state }) => state === 'expired' || state === 'revoked')
          .map(({ id }) => id)
        const back = grantsOf([...facts, seenNow], start + Math.min(earlier, today) * 86_400_000)
        for (const { id, state } of back) if (ended.includes(id)) expect(['expired', 'revoked']).toContain(state)
      }),
    )
  })

  it('whatever is not in force has no review due, except emergency access', () => {
    fc.assert(
      fc.property(someFacts, fc.nat(400), (facts, today) => {
        const now = start + today * 86_400_000
        for (const { state, role } of reviewsDue(grantsOf(facts, now), now))
          if (state !== 'in-force') expect(role).toBe('emergency')
      }),
    )
  })

  it('times that cannot be read never count', () => {
    const fact = {
      kind: 'granted',
      id: 'g',
      principal: 'dana',
      role: 'engineer',
      by: 'emil',
      reason: '',
      founding: false,
    } as const
    const at = day(0)
    for (const times of [
      { at, expires: 'never' },
      { at: 'once', expires: day(9) },
      { at, expires: '2026-02-30' },
    ])
      expect(grantsOf([{ ...fact, ...times }], start + 86_400_000)).toMatchObject([
        { state: 'refused', reviewDue: null },
      ])
    expect(grantsOf([{ ...fact, at: day(3), expires: day(9) }], start)).toMatchObject([{ state: 'in-force' }])
  })

  it('a review is due after six months, and for emergency access after its end', () => {
    const grant = (role: string, days: number): GrantFact => {
      return {
        kind: 'granted',
        id: role,
        principal: 'dana',
        role,
        by: 'emil',
        at: day(0),
        expires: day(days),
        reason: '',
        founding: false,
      }
    }
    const facts = [grant('engineer', 300), grant('emergency', 1), grant('auditor', 1)]
    const due = (today: number, more: readonly GrantFact[] = []) =>
      reviewsDue(grantsOf([...facts, ...more], start + today * 86_400_000), start + today * 86_400_000).map(
        ({ id }) => id,
      )
    const looked = (id: string, at: number): GrantFact => ({
      kind: 'reviewed',
      id: `r${at}`,
      grant: id,
      by: 'fred',
      at: day(at),
    })
    expect([due(0), due(2), due(182)]).toEqual([[], ['emergency'], ['engineer', 'emergency']])
    expect(due(182, [looked('engineer', 100), looked('emergency', 0)])).toEqual(['emergency'])
    expect(due(182, [looked('emergency', 1)])).toEqual(['engineer'])
  })
})
