import { describe, expect, it } from 'vitest'
import { Register } from '@attestry/core'
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
const dpia: FakeAttestation = { kind: 'dpia', purpose: 'chat', dataset: digestOfRows(rows) }
const contract: FakeAttestation = { kind: 'processor-contract', purpose: 'chat', expires: '2027-01-01T00:00:00Z' }
const hosting = [{ name: 'Example Hosting', contract: 'DPA-3' }]

const run = (
  options: Pick<GdprOptions, 'processors' | 'localProcessing'>,
  signed: readonly FakeAttestation[],
  config: object = {},
  clock: FakeClock = new FakeClock(),
): Promise<PluginRun> =>
  runPlugin(gdpr({ legalBasis: { kind: 'consent' }, ...options }), {
    rows,
    config: { purpose: 'chat', ...config },
    services: [service(Register, new MemoryRegister(clock, [dpia, ...signed]))],
  })
const state = ({ controls }: PluginRun): string | undefined =>
  controls.find(({ control }) => control.id === 'GDPR-28')?.state
const open = ({ verdict }: PluginRun): readonly string[] =>
  verdict!.reasons.flatMap(({ code, note }) => (code === 'GDPR-E006' ? [note] : []))
const reaching = { network: { localOnly: true, allow: ['gpu.example:443'] } }
const brought = { model: { architecture: 'layers-model', path: 'models/base' } }

describe('contracts with processors', () => {
  it('are not asked for where nobody else can touch the data', async () => {
    for (const options of [{}, { processors: [] }]) {
      const found = await run(options, [])
      expect(found.verdict?.decision).toBe('permit')
      expect(state(found)).toBe('present')
    }
  })

  it.each<[string, Parameters<typeof run>[0], object, string]>([
    ['processors are declared', { processors: hosting }, {}, 'Example Hosting'],
    ['nothing is said and the run may reach a host', {}, reaching, 'gpu.example:443'],
    ['nothing is said and the run may reach any host', {}, { network: { localOnly: false, allow: [] } }, 'any host'],
    ['nothing is said and the model begins from another', {}, brought, 'a base model'],
  ])('are waited for when %s', async (_, options, config, because) => {
    const waiting = await run(options, [], config)
    expect(waiting.verdict?.decision).toBe('deny')
    expect(waiting.verdict?.reasons).toMatchObject([{ code: 'GDPR-E006', kind: 'pending', control: 'GDPR-28' }])
    expect(open(waiting)[0]).toContain(because)
    expect(state(waiting)).toBe('missing')
    const signed = await run(options, [contract], config)
    expect(signed.verdict?.decision).toBe('permit')
    expect(state(signed)).toBe('present')
  })

  it('are not taken on trust for another purpose, for none, or after their time', async () => {
    const options = { processors: hosting }
    expect(open(await run(options, [{ ...contract, purpose: 'other' }]))).toHaveLength(1)
    expect(open(await run(options, [{ kind: 'processor-contract' }]))[0]).toContain('without a purpose')
    const later = new FakeClock('2027-01-02T00:00:00Z')
    expect(open(await run(options, [contract], {}, later))[0]).toContain('stale')
  })

  it('are nobody’s business where people say that nobody is a processor', async () => {
    const found = await run({ processors: [] }, [], reaching)
    expect(found.verdict?.decision).toBe('permit')
    expect(found.evidence.at(-1)).toMatchObject({
      type: 'processors',
      facts: { declared: [], reaches: ['gpu.example:443'], statement: null },
    })
  })
})
