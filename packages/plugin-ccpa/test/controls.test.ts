import { describe, expect, it } from 'vitest'
import { addDuration } from '@attestry/core'
import { controls, dates, periods } from '../src/index.js'

const now = new Date('2026-11-23T00:00:00Z')

/** Every row of the table, in its order; several ids where their evidence differs. */
const sections =
  '1798.100(a)(3) 1798.100(c) 1798.100(d) 1798.140(ag) 1798.100(e) 1798.105 1798.105(d) 1798.106 1798.110 1798.120 1798.121 1798.125 1798.130(a)(2) 1798.135 1798.140(m) 1798.140(v) 1798.145 1798.150 7060 7101 7102 7120 7150(b) 7152 7153 7154 7155 7157 7200 7220 7221 7222'.split(
    ' ',
  )

describe('the CCPA catalogue', () => {
  it('has every section of the 28 rows once', () => {
    expect(controls.map(({ id }) => id)).toEqual(sections.map(section => `CCPA-${section}`))
  })

  it.each(controls.map(control => [control.id, control] as const))('states %s completely', (_, control) => {
    for (const text of [control.citation, control.title, control.source]) expect(text.trim().length).toBeGreaterThan(5)
    expect(control.paraphrase.length).toBeGreaterThan(35)
    expect(control.class.length).toBeGreaterThan(0)
    expect(control.hooks.length).toBeGreaterThan(0)
  })

  it('was checked within twelve months, tables of dates and periods too', () => {
    for (const { checkedOn, source } of [...controls, ...Object.values(dates), ...Object.values(periods)]) {
      expect(addDuration(new Date(checkedOn), 'P12M').getTime()).toBeGreaterThan(now.getTime())
      expect(source).not.toBe('')
    }
  })

  it('claims nothing as verified: no text was compared with the official one', () => {
    const all = [...controls, ...Object.values(dates), ...Object.values(periods)]
    expect(all.filter(({ verified }) => verified)).toEqual([])
  })

  it('names evidence for every enforced row', () => {
    expect(controls.filter(one => one.class.includes('enforced') && one.evidence.length === 0)).toEqual([])
  })

  it('has the dates of the regulations', () => {
    expect(Object.values(dates).map(({ date }) => date)).toEqual([
      '2026-01-01',
      '2027-01-01',
      '2027-12-31',
      '2028-04-01',
      '2028-04-01',
      '2029-04-01',
      '2030-04-01',
    ])
  })
})
