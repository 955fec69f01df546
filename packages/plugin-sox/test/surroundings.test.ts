import { describe, expect, it } from 'vitest'
import { grant, item, open, run, state, totals, type Case } from './ready-run.js'

const may = (principal: string) => [{ principal, action: 'approve' }]
const left = grant({ principal: 'eve', revokedAt: '2026-10-01T00:00:00Z' })
const emergency = (more: Parameters<typeof grant>[0] = {}) =>
  grant({ role: 'emergency', grantedAt: '2026-10-01T00:00:00Z', expires: '2026-10-02T00:00:00Z', ...more })
const holds = { holds: ['2026-HOLD-1'] }
const receipt = {
  object: 'runs/1/data',
  digest: null,
  dataClass: 'training-data',
  method: 'removed',
  at: '2026-11-01T00:00:00Z',
} as const

/** What must hold, a case in which it does, and planted violations with what is open because of them. */
const controls: readonly (readonly [string, Case, readonly (readonly [string, Case, readonly string[]])[]])[] = [
  [
    'ITGC-DI-1',
    {},
    [
      ['no counts', { intake: null }, ['SOX-E004 refused ITGC-DI-1']],
      ['counts that are no numbers', { intake: { ...totals, rowsUsed: '8' } }, ['SOX-E004 refused ITGC-DI-1']],
      ['a negative count', { intake: { ...totals, rowsUsed: -8, quarantined: 17 } }, ['SOX-E004 refused ITGC-DI-1']],
      ['a row that vanished', { intake: { ...totals, rowsUsed: 7 } }, ['SOX-E005 refused ITGC-DI-1']],
      ['a row counted twice', { intake: { ...totals, rowsUsed: 9 } }, ['SOX-E005 refused ITGC-DI-1']],
    ],
  ],
  [
    'ITGC-AC-1',
    { grants: [grant()] },
    [
      ['a grant to oneself', { grants: [grant({ grantedBy: 'bob' })] }, ['SOX-E006 pending ITGC-AC-1']],
      ['a grant of nobody', { grants: [grant({ grantedBy: ' ' })] }, ['SOX-E006 pending ITGC-AC-1']],
    ],
  ],
  [
    'ITGC-AC-2',
    { grants: [grant(), left], permissions: may('bob') },
    [
      ['a grant without an end', { grants: [grant({ expires: 'never' })] }, ['SOX-E007 pending ITGC-AC-2']],
      ['a leaver who is let in', { grants: [grant(), left], permissions: may('eve') }, ['SOX-E008 pending ITGC-AC-2']],
      [
        'an end that has passed and changes nothing',
        { grants: [grant({ expires: '2026-11-23T00:00:00Z' })], permissions: may('bob') },
        ['SOX-E008 pending ITGC-AC-2'],
      ],
    ],
  ],
  [
    'ITGC-AC-4',
    { grants: [grant(), emergency({ reviewedAt: '2026-10-03T00:00:00Z' })] },
    [
      ['emergency access that nobody looked at', { grants: [emergency()] }, ['SOX-E014 pending ITGC-AC-4']],
      [
        'a review from before its end',
        { grants: [emergency({ reviewedAt: '2026-10-01T12:00:00Z' })] },
        ['SOX-E014 pending ITGC-AC-4'],
      ],
      [
        'emergency access that was taken away and not looked at since',
        { grants: [emergency({ revokedAt: '2026-10-01T06:00:00Z', reviewedAt: '2026-10-01T05:00:00Z' })] },
        ['SOX-E014 pending ITGC-AC-4'],
      ],
    ],
  ],
  [
    'ITGC-CO-1',
    { checks: [{ name: 'daily', missed: ['2026-11-20T00:00:00Z'], lastRun: '2026-11-21T00:00:00Z' }] },
    [
      ['a check that failed', { checks: [{ name: 'daily', lastOutcome: 'failed' }] }, ['SOX-E009 pending ITGC-CO-1']],
      [
        'a check that stopped',
        { checks: [{ name: 'daily', missed: ['2026-11-22T00:00:00Z'], lastRun: '2026-11-21T00:00:00Z' }] },
        ['SOX-E010 pending ITGC-CO-1'],
      ],
      [
        'a check that never ran',
        { checks: [{ name: 'daily', missed: ['2026-11-22T00:00:00Z'], lastRun: null }] },
        ['SOX-E010 pending ITGC-CO-1'],
      ],
    ],
  ],
  [
    'SOX-802',
    { options: holds, items: [item({ state: 'held', heldBy: ['2026-HOLD-1'] }), item({ dataClass: 'model' })] },
    [
      ['a hold that nothing keeps', { options: holds, items: null }, ['SOX-E011 pending SOX-802']],
      [
        'data that the hold does not reach',
        { options: holds, items: [item(), item({ heldBy: ['2026-HOLD-1'] })] },
        ['SOX-E012 pending SOX-802'],
      ],
      [
        'held data that was destroyed',
        { items: [item({ heldBy: ['other'] })], receipts: [receipt] },
        ['SOX-E013 refused SOX-802'],
      ],
    ],
  ],
]

describe.each(controls)('%s', (control, met, violations) => {
  it('is supported when nothing is wrong', async () => {
    const done = await run(met)
    expect(open(done)).toEqual([])
    expect(done.verdict?.decision).toBe('permit')
    expect(state(done, control)).toBe('present')
  })

  it.each(violations)('fails on %s', async (_, violation, expected) => {
    const done = await run(violation)
    expect(open(done)).toEqual(expected)
    expect(done.verdict?.decision).toBe('deny')
    expect(state(done, control)).toBe('failed')
  })
})

describe('what nothing here can judge', () => {
  it.each([
    ['ITGC-AC-1', { grants: null }],
    ['ITGC-AC-1', { grants: [] }],
    ['ITGC-AC-2', { grants: [] }],
    ['ITGC-AC-4', { grants: [] }],
    ['ITGC-CO-1', { checks: null }],
    ['ITGC-CO-1', { checks: [] }],
    ['SOX-802', { items: null }],
    ['SOX-802', { items: [item()] }],
  ] as const)('leaves %s without evidence, and stops nothing', async (control, given: Case) => {
    const done = await run(given)
    expect(state(done, control)).toBe('missing')
    expect(done.verdict?.decision).toBe('permit')
  })

  it('names nobody in the evidence', async () => {
    const { evidence } = await run({ grants: [grant(), left], permissions: may('eve') })
    expect(JSON.stringify(evidence.filter(({ type }) => type.startsWith('access')))).not.toMatch(/bob|cyd|eve/)
  })
})
