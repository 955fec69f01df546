import { describe, expect, it } from 'vitest'
import { addDuration } from '@attestry/core'
import { controls } from '../src/index.js'

const now = new Date('2026-11-23T00:00:00Z')

/** Every row of the table, in its order; several ids where their evidence differs. */
const ids = [
  'GDPR-4',
  'GDPR-5(1)(a)',
  'GDPR-5(1)(b)',
  'GDPR-6(4)',
  'GDPR-5(1)(c)',
  'GDPR-5(1)(d)',
  'GDPR-5(1)(e)',
  'GDPR-32',
  'GDPR-5(2)',
  'GDPR-6',
  'GDPR-7',
  'GDPR-8',
  'GDPR-9',
  'GDPR-10',
  'GDPR-12(3)',
  'GDPR-13',
  'GDPR-15',
  'GDPR-16',
  'GDPR-17',
  'GDPR-18',
  'GDPR-19',
  'GDPR-20',
  'GDPR-21',
  'GDPR-22',
  'GDPR-25',
  'GDPR-26',
  'GDPR-28',
  'GDPR-30',
  'GDPR-33',
  'GDPR-34',
  'GDPR-35',
  'GDPR-36',
  'GDPR-37',
  'GDPR-44',
  'GDPR-89',
  'EDPB-28/2024',
]

describe('the GDPR catalogue', () => {
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

  it('claims no row as verified: no paragraph was compared with the official text', () => {
    expect(controls.filter(({ verified }) => verified)).toEqual([])
  })

  it('has evidence for everything that it calls enforced', () => {
    const enforced = controls.filter(control => control.class.includes('enforced'))
    expect(enforced.filter(({ evidence }) => evidence.length === 0).map(({ id }) => id)).toEqual([])
  })

  it('names evidence only where something here or a mechanism records it', () => {
    expect(
      Object.fromEntries(controls.flatMap(({ id, evidence }) => (evidence.length > 0 ? [[id, evidence]] : []))),
    ).toEqual({
      'GDPR-9': ['special-categories'],
      'GDPR-10': ['special-categories'],
      'GDPR-5(1)(a)': ['purpose-and-basis'],
      'GDPR-5(1)(b)': ['purpose-and-basis'],
      'GDPR-5(1)(c)': ['minimisation'],
      'GDPR-5(1)(d)': ['data-intake'],
      'GDPR-5(1)(e)': ['retention-schedule'],
      'GDPR-5(2)': ['audit-log'],
      'GDPR-6': ['purpose-and-basis'],
      'GDPR-7': ['purpose-and-basis'],
      'GDPR-12(3)': ['subject-requests'],
      'GDPR-17': ['subject-requests'],
      'GDPR-18': ['consent-state'],
      'GDPR-21': ['purpose-and-basis'],
      'GDPR-25': ['pii-removal'],
      'GDPR-26': ['attestation'],
      'GDPR-28': ['processors'],
      'GDPR-32': ['encryption-at-rest'],
      'GDPR-35': ['attestation', 'purpose-and-basis'],
      'GDPR-44': ['local-processing'],
      'EDPB-28/2024': ['membership-inference'],
    })
  })
})
