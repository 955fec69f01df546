import { afterAll, describe, expect, it } from 'vitest'
import {
  AccessControl,
  Approvals,
  AuditLog,
  CheckSchedules,
  combinePolicy,
  isoTime,
  Register,
  StatementStore,
  type AccessGrant,
  type AuditEvent,
  type EvaluateInput,
  type Provider,
} from '@attestry/core'
import {
  batchOf,
  conformance,
  FakeClock,
  MemoryAccess,
  MemoryApprovals,
  MemoryLog,
  MemoryRegister,
  MemorySchedules,
  MemoryStatements,
  runPlugin,
  service,
  type PluginRun,
  type PluginRunInput,
  type Row,
} from '@attestry/plugin-kit'
import { pciDss, type PciDssOptions } from '../src/index.js'
import { sealedRun } from './sealed-run.js'

const sealed = sealedRun()
afterAll(sealed.remove)

const visa = '4111111111111111'
const clock = new FakeClock('2026-11-23T00:00:00Z')
const measured = [{ metric: 'accuracy', value: 0.9, n: 100 }]

const event = (type: AuditEvent['type'], rest: Partial<AuditEvent> = {}): AuditEvent => ({
  id: type,
  type,
  time: isoTime(clock),
  phase: 'note',
  actor: 'ada',
  run: 'run',
  ...rest,
})

const logOf = (events: readonly AuditEvent[]): MemoryLog => {
  const log = new MemoryLog()
  log.events.push(...events.map((one, index) => ({ index, event: one })))
  return log
}
const whole = [
  event('attestry.log.opened'),
  event('attestry.run.started'),
  event('attestry.stage.finished', { phase: 'outcome', result: 'ok' }),
]
const grant = (rest: Partial<AccessGrant> = {}): AccessGrant => ({
  principal: 'ada',
  role: 'trainer',
  grantedBy: 'bob',
  grantedAt: '2026-10-01T00:00:00Z',
  expires: '2027-10-01T00:00:00Z',
  revokedAt: null,
  reviewedAt: null,
  ...rest,
})

interface Case {
  readonly options?: PciDssOptions
  readonly config?: PluginRunInput['config']
  readonly approvers?: readonly string[]
  readonly log?: MemoryLog
  readonly access?: MemoryAccess
  readonly without?: PluginRunInput['without']
  readonly register?: MemoryRegister
  readonly assessments?: typeof measured
  readonly statements?: MemoryStatements
  readonly checks?: MemorySchedules
  readonly directory?: string
}

const services = ({ approvers = ['bob'], log, access, register, statements, checks }: Case): readonly Provider[] => [
  service(Approvals, new MemoryApprovals(approvers.map(signer => ({ signer })))),
  service(AuditLog, log ?? logOf(whole)),
  service(StatementStore, statements ?? sealed.statements),
  ...(checks === undefined ? [] : [service(CheckSchedules, checks)]),
  service(Register, register ?? new MemoryRegister(clock, [{ kind: 'back-out-plan', purpose: 'test' }])),
  ...(access === undefined ? [] : [service(AccessControl, access)]),
]

const inputOf = (one: Case): PluginRunInput => ({
  rows: [{ text: 'hello', label: 'yes' }],
  config: { author: 'ada', environment: 'pre-production', deployment: { changeTicket: 'CHG-1' }, ...one.config },
  services: services(one),
  directory: one.directory ?? sealed.directory,
  deploy: { assessments: one.assessments ?? measured },
  ...(one.without && { without: one.without }),
})

const run = (one: Case = {}): Promise<PluginRun> =>
  runPlugin(pciDss({ trustedClock: clock, ...one.options }), inputOf(one))

const codes = ({ verdict }: PluginRun): readonly string[] => (verdict?.reasons ?? []).map(({ code }) => code)
const stateOf = ({ controls }: PluginRun, id: string) => controls.find(({ control }) => control.id === id)?.state

conformance(pciDss, {
  options: { trustedClock: clock },
  refused: [
    { approvals: 0 },
    { isCardholderDataEnvironment: 'yes' },
    { keyedHashes: [''] },
    { sharedPrincipals: 'root' },
    { trustedClock: 1 },
  ],
  inputs: () => [
    inputOf({}),
    inputOf({ config: { author: 'root' }, approvers: [] }),
    { rows: [{ text: `card ${visa}` }] },
    { rows: [{ text: 'cvv 123' }] },
  ],
  freshness: { now: new Date('2026-11-23T00:00:00Z'), checkedWithin: 'P12M' },
})

describe('what PCI DSS demands', () => {
  it('removes card numbers, encrypts, keeps logs twelve months, and needs an approval and three documents', () => {
    const policy = combinePolicy([pciDss({})])
    expect(policy.identifiers.map(({ value }) => value)).toEqual([{ type: 'CREDIT_CARD', operator: 'redact' }])
    expect(policy.encryption?.value).toEqual({ keyBits: 256 })
    expect(policy.retention.map(({ value }) => [value.dataClass, value.min])).toEqual([['audit-log', 'P12M']])
    expect(policy.approvals?.value).toBe(1)
    expect(policy.documents.map(({ value }) => value)).toEqual(['back-out-plan', 'component-inventory', 'pci-scope'])
  })
})

describe('account data in the rows', () => {
  const scan = (rows: readonly Row[], options: PciDssOptions = {}): Promise<PluginRun> =>
    runPlugin(pciDss(options), { rows })

  it('goes on with none, and proves that it looked', async () => {
    const done = await scan([{ text: 'paid with token tok_1' }])
    expect(['PCI-3.3.1', 'PCI-6.5.5', 'PCI-12.10.7', 'PCI-3.5.1.1'].map(id => stateOf(done, id))).toEqual(
      Array.from({ length: 4 }, () => 'present'),
    )
  })

  it('stops at a card number and names column and count, no digit of it', async () => {
    const failure = await scan([{ text: `card ${visa}` }, { text: 'none' }]).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'PCI-E002', notes: ["column 'text': pan in 1 row, of the shape ****"] })
    expect(JSON.stringify(failure)).not.toMatch(/4111/)
  })

  it('lets a declared cardholder data environment remove card numbers', async () => {
    await expect(scan([{ text: visa }], { isCardholderDataEnvironment: true })).resolves.toBeDefined()
  })

  it('stops at authentication data whatever the options say', async () => {
    const options = { isCardholderDataEnvironment: true, keyedHashes: ['cvv'] }
    await expect(scan([{ text: 'cvv 123' }], options)).rejects.toMatchObject({ code: 'PCI-E001' })
  })

  it('stops at hashes of card numbers until somebody declares them as keyed', async () => {
    const rows = [{ card_hash: 'ab'.repeat(32), text: 'x' }]
    await expect(scan(rows)).rejects.toMatchObject({ code: 'PCI-E003' })
    await expect(scan(rows, { keyedHashes: ['card_hash'] })).resolves.toBeDefined()
  })

  const evaluated = (text: string): Promise<PluginRun> =>
    runPlugin(pciDss({ isCardholderDataEnvironment: true }), {
      rows: [{ text: 'x' }],
      evaluate: {
        async *trainRows() {
          yield batchOf([{ text: 'clean' }])
        },
        async *testRows() {
          yield batchOf([{ text }])
        },
      } as unknown as EvaluateInput,
    })

  it('stops when the stored rows still hold a number after removal', async () => {
    await expect(evaluated(visa)).rejects.toMatchObject({ code: 'PCI-E002' })
    const { evidence } = await evaluated('[CREDIT_CARD]')
    expect(evidence.find(({ type }) => type === 'pan-absence')).toMatchObject({ outcome: 'pass', facts: { rows: 2 } })
  })
})

describe('deployment', () => {
  const policy = new MemoryAccess([{ principal: 'ada', action: 'run' }], [grant()])

  it('permits a change that meets every check', async () => {
    const done = await run({ access: policy })
    expect(done.verdict?.decision).toBe('permit')
    expect(
      ['PCI-3.7.1', 'PCI-4.2.1', 'PCI-6.5.2', 'PCI-6.5.3', 'PCI-7.3.3', 'PCI-8.2.1', 'PCI-10.2.2'].map(id =>
        stateOf(done, id),
      ),
    ).toEqual(Array.from({ length: 7 }, () => 'present'))
  })

  it.each<[string, string, Case]>([
    ['no ticket', 'PCI-E004', { config: { deployment: {} } }],
    ['nothing tested', 'PCI-E005', { assessments: [] }],
    ['no approval', 'PCI-E006', { approvers: [] }],
    ['an approval of the author', 'PCI-E006', { approvers: ['ada'] }],
    ['an approval under a shared name', 'PCI-E006', { approvers: ['admin'] }],
    ['one approval where two are asked', 'PCI-E006', { options: { approvals: 2 } }],
    ['no back-out plan', 'PCI-E007', { register: new MemoryRegister(clock) }],
    [
      'an expired back-out plan',
      'PCI-E007',
      { register: new MemoryRegister(clock, [{ kind: 'back-out-plan', expires: '2026-01-01T00:00:00Z' }]) },
    ],
    ['no environment', 'PCI-E008', { config: { environment: undefined } as never }],
    ['training in production', 'PCI-E009', { config: { environment: 'production' } }],
    ['a shared author', 'PCI-E010', { config: { author: 'ml-admin' } }],
    ['a declared shared author', 'PCI-E010', { options: { sharedPrincipals: ['ada'] } }],
    ['a host without a port', 'PCI-E011', { config: { network: { allow: ['hooks.example.org'] } } }],
    ['a plain port', 'PCI-E011', { config: { network: { allow: ['hooks.example.org:80'] } } }],
    ['any host', 'PCI-E011', { config: { network: { localOnly: false } } }],
    ['an empty log', 'PCI-E012', { log: logOf([]) }],
    [
      'an outcome without a result',
      'PCI-E012',
      { log: logOf([...whole, event('attestry.stage.finished', { phase: 'outcome' })]) },
    ],
    ['an event without an actor', 'PCI-E012', { log: logOf([...whole, event('attestry.run.started', { actor: '' })]) }],
    ['no mechanism for access', 'PCI-E013', { without: [AccessControl] }],
    ['access for strangers', 'PCI-E014', { access: new MemoryAccess([{ principal: '*', action: 'deploy' }]) }],
    [
      'a grant nobody reviewed',
      'PCI-E015',
      { access: new MemoryAccess([], [grant({ grantedAt: '2026-01-01T00:00:00Z' })]) },
    ],
    ['no evidence of encryption', 'PCI-E016', { statements: new MemoryStatements() }],
    ['a key that is not beside the data', 'PCI-E017', { directory: 'nowhere' }],
    ['a check that stands failed', 'PCI-E018', { checks: new MemorySchedules([{ name: 'x', lastOutcome: 'failed' }]) }],
    ['a grant without a readable date', 'PCI-E015', { access: new MemoryAccess([], [grant({ grantedAt: 'soon' })]) }],
  ])('denies with %s', async (_, code, one) => {
    const done = await run(one.without || one.access ? one : { access: policy, ...one })
    expect(done.verdict?.decision).toBe('deny')
    expect(codes(done)).toEqual([code])
  })

  it.each<[string, Case]>([
    ['a port of TLS', { config: { network: { allow: ['hooks.example.org:443', 'localhost:80'] } } }],
    ['scheduled checks that ran', { checks: new MemorySchedules([{ name: 'daily', lastOutcome: 'alerts' }]) }],
    [
      'an old grant that was reviewed',
      {
        access: new MemoryAccess(
          [],
          [grant({ grantedAt: '2026-01-01T00:00:00Z', reviewedAt: '2026-11-01T00:00:00Z' })],
        ),
      },
    ],
    [
      'an old grant that was revoked',
      {
        access: new MemoryAccess([], [grant({ grantedAt: '2026-01-01T00:00:00Z', revokedAt: '2026-02-01T00:00:00Z' })]),
      },
    ],
  ])('permits with %s', async (_, one) => {
    expect((await run({ access: policy, ...one })).verdict?.decision).toBe('permit')
  })

  it('shows a change that waits for people as missing, one that is refused as failed', async () => {
    expect(stateOf(await run({ access: policy, approvers: [] }), 'PCI-6.5.2')).toBe('missing')
    expect(stateOf(await run({ access: policy, assessments: [] }), 'PCI-6.5.2')).toBe('failed')
  })

  it('sees an index that is missing from the log', async () => {
    const log = logOf(whole)
    log.events.splice(1, 1, { index: 5, event: whole[1]! })
    expect(codes(await run({ access: policy, log }))).toEqual(['PCI-E012'])
  })

  it('tells everything that is open at once', async () => {
    expect(codes(await run({ access: policy, approvers: [], config: { author: 'root' } }))).toEqual([
      'PCI-E006',
      'PCI-E010',
    ])
  })
})
