import { describe, expect, it } from 'vitest'
import { PiiScrubber } from '@attestry/core'
import {
  batchOf,
  MemoryScrubber,
  runPlugin,
  service,
  type PluginRun,
  type PluginRunInput,
  type Row,
} from '@attestry/plugin-kit'
import { hipaa } from '../src/index.js'

const safeHarbor = hipaa({ method: 'safe-harbor' })

const run = (rows: readonly Row[], config: PluginRunInput['config'] = { data: { text: 'text' } }): Promise<PluginRun> =>
  runPlugin(safeHarbor, {
    rows,
    config,
    services: [service(PiiScrubber, new MemoryScrubber({ PERSON: ['Ada'], PHONE: ['555 0100'] }))],
  })

const evidenceOf = ({ evidence }: PluginRun) => evidence.find(({ type }) => type === 'identifier-removal')

describe('the look after removal', () => {
  it('lets text pass in which nothing is found', async () => {
    const done = await run([{ text: '[PERSON] called about [PHONE]', label: 'yes' }])
    expect(done.rows).toHaveLength(1)
    expect(evidenceOf(done)).toMatchObject({
      outcome: 'pass',
      controls: ['HIPAA-164.514(b)(2)(i)'],
      subjects: [{ name: 'dataset' }],
      facts: { method: 'safe-harbor', rows: 1, columns: ['text'], residue: {} },
    })
  })

  it('stops at an identifier that is left, with counts by type and no value', async () => {
    const stopped = run([{ text: 'Ada wrote from 10.0.0.7' }, { text: 'Ada again' }])
    await expect(stopped).rejects.toMatchObject({
      code: 'HIPAA-E001',
      message: '3 identifiers are left after removal (IP_ADDRESS 1, PERSON 2)',
      where: { control: 'HIPAA-164.514(b)(2)(i)', plugin: '@attestry/plugin-hipaa', stage: 'preprocess' },
    })
    await expect(stopped.catch(failure => JSON.stringify(failure))).resolves.not.toMatch(/Ada|10\.0\.0\.7/)
  })

  it('finds what a removal overlooked', async () => {
    const scrubber = new MemoryScrubber({}, ['US_SSN'])
    const rows = [{ text: 'ssn 078-05-1120, mail a@example.org' }]
    const { batch } = await scrubber.scrub(
      batchOf(rows),
      ['text'],
      [
        { type: 'US_SSN', operator: 'redact' },
        { type: 'EMAIL', operator: 'redact' },
      ],
    )
    const left = batch.columns['text']!.values as readonly string[]
    await expect(
      runPlugin(safeHarbor, { rows: left.map(text => ({ text })), services: [service(PiiScrubber, scrubber)] }),
    ).rejects.toMatchObject({ message: '1 identifier is left after removal (US_SSN 1)' })
  })

  it('records the failure as evidence before it stops', async () => {
    const statements: { type: string; outcome: string; residue: unknown }[] = []
    const handler = safeHarbor.hooks!.preprocess as { handler: (batch: unknown, context: unknown) => Promise<unknown> }
    const batch = batchOf([{ text: 'mail a@example.org' }])
    const context = {
      get: () => new MemoryScrubber(),
      run: { config: { data: { label: 'label', text: 'text' } } },
      datasetDigest: null,
      evidence: async ({ type, outcome, facts }: { type: string; outcome: string; facts: { residue: unknown } }) => {
        statements.push({ type, outcome, residue: facts.residue })
      },
    }
    await expect(handler.handler(batch, context)).rejects.toMatchObject({ code: 'HIPAA-E001' })
    expect(statements.slice(1)).toEqual([{ type: 'identifier-removal', outcome: 'fail', residue: { EMAIL: 1 } }])
  })

  it('looks into kept columns too', async () => {
    await expect(run([{ text: 'hello', nurse: 'Ada' }])).rejects.toMatchObject({ code: 'HIPAA-E001' })
  })

  it('takes no name for left in a group column, and still finds everything else there', async () => {
    const groups = { data: { text: 'text', groups: ['region'], keep: [] } }
    expect((await run([{ text: 'hello', region: 'Ada' }], groups)).rows).toHaveLength(1)
    await expect(run([{ text: 'hello', region: 'a@example.org' }], groups)).rejects.toMatchObject({
      message: '1 identifier is left after removal (EMAIL 1)',
    })
  })

  it('leaves alone the label and features, whose values the config declares', async () => {
    const data = { text: 'text', label: 'label', features: { ward: { values: ['Ada'] } }, keep: [] }
    expect((await run([{ text: 'hello', label: 'Ada', ward: 'Ada' }], { data })).rows).toHaveLength(1)
  })

  it('looks into the text column even when it is named as a group', async () => {
    const data = { text: 'text', groups: ['text'], keep: [] }
    await expect(run([{ text: 'Ada' }], { data })).rejects.toMatchObject({ code: 'HIPAA-E001' })
  })

  it('says which of the eighteen kinds nothing here looks for', async () => {
    const done = await run([{ text: 'hello' }])
    const missing = evidenceOf(done)?.facts['classesWithoutDetector'] as string[]
    expect(missing).toContain('H: medical record numbers')
    expect(missing).toContain('N: web addresses')
    expect(missing).not.toContain('A: names')
  })

  it('does not support safe harbor by itself: the owner must attest, and removal must be recorded', async () => {
    const { controls } = await run([{ text: 'hello' }])
    const state = controls.find(({ control }) => control.id === 'HIPAA-164.514(b)(2)(i)')
    expect(state).toMatchObject({ state: 'missing', detail: 'no pii-removal, no attestation' })
  })

  it('records the reference of the expert statement under the expert method', async () => {
    const done = await runPlugin(hipaa({ method: { expertStatement: 'ED-2026-07' } }), { rows: [{ text: 'hello' }] })
    expect(evidenceOf(done)).toMatchObject({
      controls: ['HIPAA-164.514(b)(1)'],
      facts: { method: 'expert determination: ED-2026-07' },
    })
  })
})
