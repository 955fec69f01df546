import { describe, expect, it } from 'vitest'
import { addDuration } from '@attestry/core'
import { controls, dates, periods } from '../src/index.js'

const now = new Date('2026-11-23T00:00:00Z')

/** Every requirement that a row of the table names; a range counts each of its members. */
const numbers =
  '12.5.2 1.2.4 12.10.7 3.2.1 3.3.1 3.3.1.1 3.3.1.2 3.3.1.3 3.3.2 3.4.1 3.4.2 3.5.1 3.5.1.1 3.5.1.2 3.5.1.3 3.6.1 3.6.1.2 3.6.1.3 3.6.1.4 3.7.1 3.7.2 3.7.3 3.7.4 3.7.5 3.7.6 3.7.7 3.7.8 4.2.1 6.2.3 6.2.3.1 6.2.4 6.3.2 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.5.6 7.2.1 7.2.2 7.2.3 7.2.4 7.2.5 7.2.6 7.3.1 7.3.2 7.3.3 8.2.1 8.2.2 8.3 8.4.2 8.6.1 8.6.2 8.6.3 10.2.1 10.2.1.1 10.2.1.2 10.2.1.3 10.2.1.4 10.2.1.5 10.2.1.6 10.2.1.7 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.1 10.4.1.1 10.4.3 10.5.1 10.6.1 10.6.2 10.6.3 10.7.2 10.7.3 11.5.2 12.3.1 12.3.3 12.8.1 12.8.2 12.8.3 12.8.4 12.8.5'.split(
    ' ',
  )

describe('the PCI DSS catalogue', () => {
  it('has every requirement of the 33 rows once', () => {
    expect(controls.map(({ id }) => id)).toEqual(numbers.map(number => `PCI-${number}`))
  })

  it.each(controls.map(control => [control.id, control] as const))('states %s completely', (_, control) => {
    for (const text of [control.citation, control.title, control.source]) expect(text.trim().length).toBeGreaterThan(5)
    expect(control.paraphrase.length).toBeGreaterThan(25)
    expect(control.class.length).toBeGreaterThan(0)
    expect(control.hooks.length).toBeGreaterThan(0)
  })

  it('was checked within twelve months, tables of numbers too', () => {
    for (const { checkedOn } of [...controls, ...periods, ...dates])
      expect(addDuration(new Date(checkedOn), 'P12M').getTime()).toBeGreaterThan(now.getTime())
  })

  it('claims nothing as verified whose details were not compared', () => {
    expect(controls.filter(({ verified }) => !verified).map(({ id }) => id)).toEqual(['PCI-3.2.1', 'PCI-10.2.2'])
    expect([...periods, ...dates].filter(({ verified }) => verified)).toEqual([])
  })

  it('names evidence for every enforced requirement', () => {
    expect(
      controls
        .filter(({ class: classes, evidence }) => classes.includes('enforced') && evidence.length === 0)
        .map(({ id }) => id),
    ).toEqual([])
  })
})
