import { describe, expect, it } from 'vitest'
import { addDuration } from '@attestry/core'
import { controls } from '../src/index.js'

const now = new Date('2026-11-23T00:00:00Z')

describe('the AI Act catalogue', () => {
  it('has every row of the table once: 31 rows, 31 controls', () => {
    expect(controls).toHaveLength(31)
    expect(new Set(controls.map(({ id }) => id)).size).toBe(31)
  })

  it.each(controls.map(control => [control.id, control] as const))('states %s completely', (_, control) => {
    const { citation, title, paraphrase, source, hooks, class: classes } = control
    for (const text of [citation, title, source]) expect(text.trim().length).toBeGreaterThan(4)
    expect(paraphrase.length).toBeGreaterThan(40)
    expect(classes.length).toBeGreaterThan(0)
    expect(hooks.length).toBeGreaterThan(0)
  })

  it('was checked within twelve months', () => {
    for (const { id, checkedOn } of controls)
      expect(addDuration(new Date(checkedOn), 'P12M').getTime(), id).toBeGreaterThan(now.getTime())
  })

  it('claims as verified no row whose ids nobody compared', () => {
    expect(controls.filter(({ verified }) => !verified).map(({ id }) => id)).toEqual([
      'AIACT-4',
      'AIACT-10(5)',
      'AIACT-IV.2',
      'AIACT-R109',
    ])
    for (const { id, source, verified } of controls) expect(source.startsWith('m'), id).toBe(!verified)
  })

  it('names evidence for every row that the pipeline enforces', () => {
    for (const { id, class: classes, evidence } of controls)
      if (classes.includes('enforced')) expect(evidence.length, id).toBeGreaterThan(0)
  })
})
