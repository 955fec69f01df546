import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { ConsentRegistry } from '@attestry/core'
import { MemoryConsent, runPlugin, service, type FakeConsent, type PluginRun } from '@attestry/plugin-kit'
import { gdpr, legalBases, type GdprOptions } from '../src/index.js'

const consents: readonly FakeConsent[] = [
  { subject: 'sub_given', purpose: 'chat', state: 'given' },
  { subject: 'sub_withdrawn', purpose: 'chat', state: 'given' },
  { subject: 'sub_withdrawn', purpose: 'chat', state: 'withdrawn' },
  { subject: 'sub_refused', purpose: 'chat', state: 'refused' },
  { subject: 'sub_expired', purpose: 'chat', state: 'expired' },
  { subject: 'sub_support', purpose: 'support', state: 'given' },
]

const people = ['sub_given', 'sub_withdrawn', 'sub_refused', 'sub_expired', 'sub_support', 'sub_nobody']

const run = (options: GdprOptions, subjects: readonly string[] = people): Promise<PluginRun> =>
  runPlugin(gdpr(options), {
    rows: subjects.map(subject => ({ subject, text: `hello from ${subject}` })),
    config: { purpose: 'chat' },
    services: [service(ConsentRegistry, new MemoryConsent(consents))],
  })

const left = ({ rows }: PluginRun): unknown[] => rows.map(({ subject }) => subject)

describe('the purpose filter on consent', () => {
  it('keeps only people whose consent for exactly this purpose stands', async () => {
    const done = await run({ legalBasis: { kind: 'consent' } })
    expect(left(done)).toEqual(['sub_given'])
    expect(done.dropped).toEqual([{ plugin: '@attestry/plugin-gdpr', control: 'GDPR-6', count: 5 }])
  })

  it('records how many rows were in which state, and nothing else about people', async () => {
    const { evidence } = await run({ legalBasis: { kind: 'consent' } })
    expect(evidence[0]).toMatchObject({
      type: 'purpose-and-basis',
      controls: ['GDPR-6', 'GDPR-7', 'GDPR-5(1)(b)'],
      outcome: 'pass',
      facts: {
        purpose: 'chat',
        legalBasis: 'consent',
        rows: 6,
        dropped: 5,
        byState: { given: 1, withdrawn: 1, refused: 1, expired: 1, 'other-purpose': 1, unknown: 1 },
      },
    })
    expect(JSON.stringify(evidence)).not.toContain('sub_')
  })

  it('names the dataset that the rows came from', async () => {
    const { evidence } = await run({ legalBasis: { kind: 'consent' } })
    expect(evidence[0]?.subjects).toMatchObject([{ name: 'dataset' }])
  })

  it('stops at missing consent when asked to, with counts by state and no handle', async () => {
    const stopped = run({ legalBasis: { kind: 'consent' }, onMissingConsent: 'stop' })
    await expect(stopped).rejects.toMatchObject({
      code: 'GDPR-E001',
      message: "5 rows have no consent for the purpose 'chat'",
      where: { plugin: '@attestry/plugin-gdpr', control: 'GDPR-6', stage: 'preprocess' },
      notes: [
        'states in this batch: expired 1, given 1, other-purpose 1, refused 1, unknown 1, withdrawn 1',
        expect.any(String),
      ],
    })
    await expect(stopped.catch(failure => JSON.stringify(failure))).resolves.not.toContain('sub_')
  })

  it('goes on when stopping was asked for and all consent stands', async () => {
    expect(left(await run({ legalBasis: { kind: 'consent' }, onMissingConsent: 'stop' }, ['sub_given']))).toEqual([
      'sub_given',
    ])
  })

  it('is refused at load when nobody provides a consent registry', async () => {
    await expect(
      runPlugin(gdpr({ legalBasis: { kind: 'consent' } }), { without: [ConsentRegistry] }),
    ).rejects.toMatchObject({ code: 'CORE-E004' })
  })

  it('lets exactly the rows pass whose people are in state given, for any mixture of people', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...people), { maxLength: 30 }), async subjects => {
        const done = await run({ legalBasis: { kind: 'consent' } }, subjects)
        expect(left(done)).toEqual(subjects.filter(subject => subject === 'sub_given'))
      }),
      { numRuns: 30 },
    )
  })
})

describe('the purpose filter on other bases', () => {
  it.each(legalBases.filter(kind => kind !== 'consent'))('leaves out who objected, on %s', async kind => {
    const done = await run({ legalBasis: { kind } })
    expect(left(done)).toEqual(['sub_given', 'sub_expired', 'sub_support', 'sub_nobody'])
    expect(done.dropped).toEqual([{ plugin: '@attestry/plugin-gdpr', control: 'GDPR-21', count: 2 }])
  })

  it('passes all rows and records nothing when there is no registry to object in', async () => {
    const done = await runPlugin(gdpr({ legalBasis: { kind: 'contract' } }), {
      rows: [{ subject: 'sub_refused', text: 'hello' }],
      without: [ConsentRegistry],
    })
    expect(done.rows).toHaveLength(1)
    expect(done.evidence.map(({ type }) => type)).toEqual([
      'minimisation',
      'special-categories',
      'special-categories',
      'processors',
    ])
    expect(done.controls.find(({ control }) => control.id === 'GDPR-21')?.state).toBe('missing')
  })
})
