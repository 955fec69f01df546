import { describe, expect, it } from 'vitest'
import { approvalGuards } from '../src/approvals/approvals.js'
import { heldThroughout } from '../src/approvals/held-roles.js'
import { shipmentGuards } from '../src/approvals/shipment.js'
import { judgeShipment } from '../src/index.js'
import { alphabet, searchAll, type Roles } from './shipment-model.js'

const nobody: Roles = { ana: [], bo: [], cy: [] }
const usual: Roles = { ana: ['approver', 'deployer'], bo: ['approver', 'deployer'], cy: ['approver', 'deployer'] }

describe('shipment', () => {
  // Model check. 24 kinds of events: 24 + 24² + ... + 24⁵ sequences from each start.
  it.each([
    ['nobody has a role', nobody],
    ['everybody has every role', usual],
  ])(
    'is never made and shipped by one person, in every sequence of up to 5 events, when at first %s',
    (start, roles) => {
      const begun = performance.now()
      const { sequences, judged, shipped, wrong } = searchAll(roles, 5, one => judgeShipment(one).decision === 'ship')
      const seconds = (performance.now() - begun) / 1000
      console.log(
        `${start}: ${sequences} sequences, ${judged} deployments judged, ${shipped} shipped, ${seconds.toFixed(1)} s`,
      )
      expect(wrong).toBeNull()
      expect(sequences).toBe(24 + 24 ** 2 + 24 ** 3 + 24 ** 4 + 24 ** 5)
      expect(shipped).toBeGreaterThan(0)
    },
    240_000,
  )

  it('has 24 kinds of events, over three people', () => {
    expect(alphabet).toHaveLength(24)
    expect(new Set(alphabet.map(({ who }) => who)).size).toBe(3)
  })

  const without = (name: string): ((one: Parameters<typeof judgeShipment>[0]) => boolean) => {
    const left = <T>(guards: Readonly<Record<string, T>>): T[] =>
      Object.entries(guards).flatMap(([key, guard]) => (key === name ? [] : [guard]))
    const guards = { approval: left(approvalGuards), shipment: left(shipmentGuards) }
    return one => judgeShipment(one, guards).decision === 'ship'
  }
  const found = (name: string): boolean =>
    [3, 4, 5].some(depth => [usual, nobody].some(roles => searchAll(roles, depth, without(name)).wrong !== null))

  // Three that this model cannot tell apart are held by others: a rejecter cannot ship anyhow (isNotRejected), neither-nor
  // decisions and expiry are no events of the model, and one approval is all that is needed.
  const elsewhere = ['isNoRejection', 'isAnApproval', 'wasNotRejected', 'hasNotExpired', 'isTheFirstOfThePerson']
  const inTheModel = [...Object.keys(approvalGuards), ...Object.keys(shipmentGuards)].filter(
    name => !elsewhere.includes(name),
  )

  it.each(inTheModel)(
    'shows in the model check when the rule %s is taken out',
    name => {
      expect(found(name)).toBe(true)
    },
    60_000,
  )

  it('gives every reason', () => {
    const { decision, reasons } = judgeShipment({
      statements: [],
      request: { digests: {}, author: 'ana' },
      deployer: 'ana',
      needed: 0,
      roles: { grants: [], from: 0 },
      now: 1,
    })
    expect(decision).toBe('refuse')
    expect(reasons).toEqual([
      '0 of 1 approvals',
      'the author cannot deploy',
      'the deployer did not hold the role deployer all the time since it came into being',
    ])
  })
})

describe('a role', () => {
  const grant = (grantedAt: string, expires: string, revokedAt: string | null = null, grantedBy = 'ana') => ({
    principal: 'bo',
    role: 'approver',
    grantedBy,
    grantedAt,
    expires,
    revokedAt,
    reviewedAt: null,
  })
  const [from, to] = [Date.parse('2026-06-10'), Date.parse('2026-06-20')]
  const held = (...grants: ReturnType<typeof grant>[]): boolean => heldThroughout(grants, 'bo', 'approver', from, to)

  it('is held throughout a window when grants cover it without a gap', () => {
    expect(held(grant('2026-06-01', '2026-07-01'))).toBe(true)
    expect(held(grant('2026-06-15', '2026-07-01'), grant('2026-06-01', '2026-06-15'))).toBe(true)
    expect(held(grant('2026-06-01', '2026-06-14'), grant('2026-06-15', '2026-07-01'))).toBe(false)
    expect(held(grant('2026-06-01', '2026-06-05'), grant('2026-06-03', '2026-07-01'))).toBe(true)
  })

  it('is not held when it was given, revoked or expired within the window', () => {
    expect(held(grant('2026-06-10', '2026-07-01'))).toBe(false)
    expect(held(grant('2026-06-01', '2026-07-01', '2026-06-15'))).toBe(false)
    expect(held(grant('2026-06-01', '2026-06-20'))).toBe(false)
    expect(held(grant('2026-06-01', '2026-07-01', '2026-06-15'), grant('2026-06-16', '2026-07-01'))).toBe(false)
  })

  it('is not held on a grant to oneself, of another role or person, or with unreadable times', () => {
    expect(held(grant('2026-06-01', '2026-07-01', null, 'bo'))).toBe(false)
    expect(held({ ...grant('2026-06-01', '2026-07-01'), role: 'deployer' })).toBe(false)
    expect(held({ ...grant('2026-06-01', '2026-07-01'), principal: 'cy' })).toBe(false)
    for (const bad of [
      grant('soon', '2026-07-01'),
      grant('2026-06-01', 'never'),
      grant('2026-06-01', '2026-07-01', '?'),
    ])
      expect(held(bad)).toBe(false)
  })
})
