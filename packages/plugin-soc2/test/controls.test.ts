import { describe, expect, it } from 'vitest'
import { addDuration } from '@attestry/core'
import { controls } from '../src/index.js'

const now = new Date('2026-11-23T00:00:00Z')

/** Every row of the table, in its order; several ids where their evidence differs. */
const ids = [
  ...['CC1.1', 'CC2.1', 'CC2.2', 'CC3.1', 'CC3.4', 'CC4.1', 'CC4.2', 'CC5.1'],
  ...['CC6.1', 'CC6.2', 'CC6.3', 'CC6.4', 'CC6.5', 'CC6.6', 'CC6.7', 'CC6.8'],
  ...['CC7.1', 'CC7.2', 'CC7.3', 'CC8.1', 'CC9.1', 'A1.1', 'C1.1', 'C1.2', 'PI1.1'],
  ...['P1.1', 'P2.1', 'P3.1', 'P4.1', 'P4.2', 'P4.3', 'P5.1', 'P6.1', 'P7.1', 'P8.1'],
].map(criterion => `SOC2-${criterion}`)

describe('the SOC 2 catalogue', () => {
  it('has every row of the table once: 28 rows, 35 controls', () => {
    expect(controls.map(({ id }) => id)).toEqual(ids)
    expect(new Set(ids).size).toBe(35)
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

  it('claims as verified no row whose ids nobody compared', () => {
    expect(controls.filter(({ verified }) => !verified).map(({ id }) => id)).toEqual(['SOC2-PI1.1'])
    for (const { id, source, verified } of controls) expect(source.startsWith('m'), id).toBe(!verified)
  })

  it('names evidence for every row that the pipeline enforces', () => {
    for (const { id, class: classes, evidence } of controls)
      if (classes.includes('enforced')) expect(evidence.length, id).toBeGreaterThan(0)
  })
})
