import { describe, expect, it } from 'vitest'
import {
  combinePolicy,
  ConsentRegistry,
  definePlugin,
  hold,
  Register,
  sha256,
  SubjectRequests,
  type SubjectCase,
} from '@attestry/core'
import {
  conformance,
  digestOfRows,
  FakeClock,
  MemoryConsent,
  MemoryRegister,
  MemorySubjectRequests,
  runPlugin,
  service,
  type FakeAttestation,
  type FakeCase,
  type PluginRun,
  type PluginRunInput,
} from '@attestry/plugin-kit'
import {
  admtRecords,
  answerBy,
  ccpa,
  ccpaOptions,
  confirmBy,
  deidentificationRecords,
  type CcpaOptions,
} from '../src/index.js'

const rows = [
  { subject: 'sub_1', text: 'hello', label: 'yes', health: null },
  { subject: 'sub_2', text: 'bye', label: 'no', health: null },
  { subject: 'sub_3', text: 'well', label: 'no', health: null },
] as const
const dataset = digestOfRows(rows)
const assessment: FakeAttestation = {
  kind: 'ccpa-risk-assessment',
  purpose: 'test',
  dataset,
  attestedAt: '2026-06-01T00:00:00Z',
}
const declared: CcpaOptions = { disclosure: false, purposes: ['test'], admt: false }
const today = '2026-11-23T00:00:00Z'

interface Case {
  readonly options?: Partial<CcpaOptions>
  readonly now?: string
  readonly attestations?: readonly FakeAttestation[]
  readonly cases?: readonly FakeCase[]
  readonly consent?: MemoryConsent
  readonly without?: PluginRunInput['without']
  readonly rows?: PluginRunInput['rows']
  readonly config?: PluginRunInput['config']
}

const inputOf = ({
  now = today,
  attestations = [assessment],
  cases = [],
  consent,
  without,
  config,
  ...rest
}: Case): PluginRunInput => ({
  rows: rest.rows ?? rows,
  ...(config && { config }),
  services: [
    service(Register, new MemoryRegister(new FakeClock(now), attestations)),
    ...(without ? [] : [service(SubjectRequests, new MemorySubjectRequests(cases))]),
    service(ConsentRegistry, consent ?? new MemoryConsent()),
  ],
  ...(without && { without }),
})

const run = (one: Case = {}): Promise<PluginRun> =>
  runPlugin(ccpa({ ...declared, trustedClock: new FakeClock(one.now ?? today), ...one.options }), inputOf(one))

const left = ({ rows: kept }: PluginRun): readonly unknown[] => kept.map(({ subject }) => subject)
const codes = ({ verdict }: PluginRun): readonly string[] => (verdict?.reasons ?? []).map(({ code }) => code)
const stateOf = ({ controls }: PluginRun, id: string) => controls.find(({ control }) => control.id === id)?.state
const erasure = (rest: Partial<SubjectCase> = {}): FakeCase => ({ subject: 'sub_2', kind: 'erasure', ...rest })

conformance(ccpa, {
  options: { ...declared, disclosure: true, sensitive: ['health'], trustedClock: new FakeClock(today) },
  refused: [
    {},
    { disclosure: true, purposes: ['test'] },
    { disclosure: true, admt: false },
    { ...declared, purposes: [] },
    { ...declared, disclosure: 'yes' },
    { ...declared, processingBegan: '2026' },
    { ...declared, materialChange: 'June' },
    { ...declared, storageLimit: 'two years' },
    { ...declared, trustedClock: 1 },
  ],
  inputs: () => [
    inputOf({}),
    inputOf({ consent: new MemoryConsent([], { optedOut: { 'sale-or-sharing': ['sub_1'] }, restricted: ['sub_3'] }) }),
    inputOf({ cases: [erasure({ openedAt: '2026-01-01T00:00:00Z' })], attestations: [] }),
    inputOf({ config: { purpose: 'other' } }),
    inputOf({ rows: [{ subject: 'sub_1', health: 'zq7canary@example.org' }] }),
  ],
  freshness: { now: new Date(today), checkedWithin: 'P12M' },
})

describe('what the CCPA demands', () => {
  it('limits storage, keeps requests and assessments, encrypts, and needs an assessment', () => {
    const policy = combinePolicy([ccpa(declared)])
    expect(policy.retention.map(({ value }) => [value.dataClass, value.min, value.max])).toEqual([
      ['ccpa-requests', 'P24M', null],
      ['ccpa-risk-assessment', 'P5Y', null],
      ['training-data', null, 'P2Y'],
    ])
    expect(policy.encryption?.value).toEqual({ keyBits: 256 })
    expect(policy.documents.map(({ value }) => value)).toEqual(['ccpa-risk-assessment'])
  })

  it('needs contracts when service providers take part, and no assessment when a person says so', () => {
    const { documents } = combinePolicy([ccpa({ ...declared, serviceProviders: true, needsRiskAssessment: false })])
    expect(documents.map(({ value }) => value)).toEqual(['ccpa-service-provider-contracts'])
  })

  it('meets a hold on training data as a conflict', () => {
    const holder = definePlugin(() => ({
      name: 'holder',
      version: '1.0.0',
      core: '^0.1.0',
      obligations: [hold('training-data', 'HOLD-1', 'KEEP-1')],
    }))
    expect(combinePolicy([ccpa(declared), holder()]).conflicts.map(({ id }) => id)).toEqual(['erase:training-data'])
  })

  it('accepts what the README shows', async () => {
    expect(await ccpaOptions['~standard'].validate(declared)).toEqual({ value: declared })
  })
})

describe('whether and whose rows are used', () => {
  const optedOut = new MemoryConsent([], { optedOut: { 'sale-or-sharing': ['sub_1'] } })

  it('leaves out people who opted out when the run is a disclosure, and only then', async () => {
    const disclosed = await run({ options: { disclosure: true }, consent: optedOut })
    expect(left(disclosed)).toEqual(['sub_2', 'sub_3'])
    expect(disclosed.dropped).toEqual([{ plugin: '@attestry/plugin-ccpa', control: 'CCPA-1798.120', count: 1 }])
    expect(left(await run({ consent: optedOut }))).toEqual(['sub_1', 'sub_2', 'sub_3'])
  })

  it('counts no opt-out of something else', async () => {
    const consent = new MemoryConsent([], { optedOut: { newsletter: ['sub_1'] } })
    expect(left(await run({ options: { disclosure: true }, consent }))).toHaveLength(3)
  })

  it('leaves out people whose data is restricted', async () => {
    const done = await run({ consent: new MemoryConsent([], { restricted: ['sub_3'] }) })
    expect(left(done)).toEqual(['sub_1', 'sub_2'])
    expect(done.dropped[0]?.control).toBe('CCPA-1798.105')
  })

  it.each<[string, Partial<SubjectCase>, number]>([
    ['open', {}, 2],
    ['done', { answeredAt: today, outcome: 'done' }, 2],
    ['held', { answeredAt: today, outcome: 'held' }, 2],
    ['refused under an exception', { answeredAt: today, outcome: 'refused' }, 3],
    ['about access', { kind: 'access' }, 3],
  ])('with a request that is %s', async (_, rest, kept) => {
    expect(left(await run({ cases: [erasure(rest)] }))).toHaveLength(kept)
  })

  it('lets the latest request of a person count', async () => {
    const cases = [
      erasure({ openedAt: '2026-10-01T00:00:00Z', answeredAt: today, outcome: 'refused' }),
      erasure({ openedAt: '2026-11-01T00:00:00Z' }),
    ]
    expect(left(await run({ cases }))).toEqual(['sub_1', 'sub_3'])
  })

  it('stops at a purpose that nobody declared', async () => {
    await expect(run({ config: { purpose: 'ads' } })).rejects.toMatchObject({ code: 'CCPA-E001' })
    expect(stateOf(await run(), 'CCPA-1798.100(c)')).toBe('present')
  })

  const ill = [{ subject: 'sub_1', health: 'asthma', label: 'yes' }]

  it('stops at sensitive information for a purpose that nobody permitted, and repeats no value', async () => {
    const failure = await run({ rows: ill, options: { sensitive: ['health'] } }).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'CCPA-E002', notes: ["column 'health'"] })
    expect(JSON.stringify(failure)).not.toContain('asthma')
  })

  it('lets sensitive information serve a permitted purpose, and a column without values stand', async () => {
    const options = { sensitive: ['health'], sensitivePurposes: ['test'] }
    expect(stateOf(await run({ rows: ill, options }), 'CCPA-1798.121')).toBe('present')
    expect(left(await run({ options: { sensitive: ['health', 'absent'] } }))).toHaveLength(3)
  })
})

describe('deployment', () => {
  it('permits with nothing open and a fresh assessment', async () => {
    const done = await run()
    expect(done.verdict?.decision).toBe('permit')
    expect(stateOf(done, 'CCPA-1798.130(a)(2)')).toBe('present')
    expect(stateOf(done, 'CCPA-7150(b)')).toBe('present')
  })

  const opened = (openedAt: string, rest: Partial<SubjectCase> = {}): Case => ({
    cases: [{ subject: 'sub_9', openedAt, ...rest }],
  })
  const due = (by: string, control = 'CCPA-1798.130(a)(2)') => ({ due: [{ control, by }] })

  it.each<[string, string, Case]>([
    ['a request of 46 days', 'CCPA-E003', opened('2026-10-07T00:00:00Z')],
    ['an extended request of 91 days', 'CCPA-E003', opened('2026-08-23T00:00:00Z', due('2027-06-01T00:00:00Z'))],
    ['a date of another law', 'CCPA-E003', opened('2026-10-01T00:00:00Z', due('2027-01-01T00:00:00Z', 'GDPR-12(3)'))],
    ['a request without a readable date', 'CCPA-E003', opened('some day')],
    ['nobody who keeps requests', 'CCPA-E004', { without: [SubjectRequests] }],
    ['no assessment', 'CCPA-E005', { attestations: [] }],
    ['an assessment of other data', 'CCPA-E005', { attestations: [{ ...assessment, dataset: sha256('other') }] }],
    ['an expired assessment', 'CCPA-E006', { attestations: [{ ...assessment, expires: today }] }],
    [
      'an assessment of four years ago',
      'CCPA-E006',
      { attestations: [{ ...assessment, attestedAt: '2022-11-01T00:00:00Z' }] },
    ],
    [
      'an assessment without a date',
      'CCPA-E006',
      { attestations: [{ kind: 'ccpa-risk-assessment', purpose: 'test', dataset }] },
    ],
    ['a material change after it', 'CCPA-E007', { options: { materialChange: '2026-10-01' } }],
    [
      'an assessment of everything',
      'CCPA-E008',
      { attestations: [{ kind: 'ccpa-risk-assessment', attestedAt: '2026-06-01T00:00:00Z' }] },
    ],
    [
      'no assessment when processing began in 2025 and the day has passed',
      'CCPA-E005',
      { options: { processingBegan: '2025-03-01' }, attestations: [], now: '2028-01-01T00:00:00Z' },
    ],
    ['processing that began in 2026', 'CCPA-E005', { options: { processingBegan: '2026-01-01' }, attestations: [] }],
  ])('denies with %s', async (_, code, one) => {
    const done = await run(one)
    expect(done.verdict?.decision).toBe('deny')
    expect(codes(done)).toEqual([code])
    expect(done.verdict?.reasons[0]?.kind).toBe('pending')
  })

  it.each<[string, Case]>([
    ['a request of 45 days', opened('2026-10-09T00:00:00Z')],
    ['an old request that was answered', opened('2026-01-01T00:00:00Z', { answeredAt: '2026-02-01T00:00:00Z' })],
    ['an extended request', opened('2026-09-01T00:00:00Z', due('2026-11-30T00:00:00Z'))],
    ['a material change that the assessment follows', { options: { materialChange: '2026-05-01' } }],
    ['a material change 45 days ago at most', { options: { materialChange: '2026-10-20' } }],
    ['no need for an assessment', { options: { needsRiskAssessment: false }, attestations: [] }],
    ['processing begun in 2025 before the day', { options: { processingBegan: '2025-03-01' }, attestations: [] }],
    ['that day itself', { options: { processingBegan: '2025-03-01' }, attestations: [], now: '2027-12-31T23:00:00Z' }],
  ])('permits with %s', async (_, one) => {
    expect((await run(one)).verdict?.decision).toBe('permit')
  })

  it('shows an assessment that nobody signed as missing, one that has run out as failed', async () => {
    expect(stateOf(await run({ attestations: [] }), 'CCPA-7155')).toBe('missing')
    expect(stateOf(await run({ attestations: [{ ...assessment, expires: today }] }), 'CCPA-7155')).toBe('failed')
  })

  it('shows a record that nobody signed as missing, one that has run out as failed', async () => {
    const options = { deidentified: true }
    const old = deidentificationRecords.map(kind => ({ kind, expires: today }))
    expect(stateOf(await run({ options }), 'CCPA-1798.140(m)')).toBe('missing')
    const done = await run({ options, attestations: [assessment, ...old] })
    expect(stateOf(done, 'CCPA-1798.140(m)')).toBe('failed')
    expect(codes(done)).toEqual(['CCPA-E009', 'CCPA-E009', 'CCPA-E009'])
  })

  it('shows an assessment that is not due yet as missing, not as present', async () => {
    const done = await run({ options: { processingBegan: '2025-03-01' }, attestations: [] })
    expect(stateOf(done, 'CCPA-7150(b)')).toBe('missing')
  })

  const signed = (kinds: readonly string[]): readonly FakeAttestation[] => [
    assessment,
    ...kinds.map(kind => ({ kind })),
  ]

  it('lets data be called deidentified with all three records only', async () => {
    const options = { deidentified: true }
    expect((await run({ options, attestations: signed(deidentificationRecords) })).verdict?.decision).toBe('permit')
    for (const gone of deidentificationRecords) {
      const others = deidentificationRecords.filter(kind => kind !== gone)
      const { verdict } = await run({ options, attestations: signed(others) })
      expect(verdict?.reasons).toMatchObject([{ code: 'CCPA-E009', note: `the attestation '${gone}' is missing` }])
    }
  })

  it('asks for the records of automated decisions from 2027-01-01, not before, and only when they are in use', async () => {
    const options = { admt: true }
    const last = { now: '2026-12-31T23:59:59Z' }
    const first = { now: '2027-01-01T00:00:00Z' }
    expect((await run({ options, ...last })).verdict?.decision).toBe('permit')
    expect(codes(await run({ options, ...first }))).toEqual(['CCPA-E009', 'CCPA-E009', 'CCPA-E009'])
    expect((await run(first)).verdict?.decision).toBe('permit')
    const done = await run({ options, ...first, attestations: signed(admtRecords) })
    expect(done.verdict?.decision).toBe('permit')
    expect(stateOf(done, 'CCPA-7221')).toBe('present')
  })

  it('tells everything that is open at once', async () => {
    const one = { ...opened('2026-01-01T00:00:00Z'), attestations: [], options: { deidentified: true } }
    expect(codes(await run(one))).toEqual(['CCPA-E003', 'CCPA-E005', 'CCPA-E009', 'CCPA-E009', 'CCPA-E009'])
  })
})

describe('clocks', () => {
  const one = (openedAt: string): SubjectCase => ({
    id: 'c',
    subject: 's',
    kind: 'access',
    cause: 'request',
    openedAt,
    due: [],
    answeredAt: null,
    outcome: null,
    retrainingDue: [],
  })

  it('counts 45 calendar days to the answer', () => {
    expect(answerBy(one('2026-11-01T00:00:00Z'))?.toISOString()).toBe('2026-12-16T00:00:00.000Z')
    expect(answerBy(one('soon'))).toBeNull()
  })

  it('counts ten business days to the confirmation', () => {
    expect(confirmBy(new Date('2026-11-02T00:00:00Z')).toISOString()).toBe('2026-11-16T00:00:00.000Z')
    expect(confirmBy(new Date('2026-11-06T00:00:00Z')).toISOString()).toBe('2026-11-20T00:00:00.000Z')
  })
})
