import type { Digest, JsonValue, Statement } from '@attestry/core'
import { sha256 } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeApprovals, openApprovals } from '../src/index.js'
import { clockAt, digests, statement, storeOf } from './fixtures.js'

const clock = clockAt('2026-06-01T00:00:00Z')
const request = { digests: digests('model', 'dataset', 'config'), author: 'ada' }
const approval = (signer: string, more: { [key: string]: JsonValue } = {}, keyId?: string): Statement =>
  statement(
    'approval',
    signer,
    { decision: 'approve', digests: request.digests, reason: 'read', role: 'approver', ...more },
    keyId,
  )
const judge = (...statements: Statement[]) => judgeApprovals(statements, request, clock.now())
const reasonOf = (...statements: Statement[]) => judge(...statements).void.map(({ reason }) => reason)

describe('approvals', () => {
  it('count distinct people over exactly the digests', async () => {
    const [bo, cy] = [approval('bo'), approval('cy')]
    const { approvals, void: voided } = await openApprovals(storeOf([cy, bo]), clock).valid(request)
    expect(approvals).toEqual([
      { signer: 'bo', keyId: 'key-bo', roles: ['approver'], statement: bo.digest },
      { signer: 'cy', keyId: 'key-cy', roles: ['approver'], statement: cy.digest },
    ])
    expect(voided).toEqual([])
  })

  it("never count the author's own", () => {
    expect(judge(approval('ada')).approvals).toEqual([])
    expect(reasonOf(approval('ada'))).toEqual(['the author cannot approve'])
  })

  it('never count the author under another name with the same key, even one used for another run', () => {
    const other = approval('ada', { digests: digests('elsewhere') }, 'shared')
    expect(reasonOf(other, approval('bo', {}, 'shared'))).toEqual(['the author cannot approve'])
  })

  it('count one person once: the same name, the same key, or names linked by a key', () => {
    expect(judge(approval('bo'), approval('bo', {}, 'second key')).approvals).toHaveLength(1)
    expect(judge(approval('bo', {}, 'k'), approval('cy', {}, 'k')).approvals).toHaveLength(1)
    const linked = [approval('bo', {}, 'k1'), approval('bo', {}, 'k2'), approval('cy', {}, 'k2'), approval('dee')]
    expect(judge(...linked).approvals.map(({ signer }) => signer)).toEqual(['bo', 'dee'])
  })

  it('are void from the first instant of their expiry date on, and with an unreadable one', () => {
    expect(reasonOf(approval('bo', { expires: '2026-06-01' }))).toEqual(['expired'])
    expect(reasonOf(approval('bo', { expires: 'soon' }))).toEqual(['expired'])
    expect(judge(approval('bo', { expires: '2026-06-02' })).approvals).toHaveLength(1)
  })

  it('report a rejection by anyone, the author too, and void the approval of whoever rejected', () => {
    const rejected = judge(approval('bo'), approval('bo', { decision: 'reject' }), approval('cy'))
    expect(rejected.rejectedBy).toEqual(['bo'])
    expect(rejected.approvals.map(({ signer }) => signer)).toEqual(['cy'])
    expect(rejected.void.map(({ reason }) => reason).sort()).toEqual(['rejected it', 'the same person rejected it'])
    expect(judge(approval('ada', { decision: 'reject' })).rejectedBy).toEqual(['ada'])
  })

  it('do not take a rejection of another model for one of this', () => {
    const other = approval('bo', { decision: 'reject', digests: { ...request.digests, model: sha256('other') } })
    expect(judge(other).rejectedBy).toEqual([])
  })

  it('leave out statements about something else', () => {
    expect(judge(approval('bo', { digests: digests('else') }))).toEqual({ approvals: [], void: [], rejectedBy: [] })
    expect(judge({ ...approval('bo'), type: 'attestation' }).approvals).toEqual([])
  })

  it('refuse a decision that is neither', () => {
    expect(reasonOf(approval('bo', { decision: 'maybe' }))).toEqual(['says neither approve nor reject'])
  })

  it('are void when any digest is changed, added or left out', () => {
    const names = Object.keys(request.digests)
    const change = fc.oneof(
      fc.constantFrom(...names).map(name => ({ ...request.digests, [name]: sha256('changed') })),
      fc
        .constantFrom(...names)
        .map(name => Object.fromEntries(Object.entries(request.digests).filter(([n]) => n !== name))),
      fc
        .string()
        .filter(name => !names.includes(name))
        .map(name => ({ ...request.digests, [name]: sha256('more') })),
      fc
        .constantFrom(...names)
        .chain(name => fc.nat(70).map(at => ({ ...request.digests, [name]: flip(request.digests[name]!, at) }))),
    )
    fc.assert(
      fc.property(change, changed => {
        const { approvals, void: voided } = judge(approval('bo', { digests: changed }))
        expect(approvals).toEqual([])
        expect(voided).toHaveLength(1)
      }),
    )
    fc.assert(
      fc.property(change, changed => {
        const asked = { ...request, digests: changed as Record<string, Digest> }
        expect(judgeApprovals([approval('bo')], asked, clock.now()).approvals).toEqual([])
      }),
    )
  })

  // Model check: every sequence of up to 4 of these events, against a count by persons written out here.
  it('let no sequence of events show one person as two, or the author as anybody', () => {
    const otherModel = { ...request.digests, model: sha256('other') }
    const events = [
      { who: 'ada', make: () => approval('ada') },
      { who: 'ada', make: () => approval('ada two', {}, 'key-ada') },
      { who: 'bo', make: () => approval('bo') },
      { who: 'bo', make: () => approval('bo', {}, 'bo second key') },
      { who: 'bo', make: () => approval('bo three', {}, 'bo second key') },
      { who: 'bo', make: () => approval('bo', { digests: otherModel }) },
      { who: 'cy', make: () => approval('cy') },
      { who: 'cy', make: () => approval('cy', { expires: '2020-01-01' }) },
      { who: 'cy', make: () => approval('cy', { decision: 'reject' }) },
    ]
    const personOf = (signer: string): string => signer.split(' ')[0]!
    let checked = 0
    const extend = (sequence: readonly number[]): void => {
      const statements = sequence.map(index => events[index]!.make())
      // A second name or key is linked to its owner once both have signed together.
      const linked = [...statements, approval('ada', { digests: digests('x') }), ...linkOfBo]
      const { approvals } = judgeApprovals(linked, request, clock.now())
      const persons = approvals.map(({ signer }) => personOf(signer))
      expect(new Set(persons).size).toBe(persons.length)
      expect(persons).not.toContain('ada')
      const isOpposed = sequence.includes(8)
      const expected = new Set(
        sequence.flatMap(index => ([2, 3, 4].includes(index) ? ['bo'] : index === 6 && !isOpposed ? ['cy'] : [])),
      )
      expect(new Set(persons)).toEqual(expected)
      checked++
      if (sequence.length < 4) events.forEach((_, index) => extend([...sequence, index]))
    }
    const linkOfBo = ['key-bo', 'bo second key'].map(key => approval('bo', { digests: digests('x') }, key))
    extend([])
    expect(checked).toBe(1 + 9 + 81 + 729 + 6561)
  })

  it('give the same answer for any order of statements', () => {
    const all = [approval('bo'), approval('cy', {}, 'key-bo'), approval('dee'), approval('ada'), approval('cy')]
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), shuffled => {
        expect(judge(...shuffled)).toEqual(judge(...all))
      }),
    )
  })
})

const flip = (digest: string, at: number): string => {
  const index = at % digest.length
  return digest.slice(0, index) + (digest[index] === '0' ? '1' : '0') + digest.slice(index + 1)
}
