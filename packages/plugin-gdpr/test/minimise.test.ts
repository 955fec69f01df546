import { describe, expect, it } from 'vitest'
import { runPlugin, type PluginRun } from '@attestry/plugin-kit'
import { gdpr } from '../src/index.js'

const run = (data: Readonly<Record<string, unknown>>): Promise<PluginRun> =>
  runPlugin(gdpr({ legalBasis: { kind: 'contract' } }), {
    rows: [{ text: 'hello', label: 'yes', age: 41, region: 'north', consent: 'y', shoe: 44 }],
    config: { data },
  })

const minimisation = ({ evidence }: PluginRun) => evidence.find(({ type }) => type === 'minimisation')

describe('minimisation', () => {
  it('drops every column that the config does not declare', async () => {
    const declared = { text: 'text', features: { age: { min: 0, max: 99 } }, groups: ['region'], keep: ['consent'] }
    const done = await run(declared)
    expect(done.rows).toEqual([{ text: 'hello', label: 'yes', age: 41, region: 'north', consent: 'y' }])
    expect(minimisation(done)?.facts).toEqual({
      kept: ['text', 'label', 'age', 'region', 'consent'],
      removed: ['shoe'],
      rows: 1,
    })
  })

  it('keeps the label alone when nothing else is declared', async () => {
    expect((await run({ keep: [] })).rows).toEqual([{ label: 'yes' }])
  })

  it('supports GDPR-5(1)(c)', async () => {
    const { controls } = await run({ keep: [] })
    expect(controls.find(({ control }) => control.id === 'GDPR-5(1)(c)')?.state).toBe('present')
  })
})
