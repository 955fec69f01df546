import { describe, expect, it } from 'vitest'
import {
  AccessControl,
  ConsentRegistry,
  PiiScrubber,
  StatementStore,
  type AccessGrant,
  type Plugin,
} from '@attestry/core'
import {
  MemoryAccess,
  MemoryConsent,
  MemoryScrubber,
  MemoryStatements,
  runPlugin,
  service,
  type ConfigParts,
  type FakePermission,
  type PluginRun,
  type Row,
} from '@attestry/plugin-kit'
import { hipaa, type HipaaOptions } from '../src/index.js'

const digest = '5f4dcc3b5aa765d61d8327deb882cf99'
const rows: readonly Row[] = [
  { subject: 'sub_1', text: 'stable', code: 'K7', label: 'yes' },
  { subject: 'sub_2', text: 'better', code: 'Q2', label: 'no' },
]
const grant: AccessGrant = {
  principal: 'bob',
  role: 'engineer',
  grantedBy: 'cyd',
  grantedAt: '2026-09-01T00:00:00Z',
  expires: '2027-09-01T00:00:00Z',
  revokedAt: null,
  reviewedAt: null,
}

/** Emergency access as it should be. */
const emergency: AccessGrant = {
  ...grant,
  role: 'emergency',
  expires: '2026-09-02T00:00:00Z',
  reviewedAt: '2026-09-03T00:00:00Z',
}

interface Case {
  readonly options?: Partial<HipaaOptions>
  readonly rows?: readonly Row[]
  readonly config?: ConfigParts
  readonly permissions?: readonly FakePermission[]
  readonly grants?: readonly AccessGrant[] | null
  /** Files that look like statements and do not verify. */
  readonly rejected?: number
}

const reasons = { fieldReasons: { code: 'the ward sorts by it' } }
const data = { text: 'text', keep: ['code'] }
const options: HipaaOptions = { method: 'safe-harbor', permittedUse: 'operations', ...reasons }

/** Runs a case. Left empty, nothing is open. */
function run(given: Case = {}): Promise<PluginRun> {
  const { permissions = [], grants = [grant, emergency], rejected = 0 } = given
  const statements = Object.assign(new MemoryStatements(), {
    rejected: async () => Array.from({ length: rejected }, () => ({ file: 'register/x.json', reason: 'no such key' })),
  })
  const consent = new MemoryConsent([{ subject: 'sub_1', purpose: 'test', state: 'given' }])
  const plugin: Plugin = hipaa({ ...options, ...given.options })
  return runPlugin(plugin, {
    rows: given.rows ?? rows,
    config: { author: 'ada', data, ...given.config },
    services: [
      service(PiiScrubber, new MemoryScrubber()),
      service(StatementStore, statements),
      service(ConsentRegistry, consent),
      ...(grants ? [service(AccessControl, new MemoryAccess(permissions, grants))] : []),
    ],
    without: grants ? [] : [AccessControl],
  })
}

const state = ({ controls }: PluginRun, id: string) => controls.find(({ control }) => control.id === id)?.state
const open = ({ verdict }: PluginRun): readonly string[] =>
  (verdict?.reasons ?? [])
    .filter(({ kind }) => kind !== 'met')
    .map(({ code, kind, control }) => `${code} ${kind} ${control}`)

/** Each control, violations that are planted, what is open because of them, and what the control then shows. */
const controls: readonly (readonly [string, readonly (readonly [string, Case, string])[]])[] = [
  [
    'HIPAA-164.502(a)',
    [['no stated use', { options: { permittedUse: undefined as never } }, 'HIPAA-E002 refused HIPAA-164.502(a)']],
  ],
  [
    'HIPAA-164.502(b)',
    [
      ['a kept column without a reason', { options: { fieldReasons: {} } }, 'HIPAA-E003 refused HIPAA-164.502(b)'],
      ['an empty reason', { options: { fieldReasons: { code: ' ' } } }, 'HIPAA-E003 refused HIPAA-164.502(b)'],
    ],
  ],
  [
    'HIPAA-164.312(a)(1)',
    [
      ['a generic author', { config: { author: 'ml-admin' } }, 'HIPAA-E004 refused HIPAA-164.312(a)(1)'],
      ['a numbered account', { config: { author: 'svc2@clinic' } }, 'HIPAA-E004 refused HIPAA-164.312(a)(1)'],
      [
        'an author that is said to be shared',
        { options: { sharedPrincipals: ['ada'] } },
        'HIPAA-E004 refused HIPAA-164.312(a)(1)',
      ],
    ],
  ],
  ['HIPAA-164.312(d)', [['a statement of nobody', { rejected: 1 }, 'HIPAA-E006 pending HIPAA-164.312(d)']]],
  [
    'HIPAA-164.308(a)(3)',
    [
      [
        'access for everybody',
        { permissions: [{ principal: '*', action: 'read-data' }] },
        'HIPAA-E007 pending HIPAA-164.308(a)(3)',
      ],
      ['a grant to oneself', { grants: [{ ...grant, grantedBy: 'bob' }] }, 'HIPAA-E008 pending HIPAA-164.308(a)(3)'],
    ],
  ],
  [
    'HIPAA-164.312(a)(2)(ii)',
    [
      [
        'emergency access for a month',
        { grants: [{ ...emergency, expires: '2099-10-01T00:00:00Z' }] },
        'HIPAA-E011 pending HIPAA-164.312(a)(2)(ii)',
      ],
      [
        'emergency access without an end',
        { grants: [{ ...emergency, expires: 'never' }] },
        'HIPAA-E011 pending HIPAA-164.312(a)(2)(ii)',
      ],
      [
        'emergency access that nobody looked at',
        { grants: [{ ...emergency, reviewedAt: null }] },
        'HIPAA-E012 pending HIPAA-164.312(a)(2)(ii)',
      ],
      [
        'a review from before it was taken away',
        { grants: [{ ...emergency, reviewedAt: '2026-09-01T01:00:00Z', revokedAt: '2026-09-01T02:00:00Z' }] },
        'HIPAA-E012 pending HIPAA-164.312(a)(2)(ii)',
      ],
    ],
  ],
  [
    'HIPAA-164.312(e)(1)',
    [
      [
        'a port without TLS',
        { config: { network: { allow: ['mail.example.org:25'] } } },
        'HIPAA-E009 refused HIPAA-164.312(e)(1)',
      ],
      [
        'a host without a port',
        { config: { network: { allow: ['mail.example.org'] } } },
        'HIPAA-E009 refused HIPAA-164.312(e)(1)',
      ],
      [
        'a network without limits',
        { config: { network: { localOnly: false } } },
        'HIPAA-E010 refused HIPAA-164.312(e)(1)',
      ],
    ],
  ],
]

describe.each(controls)('%s', (control, violations) => {
  it('is supported when nothing is wrong', async () => {
    const done = await run()
    expect(open(done)).toEqual([])
    expect(state(done, control)).toBe('present')
  })

  it.each(violations)('is not, and stops deployment, on %s', async (_, violation, expected) => {
    const done = await run(violation)
    expect(open(done)).toEqual([expected])
    expect(done.verdict?.decision).toBe('deny')
    expect(state(done, control)).toBe(expected.includes('refused') ? 'failed' : 'missing')
  })
})

describe('rows and codes', () => {
  it('leaves out the rows of people whose authorisation does not stand', async () => {
    const done = await run({ options: { permittedUse: 'authorisation' } })
    expect(done.rows.map(({ subject }) => subject)).toEqual(['sub_1'])
    expect(done.dropped).toMatchObject([{ control: 'HIPAA-164.508', count: 1 }])
    expect(state(done, 'HIPAA-164.508')).toBe('present')
    expect(state(await run(), 'HIPAA-164.508')).toBe('missing')
  })

  it('stops at a column that reads like hashes, by name and without a value', async () => {
    const hashed = rows.map(row => ({ ...row, code: digest }))
    const stopped = run({ rows: hashed })
    await expect(stopped).rejects.toMatchObject({ code: 'HIPAA-E005', notes: ["column 'code'"] })
    await expect(stopped).rejects.not.toThrow(digest)
    const declared = await run({ rows: hashed, options: { randomCodes: ['code'] } })
    expect(state(declared, 'HIPAA-164.514(c)')).toBe('present')
  })

  it('supports a limited data set by its agreement and by what is left of identifiers', async () => {
    const done = await run({ options: { permittedUse: { limitedDataSet: 'DUA-7' } } })
    expect(state(done, 'HIPAA-164.514(e)')).toBe('present')
    expect(state(await run(), 'HIPAA-164.514(e)')).toBe('missing')
    const left = rows.map(row => ({ ...row, text: 'a@example.org' }))
    await expect(run({ rows: left, options: { permittedUse: { limitedDataSet: 'DUA-7' } } })).rejects.toMatchObject({
      code: 'HIPAA-E001',
    })
  })

  it('judges access only where somebody decides it', async () => {
    const done = await run({ grants: null })
    expect(open(done)).toEqual([])
    expect(state(done, 'HIPAA-164.308(a)(3)')).toBe('missing')
  })
})
