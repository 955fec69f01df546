import { describe, expect, it } from 'vitest'
import { addDuration } from '@attestry/core'
import { controls } from '../src/index.js'

const now = new Date('2026-11-23T00:00:00Z')

/** Every row of the table, in its order. */
const ids = [
  'SOX-302',
  'SOX-404(a)',
  'SOX-404(b)',
  'SOX-906',
  'SOX-802',
  '17-CFR-210.2-06',
  'SOX-409',
  'SOX-301',
  'EXCHANGE-ACT-13a-15',
  'PCAOB-AS-2201',
  'PCAOB-AS-1105',
  'PCAOB-AS-1215',
  'ITGC-AC-1',
  'ITGC-AC-2',
  'ITGC-AC-3',
  'ITGC-AC-4',
  'ITGC-CM-1',
  'ITGC-CM-2',
  'ITGC-CM-3',
  'ITGC-CM-4',
  'ITGC-CM-5',
  'ITGC-PD-1',
  'ITGC-CO-1',
  'ITGC-CO-2',
  'ITGC-DI-1',
  'ITGC-EUC-1',
]

describe('the SOX catalogue', () => {
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

  it('claims as verified only our own ids and the one text that was compared', () => {
    const verified = controls.filter(control => control.verified).map(({ id }) => id)
    expect(verified.filter(id => !id.startsWith('ITGC-'))).toEqual(['17-CFR-210.2-06'])
    expect(verified.filter(id => id.startsWith('ITGC-'))).toEqual(ids.filter(id => id.startsWith('ITGC-')))
  })

  it('says of our own ids that they are ours', () => {
    for (const { id, source } of controls.filter(control => control.id.startsWith('ITGC-')))
      expect(source, id).toMatch(/^own/)
  })

  it('has evidence for everything that it calls enforced', () => {
    const enforced = controls.filter(control => control.class.includes('enforced'))
    expect(enforced.filter(({ evidence }) => evidence.length === 0).map(({ id }) => id)).toEqual([])
  })

  it('names evidence only where something here or a mechanism records it', () => {
    expect(
      Object.fromEntries(controls.flatMap(({ id, evidence }) => (evidence.length > 0 ? [[id, evidence]] : []))),
    ).toEqual({
      'SOX-802': ['holds-kept'],
      '17-CFR-210.2-06': ['retention-schedule'],
      'PCAOB-AS-1105': ['control-totals'],
      'ITGC-AC-1': ['access-approval'],
      'ITGC-AC-2': ['access-ended'],
      'ITGC-AC-4': ['emergency-access'],
      'ITGC-CM-1': ['change-control'],
      'ITGC-CM-2': ['approvals', 'segregation-of-duties'],
      'ITGC-CM-4': ['served-model'],
      'ITGC-CM-5': ['audit-log'],
      'ITGC-CO-1': ['operations-followed-up'],
      'ITGC-DI-1': ['control-totals'],
    })
  })
})
