import { describe, expect, it } from 'vitest'
import { sha256 } from '@attestry/core'
import { MemoryAccess, runPlugin } from '@attestry/plugin-kit'
import { iso27001 } from '../src/index.js'
import {
  accuracy,
  attacked,
  codes,
  evaluateOn,
  event,
  inputOf,
  options,
  rows,
  run,
  scrubber,
  type Case,
} from './ready-run.js'

const { data } = options

/** Each planted violation, and what is open because of it. Without the violation the same run is permitted. */
const violations: readonly (readonly [string, Case, string])[] = [
  ['no change ticket', { config: { deployment: {} } }, 'ISO-E001 refused ISO27001-A.8.32'],
  ['an empty change ticket', { config: { deployment: { changeTicket: ' ' } } }, 'ISO-E001 refused ISO27001-A.8.32'],
  ['the model was never attacked', { deploy: { assessments: [accuracy] } }, 'ISO-E014 refused ISO27001-A.8.12'],
  [
    'an attack without a value',
    { deploy: { assessments: [accuracy, { ...attacked, value: null }] } },
    'ISO-E014 refused ISO27001-A.8.12',
  ],
  ['no approval', { approvals: [] }, 'ISO-E002 pending ISO27001-A.5.3'],
  ["the author's own approval", { approvals: [{ signer: 'ada' }] }, 'ISO-E002 pending ISO27001-A.5.3'],
  [
    'an approval of other digests',
    { approvals: [{ signer: 'bob', digests: { model: sha256('x') } }] },
    'ISO-E002 pending ISO27001-A.5.3',
  ],
  ['fewer approvals than asked', { options: { approvals: 2 } }, 'ISO-E002 pending ISO27001-A.5.3'],
  [
    'a model classed lower than its data',
    { options: { model: { owner: 'emil', classification: 'internal' } } },
    'ISO-E003 refused ISO27001-A.5.12',
  ],
  ['no owner of the data', { options: { data: { ...data, owner: null } } }, 'ISO-E013 refused ISO27001-A.5.9'],
  ['no owner of the model', { options: { model: { owner: null } } }, 'ISO-E013 refused ISO27001-A.5.9'],
  ['no licence', { options: { data: { ...data, licence: null } } }, 'ISO-E013 refused ISO27001-A.5.32'],
  ['any destination', { config: { network: { localOnly: false } } }, 'ISO-E004 refused ISO27001-A.5.14'],
  ['a destination not agreed', { config: { network: { allow: ['x.example'] } } }, 'ISO-E004 refused ISO27001-A.5.14'],
  [
    'rights of a stranger',
    { access: new MemoryAccess([{ principal: '*', action: 'deploy' }]) },
    'ISO-E005 pending ISO27001-A.5.15',
  ],
  ['a statement that does not verify', { rejected: 1 }, 'ISO-E006 refused ISO27001-A.5.28'],
  ['an empty log', { events: [] }, 'ISO-E007 refused ISO27001-A.8.15'],
  [
    'a gap in the log',
    { events: [0, 2].map(index => ({ index, event: event() })) },
    'ISO-E007 refused ISO27001-A.8.15',
  ],
  [
    'an event without an actor',
    { events: [{ index: 0, event: event({ actor: ' ' }) }] },
    'ISO-E007 refused ISO27001-A.8.15',
  ],
  [
    'an event without a time',
    { events: [{ index: 0, event: event({ time: 'noon' }) }] },
    'ISO-E007 refused ISO27001-A.8.15',
  ],
  ['a check that failed', { checks: [{ name: 'daily', lastOutcome: 'failed' }] }, 'ISO-E009 pending ISO27001-A.8.16'],
  ['short keys', { keyBits: 128 }, 'ISO-E010 refused ISO27001-A.8.24'],
  ['no vault', { keyBits: null }, 'ISO-E010 refused ISO27001-A.8.24'],
  ['training in production', { config: { environment: 'production' } }, 'ISO-E011 refused ISO27001-A.8.31'],
  ['identifiers in test rows', { identifiers: 3 }, 'ISO-E012 refused ISO27001-A.8.33'],
  ['test rows that nobody looked at', { identifiers: null }, 'ISO-E012 refused ISO27001-A.8.33'],
]

describe('a deployment under ISO 27001', () => {
  it('is permitted when every question is met, with evidence for each', async () => {
    const { verdict, evidence } = await run()
    expect(verdict?.decision).toBe('permit')
    expect(evidence.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(evidence.map(({ type }) => type)).toEqual([
      'change-control',
      'asset-inventory',
      'classification',
      'rights-stated',
      'transfer-destinations',
      'leakage-measured',
      'access-denied-by-default',
      'evidence-integrity',
      'log-is-whole',
      'deletion-planned',
      'monitoring-in-force',
      'algorithm-inventory',
      'environment-separation',
      'test-information-gate',
    ])
  })

  it.each([
    ['nothing was measured', []],
    ['what was measured has no value', [accuracy, attacked].map(one => ({ ...one, value: null }))],
  ])('is denied as neither tested nor attacked when %s', async (_, assessments) => {
    expect(codes(await run({ deploy: { assessments } }))).toEqual([
      'ISO-E001 refused ISO27001-A.8.32',
      'ISO-E014 refused ISO27001-A.8.12',
    ])
  })

  it.each(violations)('is denied for %s', async (_, given, expected) => {
    const result = await run(given)
    expect(codes(result)).toEqual([expected])
    const control = expected.split(' ')[2]!
    const isRefused = expected.includes('refused')
    const records = result.evidence.filter(({ controls }) => controls.includes(control))
    expect(records.some(({ outcome }) => outcome === 'fail')).toBe(isRefused)
  })

  it('waits for whoever decides on access, and for something to watch the model', async () => {
    const { monitoring: _, ...config } = (await inputOf()).config as { monitoring: unknown }
    const input = await inputOf({ access: null })
    const result = await runPlugin(iso27001(options), { ...input, config })
    expect(codes(result)).toContain('ISO-E009 pending ISO27001-A.8.16')
  })

  it('needs a longest period for training data, from whoever sets it', async () => {
    const { deleteAfter: _, ...without } = options
    const result = await runPlugin(iso27001(without), await inputOf())
    expect(codes(result)).toEqual(['ISO-E008 refused ISO27001-A.8.10'])
  })

  it('lets agreed destinations pass', async () => {
    const network = { allow: ['mail.example:587'] }
    expect(codes(await run({ config: { network }, options: { destinations: ['mail.example:587'] } }))).toEqual([])
  })
})

describe('the scan of test rows', () => {
  const scan = async (texts: readonly string[], text: string | undefined = 'text') => {
    const input = await inputOf()
    const data = text === undefined ? {} : { data: { text } }
    const { evidence } = await runPlugin(iso27001(options), {
      rows,
      config: { ...input.config, ...data },
      services: [...(input.services ?? []), scrubber],
      evaluate: evaluateOn(texts),
    })
    return evidence.find(({ type }) => type === 'test-information')
  }

  it('fails on one identifier, and counts by type without the value', async () => {
    const found = await scan(['hello', 'write to ann@example.org'])
    expect(found).toMatchObject({ outcome: 'fail', facts: { rows: 2, found: 1, byType: { EMAIL: 1 } } })
    expect(JSON.stringify(found)).not.toContain('ann@')
  })

  it('passes on clean text', async () => {
    expect(await scan(['hello', 'bye'])).toMatchObject({ outcome: 'pass', facts: { rows: 2, found: 0 } })
  })
})
