import { describe, expect, it } from 'vitest'
import { combinePolicy, connectTo, ConsentRegistry, definePlugin, Register, retain } from '@attestry/core'
import { conformance, digestOfRows, FakeClock, MemoryConsent, MemoryRegister, service } from '@attestry/plugin-kit'
import { defaultIdentifiers, gdpr, gdprOptions } from '../src/index.js'

const rows = [
  { subject: 'sub_1', text: 'hello', label: 'yes', shoe: 44 },
  { subject: 'sub_2', text: 'bye', label: 'no', shoe: null },
]
const consent = new MemoryConsent([{ subject: 'sub_1', purpose: 'test', state: 'given' }])
const register = new MemoryRegister(new FakeClock(), [
  { kind: 'dpia', purpose: 'test', dataset: digestOfRows(rows) },
  { kind: 'legal-basis', purpose: 'test' },
])

conformance(gdpr, {
  options: { legalBasis: { kind: 'consent' } },
  refused: [
    {},
    { legalBasis: { kind: 'because' } },
    { legalBasis: { kind: 'consent', extra: 1 } },
    { legalBasis: { kind: 'consent' }, storageLimit: 'two years' },
    { legalBasis: { kind: 'consent' }, identifiers: [] },
    { legalBasis: { kind: 'consent' }, epsilon: { epsilon: 0, delta: 1e-5 } },
    { legalBasis: { kind: 'consent' }, epsilon: { epsilon: 1, delta: 1 } },
    { legalBasis: { kind: 'consent' }, onMissingConsent: 'ignore' },
    { legalBasis: { kind: 'consent' }, processors: [{ name: 'Example Hosting', contract: ' ' }] },
  ],
  inputs: () => [
    { rows, config: { data: { text: 'text' } }, services: [service(ConsentRegistry, consent)] },
    { rows, services: [service(ConsentRegistry, consent), service(Register, register)] },
  ],
  freshness: { now: new Date('2026-11-23T00:00:00Z'), checkedWithin: 'P12M' },
})

conformance(gdpr, {
  options: {
    legalBasis: { kind: 'legitimate-interests' },
    onMissingConsent: 'stop',
    epsilon: { epsilon: 3, delta: 1e-5 },
  },
  inputs: () => [{ rows, services: [service(Register, register)] }],
})

describe('what the GDPR plugin demands', () => {
  const policyOf = (options: Parameters<typeof gdpr>[0]) => combinePolicy([gdpr(options)])
  const consentOnly = { legalBasis: { kind: 'consent' } } as const

  it('removes the default identifiers, keeps data two years at most, encrypts, and needs an impact assessment', () => {
    const policy = policyOf(consentOnly)
    expect(policy.identifiers.map(({ value }) => value)).toEqual(defaultIdentifiers)
    expect(policy.retention.map(({ value }) => value)).toEqual([
      { dataClass: 'training-data', min: null, max: 'P2Y', trigger: 'end of training' },
    ])
    expect(policy.encryption?.value).toEqual({ keyBits: 256 })
    expect(policy.documents.map(({ value }) => value)).toEqual(['dpia', 'gdpr-role'])
    expect(policy.epsilon).toBeNull()
  })

  it('needs the legal basis attested when it is not consent', () => {
    const { documents } = policyOf({ legalBasis: { kind: 'contract' } })
    expect(documents.map(({ value, sources }) => [value, sources[0]?.control])).toEqual([
      ['dpia', 'GDPR-35'],
      ['gdpr-role', 'GDPR-26'],
      ['legal-basis', 'GDPR-6'],
    ])
  })

  it('takes other identifiers, another period and a privacy limit from the options', () => {
    const policy = policyOf({
      ...consentOnly,
      storageLimit: 'P90D',
      identifiers: [{ type: 'EMAIL', operator: 'mask' }],
      epsilon: { epsilon: 3, delta: 1e-5 },
    })
    expect(policy.identifiers.map(({ value }) => value)).toEqual([{ type: 'EMAIL', operator: 'mask' }])
    expect(policy.retention[0]?.value.max).toBe('P90D')
    expect(policy.epsilon?.value).toEqual({ epsilon: 3, delta: 1e-5 })
  })

  it('meets a duty to keep longer as a conflict that names both sides', () => {
    const keeper = definePlugin(() => ({
      name: 'keeper',
      version: '1.0.0',
      core: '^0.1.0',
      obligations: [retain({ dataClass: 'training-data', min: 'P7Y', trigger: 'end of training' }, 'KEEP-1')],
    }))
    const { conflicts } = combinePolicy([gdpr(consentOnly), keeper()])
    expect(conflicts).toMatchObject([
      { id: 'retain:training-data', demands: [{ control: 'GDPR-5(1)(e)' }, { control: 'KEEP-1' }] },
    ])
  })

  it('erases on request, and keeps data on the machine when that is declared', () => {
    const remote = definePlugin(() => ({
      name: 'remote',
      version: '1.0.0',
      core: '^0.1.0',
      obligations: [connectTo('engine.example', 'REMOTE-1')],
    }))
    const policyWith = (more: object) => combinePolicy([gdpr({ ...consentOnly, ...more }), remote()])
    expect(policyWith({}).erasure.map(({ value }) => value)).toEqual(['training-data'])
    expect(policyWith({}).conflicts).toEqual([])
    expect(policyWith({ localProcessing: true }).conflicts.map(({ id }) => id)).toEqual(['connect:engine.example'])
  })

  it('accepts what the README shows', async () => {
    const options = { legalBasis: { kind: 'legitimate-interests' }, storageLimit: 'P1Y', onMissingConsent: 'drop' }
    expect(await gdprOptions['~standard'].validate(options)).toEqual({ value: options })
  })
})
