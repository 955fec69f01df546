import type { JsonValue } from '@attestry/core'
import { sha256 } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { findAttestation, openRegister } from '../src/index.js'
import { clockAt, statement, storeOf } from './fixtures.js'

const clock = clockAt('2026-06-01T00:00:00Z')
const dataset = sha256('data')
const attested = (more: { [key: string]: JsonValue } = {}, signer = 'dana') =>
  statement('attestation', signer, {
    kind: 'dpia',
    id: '1',
    title: 'DPIA',
    role: 'dpo',
    purpose: 'support',
    dataset,
    expires: '2027-01-01',
    ...more,
  })
const find = (statements: ReturnType<typeof attested>[], scope: object = { purpose: 'support', dataset }) =>
  findAttestation(statements, 'dpia', scope, clock.now())

describe('register', () => {
  it('finds an attestation of the kind that covers the scope', async () => {
    const found = { ...attested({ attestedAt: '2026-05-01T00:00:00Z' }), roles: ['dpo'] }
    const register = openRegister(storeOf([found, statement('approval', 'x', { kind: 'dpia' })]), clock)
    expect(await register.find('dpia', { purpose: 'support', dataset })).toEqual({ state: 'present', statement: found })
    expect(await register.find('baa', { purpose: 'support', dataset })).toEqual({
      state: 'missing',
      detail: 'nobody has attested it',
    })
  })

  it('does not take an attestation for another purpose or dataset', () => {
    const missing = { state: 'missing', detail: '1 attested, none for this purpose and dataset' }
    expect(find([attested({ purpose: 'billing' })])).toEqual(missing)
    expect(find([attested({ dataset: sha256('other') })])).toEqual(missing)
    expect(find([attested()], { purpose: 'support' })).toEqual(missing)
    expect(find([attested({ purpose: 7 })])).toEqual(missing)
  })

  it('takes an attestation without a scope for everything', () => {
    const { purpose: _, dataset: __, ...predicate } = attested().predicate
    expect(find([statement('attestation', 'dana', predicate)]).state).toBe('present')
  })

  it('calls it stale from the first instant of its expiry date on', () => {
    expect(find([attested({ expires: '2026-06-02' })]).state).toBe('present')
    expect(find([attested({ expires: '2026-06-01' })])).toMatchObject({ state: 'stale', expired: '2026-06-01' })
  })

  it('lets the newest decide, even when an older one is still good', () => {
    const older = attested({ attestedAt: '2026-01-01T00:00:00Z' })
    const newer = attested({ attestedAt: '2026-02-01T00:00:00Z', expires: '2026-03-01' })
    expect(find([newer, older])).toMatchObject({ state: 'stale', statement: newer })
    expect(find([attested(), newer])).toMatchObject({ state: 'stale' })
  })

  it('ignores an attestation without a readable expiry', () => {
    for (const expires of [null, 'never', 20270101, '2027-02-30'])
      expect(find([attested({ expires })])).toEqual({
        state: 'missing',
        detail: '1 attested, none with a readable expiry date',
      })
  })
})
