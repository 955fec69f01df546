import { describe, expect, it } from 'vitest'
import { addDuration } from '@attestry/core'
import { controls } from '../src/index.js'

const now = new Date('2026-11-23T00:00:00Z')

/** Every row of the table, in its order; several ids where their evidence differs. */
const ids = [
  '164.502(a)',
  '164.502(b)',
  '164.508',
  '164.512(i)',
  '164.514(b)(1)',
  '164.514(b)(2)(i)',
  '164.514(b)(2)(ii)',
  '164.514(c)',
  '164.514(e)',
  '164.504(e)',
  '164.524',
  '164.528',
  '164.530(j)',
  '164.308(a)(1)(ii)(A)',
  '164.308(a)(1)(ii)(D)',
  '164.308(a)(3)',
  '164.308(a)(5)(ii)(C)',
  '164.308(a)(6)(ii)',
  '164.308(a)(7)(ii)(A)',
  '164.308(a)(8)',
  '164.310(d)(2)(i)',
  '164.312(a)(1)',
  '164.312(a)(2)(ii)',
  '164.312(a)(2)(iii)',
  '164.312(a)(2)(iv)',
  '164.312(b)',
  '164.312(c)(1)',
  '164.312(d)',
  '164.312(e)(1)',
  '164.316(b)(2)(i)',
  '164.402',
].map(section => `HIPAA-${section}`)

describe('the HIPAA catalogue', () => {
  it('has every row of the table once', () => {
    expect(controls.map(({ id }) => id)).toEqual(ids)
  })

  it.each(controls.map(control => [control.id, control] as const))('states %s completely', (_, control) => {
    const { citation, title, paraphrase, source, hooks, class: classes } = control
    for (const text of [citation, title, source]) expect(text.trim().length).toBeGreaterThan(5)
    expect(paraphrase.length).toBeGreaterThan(40)
    expect(classes.length).toBeGreaterThan(0)
    expect(hooks.length).toBeGreaterThan(0)
  })

  it('was checked within twelve months', () => {
    for (const { id, checkedOn } of controls)
      expect(addDuration(new Date(checkedOn), 'P12M').getTime(), id).toBeGreaterThan(now.getTime())
  })

  it('claims as verified only the three texts that were compared', () => {
    expect(controls.filter(({ verified }) => verified).map(({ id }) => id)).toEqual([
      'HIPAA-164.312(b)',
      'HIPAA-164.312(d)',
      'HIPAA-164.316(b)(2)(i)',
    ])
  })

  it('has evidence for everything that it calls enforced', () => {
    const enforced = controls.filter(control => control.class.includes('enforced'))
    expect(enforced.filter(({ evidence }) => evidence.length === 0).map(({ id }) => id)).toEqual([])
  })

  it('names evidence only where something here or a mechanism records it', () => {
    expect(
      Object.fromEntries(controls.flatMap(({ id, evidence }) => (evidence.length > 0 ? [[id, evidence]] : []))),
    ).toEqual({
      'HIPAA-164.502(a)': ['permitted-use'],
      'HIPAA-164.502(b)': ['minimum-necessary'],
      'HIPAA-164.508': ['authorisation', 'permitted-use'],
      'HIPAA-164.514(c)': ['re-identification-codes'],
      'HIPAA-164.514(e)': ['identifier-removal', 'permitted-use'],
      'HIPAA-164.308(a)(1)(ii)(A)': ['attestation'],
      'HIPAA-164.308(a)(3)': ['access-granted'],
      'HIPAA-164.312(a)(1)': ['unique-users'],
      'HIPAA-164.312(a)(2)(ii)': ['emergency-access'],
      'HIPAA-164.312(d)': ['authenticated-people'],
      'HIPAA-164.312(e)(1)': ['transmission-security'],
      'HIPAA-164.504(e)': ['attestation'],
      'HIPAA-164.514(b)(1)': ['attestation', 'identifier-removal'],
      'HIPAA-164.514(b)(2)(i)': ['pii-removal', 'identifier-removal', 'attestation'],
      'HIPAA-164.514(b)(2)(ii)': ['attestation'],
      'HIPAA-164.530(j)': ['retention-schedule'],
      'HIPAA-164.312(a)(2)(iv)': ['encryption-at-rest'],
      'HIPAA-164.312(b)': ['audit-log'],
      'HIPAA-164.312(c)(1)': ['audit-log', 'data-intake', 'model-digest'],
      'HIPAA-164.316(b)(2)(i)': ['retention-schedule'],
    })
  })
})
