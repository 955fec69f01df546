import { describe, expect, it } from 'vitest'
import { ConsentRegistry } from '@attestry/core'
import { MemoryConsent, runPlugin, service, type PluginRun } from '@attestry/plugin-kit'
import { soc2 } from '../src/index.js'
import { options } from './ready-run.js'

const events = [
  { subject: 'sub_given', purpose: 'chat', state: 'given' },
  { subject: 'sub_restricted', purpose: 'chat', state: 'given' },
  { subject: 'sub_withdrawn', purpose: 'chat', state: 'withdrawn' },
  { subject: 'sub_refused', purpose: 'chat', state: 'refused' },
  { subject: 'sub_expired', purpose: 'chat', state: 'expired' },
  { subject: 'sub_support', purpose: 'support', state: 'given' },
] as const
const people = [...events.map(({ subject }) => subject), 'sub_nobody']

const run = (consent?: 'explicit' | 'implicit'): Promise<PluginRun> =>
  runPlugin(soc2({ ...options, ...(consent && { privacy: { consent } }) }), {
    rows: people.map(subject => ({ subject, text: `hello from ${subject}` })),
    config: { purpose: 'chat' },
    services: [service(ConsentRegistry, new MemoryConsent(events, { restricted: ['sub_restricted'] }))],
  })

const left = ({ rows }: PluginRun): unknown[] => rows.map(({ subject }) => subject)

describe('the consent filter', () => {
  it('keeps only people who said yes to this purpose when consent is explicit', async () => {
    const done = await run('explicit')
    expect(left(done)).toEqual(['sub_given'])
    expect(done.dropped).toEqual([{ plugin: '@attestry/plugin-soc2', control: 'SOC2-P2.1', count: 6 }])
  })

  it('keeps those who said nothing too when consent is implicit, and nobody who said no or yes to something else', async () => {
    expect(left(await run('implicit'))).toEqual(['sub_given', 'sub_nobody'])
  })

  it('leaves all rows alone when the privacy category is not in scope', async () => {
    const done = await run()
    expect(left(done)).toEqual(people)
    expect(done.controls.find(({ control }) => control.id === 'SOC2-P2.1')?.state).toBe('missing')
  })

  it('counts by state and names nobody', async () => {
    const { evidence } = await run('explicit')
    const byState = {
      given: 1,
      restricted: 1,
      withdrawn: 1,
      refused: 1,
      expired: 1,
      'other-purpose': 1,
      unknown: 1,
    }
    expect(evidence.find(({ type }) => type === 'purpose-and-consent')).toMatchObject({
      controls: ['SOC2-P2.1', 'SOC2-P3.1', 'SOC2-P4.1'],
      facts: { purpose: 'chat', consent: 'explicit', rows: 7, dropped: 6, byState },
    })
    expect(JSON.stringify(evidence)).not.toContain('sub_')
  })
})
