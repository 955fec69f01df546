import { isDuration, sha256, type JsonValue } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import {
  attestationProblem,
  checkAttestation,
  defaultExpiry,
  listRegister,
  openRegister,
  registerKinds,
  type RegisterKind,
} from '../src/index.js'
import { clockAt, errorOf, statement, storeOf } from './fixtures.js'

const clock = clockAt('2026-06-01T00:00:00Z')
const dataset = sha256('data')
const dpia = {
  kind: 'dpia',
  id: '1',
  title: 'DPIA 14',
  role: 'dpo',
  purpose: 'support',
  dataset,
  attestedAt: '2026-05-01T09:00:00Z',
  expires: '2027-05-01',
}
const attested = (more: { [key: string]: JsonValue | undefined } = {}, roles = ['dpo'], signer = 'dana') => {
  const predicate = Object.fromEntries(Object.entries({ ...dpia, ...more }).filter(([, value]) => value !== undefined))
  return { ...statement('attestation', signer, predicate), roles }
}
const problem = (more: { [key: string]: JsonValue | undefined }, roles = ['dpo']) =>
  attestationProblem({ predicate: attested(more).predicate, roles })?.code
const list = (statements: ReturnType<typeof attested>[], more: Partial<Parameters<typeof listRegister>[0]> = {}) =>
  listRegister({ statements, rejected: [], now: clock.now(), ...more })

describe('kinds of attestations', () => {
  it('each have a question, a role, a period and a source, once', () => {
    expect(new Set(registerKinds.map(({ kind }) => kind)).size).toBe(registerKinds.length)
    for (const { question, maySign, validFor, source } of registerKinds) {
      expect(question.endsWith('?')).toBe(true)
      expect(maySign.length).toBeGreaterThan(0)
      expect(isDuration(validFor)).toBe(true)
      expect(source).not.toBe('')
    }
  })

  it('cover what only people can attest', () => {
    const names = registerKinds.map(({ kind }) => kind)
    for (const kind of [
      'dpia',
      'baa',
      'legal-review',
      'staff-training',
      'incident-procedure',
      'third-party-data-rights',
      'legal-basis',
      'risk-assessment',
      'processor-contract',
      'ai-act-classification',
    ])
      expect(names).toContain(kind)
  })

  it('give the day on which an attestation ends', () => {
    expect(defaultExpiry('dpia', new Date('2024-02-29T12:00:00Z'))).toBe('2025-02-28')
    expect(errorOf(() => defaultExpiry('dpai', new Date())).code).toBe('GOV-E220')
  })
})

describe('an attestation', () => {
  it('is accepted from the right role, bound to its scope, within its period', () => {
    expect(problem({})).toBeUndefined()
    expect(() => checkAttestation({ predicate: dpia, roles: ['approver', 'dpo'] })).not.toThrow()
    expect(problem({ kind: 'staff-training', purpose: undefined, dataset: undefined })).toBeUndefined()
  })

  it('of an unknown kind is refused, unless a plugin brings the kind', () => {
    expect(errorOf(() => checkAttestation({ predicate: { ...dpia, kind: 'dpai' }, roles: ['dpo'] }))).toMatchObject({
      code: 'GOV-E220',
    })
    const own: RegisterKind = { ...registerKinds[0]!, kind: 'works-council' }
    expect(
      attestationProblem({ predicate: { ...dpia, kind: 'works-council' }, roles: ['dpo'], kinds: [own] }),
    ).toBeUndefined()
  })

  it('is refused when the principals file gives the signer no role for it, whatever the statement claims', () => {
    expect(problem({ role: 'dpo' }, ['operator'])).toBe('GOV-E221')
    expect(problem({}, [])).toBe('GOV-E221')
  })

  it.each([{ dataset: undefined }, { purpose: undefined }, { purpose: '' }, { dataset: 7 }])(
    'is refused when it is not bound to what its kind is about: %j',
    more => {
      expect(problem(more)).toBe('GOV-E222')
    },
  )

  it.each([
    { expires: '2027-05-03' },
    { expires: 'never' },
    { expires: '2026-05-01T08:00:00Z' },
    { attestedAt: undefined },
  ])('is refused with a period that its kind does not allow: %j', more => {
    expect(problem(more)).toBe('GOV-E223')
  })
})

describe('the list of the register', () => {
  it('tells who, in which role, for what, until when, and where the signature lies', () => {
    const found = attested()
    expect(list([found])).toEqual([
      {
        kind: 'dpia',
        title: 'DPIA 14',
        signer: 'dana',
        roles: ['dpo'],
        scope: { purpose: 'support', dataset },
        attestedAt: '2026-05-01T09:00:00Z',
        expires: '2027-05-01',
        file: 'evidence/x.dsse.json',
        statement: found.digest,
        state: 'in-force',
        reason: null,
        code: null,
      },
    ])
  })

  it('says when one has expired, and that a newer one took a place', () => {
    const older = attested({ attestedAt: '2025-06-02T00:00:00Z', expires: '2026-06-01' })
    expect(list([older])).toEqual([
      expect.objectContaining({ state: 'expired', code: 'GOV-E007', reason: 'it ended on 2026-06-01' }),
    ])
    expect(list([older, attested()]).map(({ state }) => state)).toEqual(['in-force', 'replaced'])
  })

  it('does not let a refused one take the place of a good one', () => {
    const later = attested({ attestedAt: '2026-05-20T00:00:00Z' }, ['operator'], 'eve')
    expect(list([attested(), later]).map(({ signer, state, code }) => [signer, state, code])).toEqual([
      ['eve', 'refused', 'GOV-E221'],
      ['dana', 'in-force', null],
    ])
  })

  it('shows one of another purpose or dataset as such: it cannot be used again', () => {
    const other = { purpose: 'support', dataset: sha256('other data') }
    expect(list([attested()], { scope: other })[0]).toMatchObject({ state: 'other-scope', code: 'GOV-E222' })
    expect(list([attested()], { scope: { purpose: 'ads', dataset } })[0]).toMatchObject({ state: 'other-scope' })
    expect(list([attested()], { scope: { purpose: 'support', dataset } })[0]).toMatchObject({ state: 'in-force' })
  })

  it('shows files whose signature does not verify, and believes nothing in them', () => {
    const rejected = [{ file: 'register/forged.dsse.json', reason: 'no known principal has the key that signed it' }]
    expect(list([], { rejected })).toEqual([
      expect.objectContaining({
        kind: null,
        signer: null,
        state: 'forged',
        file: 'register/forged.dsse.json',
        code: 'AUDIT-E016',
      }),
    ])
  })
})

describe('a register', () => {
  const find = (kind: string, ...statements: ReturnType<typeof attested>[]) =>
    openRegister(storeOf(statements), clock).find(kind, { purpose: 'support', dataset })

  it('leaves out what breaks the rule of its kind, and says that it did', async () => {
    expect(await find('dpia', attested({}, ['approver']))).toEqual({
      state: 'missing',
      detail: 'nobody has attested it; 1 break the rule of their kind',
    })
    expect(await find('dpia', attested({}, ['approver']), attested())).toMatchObject({ state: 'present' })
  })

  it('leaves a kind of somebody else to whoever asks for it', async () => {
    expect(await find('works-council', attested({ kind: 'works-council' }, ['clerk']))).toMatchObject({
      state: 'present',
    })
    expect(list([attested({ kind: 'works-council' }, ['clerk'])])[0]).toMatchObject({ state: 'in-force' })
    const endless = attested({ kind: 'works-council', expires: 'never' }, ['clerk'])
    expect(list([endless])[0]).toMatchObject({ state: 'refused', code: 'GOV-E223' })
  })
})
