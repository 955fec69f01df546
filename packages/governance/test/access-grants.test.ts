import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkAccess, listGrants } from '../src/access/access-control.js'
import { grantRole, reviewGrant, revokeRole, type NewGrant } from '../src/access/change-grants.js'
import { grantsFile } from '../src/access/grant-facts.js'
import { compareGrantsWithLog } from '../src/access/compare-with-log.js'
import { clockAt } from './fixtures.js'
import { acting, type TestContext } from './access-fixtures.js'

const time = '2026-06-01T09:00:00Z'
const may = async (context: TestContext, principal: string, action: string): Promise<string> =>
  (await checkAccess(context, { principal, action, resource: 'workspace' })).decision
const code = async (change: Promise<unknown>): Promise<string> =>
  change.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )

/** A workspace in which emil, made admin by fred, gives roles. */
async function governed(): Promise<TestContext> {
  const context = acting('fred', time)
  await grantRole(context, { principal: 'emil', role: 'admin' })
  return { ...context, actor: 'emil' }
}
const later = (context: TestContext, when: string, actor = 'emil'): TestContext => ({
  ...context,
  clock: clockAt(when),
  actor,
})

describe('granting a role', () => {
  it('begins with somebody who makes somebody else admin, on record, and never again while there is one', async () => {
    const context = acting('fred', time)
    expect(await code(grantRole(context, { principal: 'emil', role: 'engineer' }))).toBe('GOV-E406')
    expect(await grantRole(context, { principal: 'emil', role: 'admin' })).toMatchObject({
      state: 'in-force',
      grantedBy: 'fred',
      founding: true,
      expires: '2027-06-01',
    })
    expect(await code(grantRole(context, { principal: 'fay', role: 'admin' }))).toBe('GOV-E406')
    const next = later(context, '2027-06-01T00:00:00Z', 'fred')
    expect(await grantRole(next, { principal: 'fay', role: 'admin' })).toMatchObject({ founding: true })
  })

  it('lets the person do what the role may, from then on until its end', async () => {
    const context = await governed()
    expect(await may(context, 'dana', 'run')).toBe('deny')
    const granted = await grantRole(context, { principal: 'dana', role: 'engineer', expires: '2026-07-01' })
    expect(granted).toMatchObject({ founding: false, grantedBy: 'emil', reviewedAt: null, revokedAt: null })
    expect(await may(context, 'dana', 'run')).toBe('allow')
    expect(await may(context, 'Dana', 'run')).toBe('deny')
    expect(await may(later(context, '2026-06-30T23:59:59Z'), 'dana', 'run')).toBe('allow')
    expect(await may(later(context, '2026-07-01T00:00:00Z'), 'dana', 'run')).toBe('deny')
  })

  it('is for admins, and never to oneself by any spelling', async () => {
    const context = await governed()
    await grantRole(context, { principal: 'dana', role: 'engineer' })
    expect(await code(grantRole({ ...context, actor: 'dana' }, { principal: 'gil', role: 'engineer' }))).toBe(
      'GOV-E406',
    )
    for (const principal of ['emil', 'Emil', 'ｅｍｉｌ'])
      expect(await code(grantRole(context, { principal, role: 'engineer' }))).toBe('GOV-E405')
    expect(await code(grantRole(acting('anonymous', time), { principal: 'emil', role: 'admin' }))).toBe('GOV-E406')
  })

  it.each<Partial<NewGrant>>([
    { principal: '' },
    { principal: 'shared' },
    { principal: ' dana' },
    { role: 'enginer' },
    { role: '' },
    { expires: 'never' },
    { expires: '2026-06-01' },
    { expires: '2027-06-01T09:00:01Z' },
    { role: 'emergency' },
    { role: 'emergency', reason: 'on call', expires: '2026-06-02T09:00:01Z' },
    { reason: 'x'.repeat(501) },
  ])('is refused with %j', async more => {
    const context = await governed()
    const before = readFileSync(grantsFile(context.workspace), 'utf8')
    expect(await code(grantRole(context, { principal: 'dana', role: 'engineer', ...more }))).toBe('GOV-E405')
    expect(readFileSync(grantsFile(context.workspace), 'utf8')).toBe(before)
  })

  it('is told to the log before it counts, without the reason', async () => {
    const context = await governed()
    const { id } = await grantRole(context, { principal: 'dana', role: 'emergency', reason: 'pager 7' })
    const { type, actor, payload, objects } = context.log.events.find(event => event.id === id)!
    expect({ type, actor, payload }).toEqual({
      type: 'attestry.access.grant-changed',
      actor: 'emil',
      payload: {
        change: 'granted',
        principal: 'dana',
        role: 'emergency',
        expires: '2026-06-02T09:00:00.000Z',
        founding: false,
      },
    })
    expect(objects).toEqual([context.policies.digest])
    expect(JSON.stringify(context.log.events)).not.toContain('pager')
    const full = { ...context, log: { ...context.log, append: () => Promise.reject(new Error('disk full')) } as never }
    await expect(grantRole(full, { principal: 'gil', role: 'engineer' })).rejects.toThrow('disk full')
    expect((await listGrants(context)).map(({ principal }) => principal)).toEqual(['emil', 'dana'])
  })
})

describe('taking a role away', () => {
  it('ends it at once, whatever the clock says afterwards', async () => {
    const context = await governed()
    await grantRole(context, { principal: 'dana', role: 'engineer' })
    const [revoked] = await revokeRole(later(context, '2026-06-10T00:00:00Z'), { principal: 'dana', role: 'engineer' })
    expect(revoked).toMatchObject({ state: 'revoked', revokedAt: '2026-06-10T00:00:00.000Z', reviewDue: null })
    for (const when of [time, '2026-06-05T00:00:00Z', '2026-06-11T00:00:00Z'])
      expect(await may(later(context, when), 'dana', 'run')).toBe('deny')
    expect(await code(revokeRole(context, { principal: 'dana', role: 'engineer' }))).toBe('GOV-E407')
  })

  it('is for admins, and for everybody with a role of their own', async () => {
    const context = await governed()
    await grantRole(context, { principal: 'dana', role: 'engineer' })
    await grantRole(context, { principal: 'gil', role: 'engineer' })
    expect(await code(revokeRole({ ...context, actor: 'dana' }, { principal: 'gil', role: 'engineer' }))).toBe(
      'GOV-E406',
    )
    expect(await code(revokeRole({ ...context, actor: 'dana' }, { principal: 'dana', role: 'engineer' }))).toBe('done')
    expect(await may(context, 'gil', 'run')).toBe('allow')
  })

  it('leaves other roles of the person, and a new grant begins anew', async () => {
    const context = await governed()
    for (const role of ['engineer', 'operator']) await grantRole(context, { principal: 'dana', role })
    await revokeRole(context, { principal: 'dana', role: 'engineer' })
    expect([await may(context, 'dana', 'run'), await may(context, 'dana', 'deploy')]).toEqual(['deny', 'allow'])
    await grantRole(context, { principal: 'dana', role: 'engineer' })
    expect(await may(context, 'dana', 'run')).toBe('allow')
  })
})

describe('reviewing a grant', () => {
  it('is due every six months, and done by somebody else whose role may', async () => {
    const context = await governed()
    const [dana] = [await grantRole(context, { principal: 'dana', role: 'engineer' })]
    expect(dana.reviewDue).toBe('2026-12-01T09:00:00.000Z')
    await grantRole(context, { principal: 'ruth', role: 'auditor' })
    const then = later(context, '2026-11-01T00:00:00Z', 'ruth')
    expect(await code(reviewGrant({ ...then, actor: 'dana' }, { principal: 'dana', role: 'engineer' }))).toBe(
      'GOV-E406',
    )
    expect(await code(reviewGrant(then, { principal: 'ruth', role: 'auditor' }))).toBe('GOV-E406')
    expect(await code(reviewGrant(then, { principal: 'dana', role: 'operator' }))).toBe('GOV-E407')
    expect(await reviewGrant(then, { principal: 'dana', role: 'engineer' })).toMatchObject([
      { reviewedAt: '2026-11-01T00:00:00.000Z', reviewDue: '2027-05-01T00:00:00.000Z', state: 'in-force' },
    ])
  })

  it('looks at emergency access after its end, once', async () => {
    const context = await governed()
    await grantRole(context, { principal: 'dana', role: 'emergency', reason: 'on call' })
    await grantRole(context, { principal: 'dana', role: 'engineer', expires: '2026-06-02' })
    const then = later(context, '2026-06-03T00:00:00Z')
    const review = (): Promise<string> => code(reviewGrant(then, { principal: 'dana', role: 'emergency' }))
    expect([await review(), await review()]).toEqual(['done', 'GOV-E407'])
    expect(await code(reviewGrant(then, { principal: 'dana', role: 'engineer' }))).toBe('GOV-E407')
  })
})

describe('the file of grants', () => {
  it('lets nobody do anything when it was edited', async () => {
    const context = await governed()
    const file = grantsFile(context.workspace)
    await grantRole(context, { principal: 'dana', role: 'engineer', expires: '2026-07-01' })
    await grantRole(context, { principal: 'gil', role: 'engineer' })
    writeFileSync(file, readFileSync(file, 'utf8').replace('2026-07-01', '2027-05-01'))
    expect(await code(may(context, 'emil', 'grant'))).toBe('GOV-E201')
    expect(await code(listGrants(context))).toBe('GOV-E201')
  })

  it('that lost or changed its end is found out by the log', async () => {
    const context = await governed()
    const file = grantsFile(context.workspace)
    const compare = () => compareGrantsWithLog(context.workspace, context.log)
    const { id } = await grantRole(context, { principal: 'dana', role: 'engineer', expires: '2026-07-01' })
    const text = readFileSync(file, 'utf8')
    expect(await compare()).toEqual([])
    for (const [from, to] of [
      ['2026-07-01', '2027-05-01'],
      ['dana', 'fred'],
      ['engineer', 'operator'],
      ['"by":"emil"', '"by":"ema"'],
    ] as const) {
      writeFileSync(file, text.replace(from, to))
      expect(await compare()).toMatchObject([{ id, problem: 'different' }])
    }
    writeFileSync(file, text)
    await revokeRole(context, { principal: 'dana', role: 'engineer' })
    expect(await compare()).toEqual([])
    const revoked = context.log.events.pop()!
    expect(await compare()).toMatchObject([{ id: revoked.id, problem: 'unlogged' }])
    context.log.events.push(revoked)
    writeFileSync(file, text)
    expect(await compare()).toEqual([{ id: revoked.id, problem: 'missing', at: '2026-06-01T09:00:00.000Z' }])
  })

  it('keeps every grant of many that are made at once', async () => {
    const context = await governed()
    const names = Array.from({ length: 10 }, (_, i) => `person ${i}`)
    await Promise.all(names.map(principal => grantRole(context, { principal, role: 'engineer' })))
    expect(new Set((await listGrants(context)).map(({ principal }) => principal))).toEqual(new Set(['emil', ...names]))
  })
})
