import { describe, expect, it } from 'vitest'
import { ConsentRegistry, Register, sha256 } from '@attestry/core'
import {
  digestOfRows,
  FakeClock,
  MemoryRegister,
  runPlugin,
  service,
  type FakeAttestation,
  type PluginRun,
} from '@attestry/plugin-kit'
import { gdpr, type GdprOptions } from '../src/index.js'

const rows = [{ subject: 'sub_1', text: 'hello' }]
const dataset = digestOfRows(rows)
const dpia: FakeAttestation = { kind: 'dpia', purpose: 'chat', dataset, expires: '2027-11-23T00:00:00Z' }
const basis: FakeAttestation = { kind: 'legal-basis', purpose: 'chat', dataset }

const run = (
  attestations: readonly FakeAttestation[],
  options: GdprOptions = { legalBasis: { kind: 'consent' } },
  clock: FakeClock = new FakeClock(),
): Promise<PluginRun> =>
  runPlugin(gdpr(options), {
    rows,
    config: { purpose: 'chat' },
    services: [service(Register, new MemoryRegister(clock, attestations))],
  })

const interests: GdprOptions = { legalBasis: { kind: 'legitimate-interests' } }
const state = ({ controls }: PluginRun, id: string) => controls.find(({ control }) => control.id === id)?.state

describe('the documents that deployment needs', () => {
  it('permits when an impact assessment covers purpose and dataset', async () => {
    const { verdict } = await run([dpia])
    expect(verdict).toMatchObject({
      decision: 'permit',
      reasons: [
        { kind: 'met', control: 'GDPR-28' },
        { kind: 'met', control: 'GDPR-35' },
      ],
    })
  })

  it.each([
    ['there is none', []],
    ['it is about another purpose', [{ ...dpia, purpose: 'advertising' }]],
    ['it is about another dataset', [{ ...dpia, dataset: sha256('other rows') }]],
    ['only another document is there', [basis]],
  ])('waits for an impact assessment when %s', async (_, attestations) => {
    const { verdict } = await run(attestations)
    expect(verdict).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'GDPR-E002', kind: 'pending', control: 'GDPR-35' }],
    })
  })

  it.each<[string, FakeAttestation, string]>([
    ['nothing', { kind: 'dpia' }, 'purpose and dataset'],
    ['no dataset', { kind: 'dpia', purpose: 'chat' }, 'dataset'],
    ['no purpose', { kind: 'dpia', dataset }, 'purpose'],
  ])('does not take an assessment that names %s as one of this run', async (_, attestation, unnamed) => {
    const { verdict } = await run([attestation])
    expect(verdict).toMatchObject({
      decision: 'deny',
      reasons: [
        { code: 'GDPR-E004', kind: 'pending', note: `the attestation 'dpia' does not name this run's ${unnamed}` },
      ],
    })
  })

  it('takes a legal basis for the purpose, whatever the dataset, but not one for everything', async () => {
    expect((await run([dpia, { kind: 'legal-basis', purpose: 'chat' }], interests)).verdict?.decision).toBe('permit')
    expect((await run([dpia, { kind: 'legal-basis' }], interests)).verdict?.reasons).toMatchObject([
      { code: 'GDPR-E004', control: 'GDPR-6' },
    ])
  })

  it('waits for a new assessment when the one there has expired', async () => {
    const { verdict } = await run([dpia], undefined, new FakeClock('2027-11-24T00:00:00Z'))
    expect(verdict).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'GDPR-E003', kind: 'pending', note: "the attestation 'dpia' expired on 2027-11-23" }],
    })
  })

  it('needs the legal basis attested on any basis but consent', async () => {
    expect((await run([dpia], interests)).verdict).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'GDPR-E002', control: 'GDPR-6' }],
    })
    expect((await run([dpia, basis], interests)).verdict?.decision).toBe('permit')
  })

  it('records which statements it rests on, only when all are there', async () => {
    const permitted = await run([dpia, basis], interests)
    expect(permitted.evidence.findLast(({ type }) => type === 'purpose-and-basis')).toMatchObject({
      type: 'purpose-and-basis',
      controls: ['GDPR-35', 'GDPR-5(1)(a)', 'GDPR-5(1)(b)', 'GDPR-6'],
      facts: { purpose: 'chat', documents: [{ kind: 'dpia' }, { kind: 'legal-basis' }] },
    })
    expect(state(permitted, 'GDPR-6')).toBe('present')
    const denied = await run([dpia], interests)
    expect(state(denied, 'GDPR-6')).toBe('missing')
    expect(state(denied, 'GDPR-5(1)(a)')).toBe('missing')
  })

  it('leaves GDPR-35 missing until governance has recorded the attestation too', async () => {
    expect(state(await run([dpia]), 'GDPR-35')).toBe('missing')
  })

  it('asks a consent registry only where it declared it', () => {
    expect(gdpr({ legalBasis: { kind: 'consent' } }).requires).toContain(ConsentRegistry)
    expect(gdpr(interests).requires).not.toContain(ConsentRegistry)
    expect(gdpr(interests).uses).toContain(ConsentRegistry)
  })
})
