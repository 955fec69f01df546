import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { combinePolicy, ConsentRegistry } from '@attestry/core'
import { conformance, MemoryConsent } from '@attestry/plugin-kit'
import { soc2, soc2Options } from '../src/index.js'
import { codes, inputOf, modelFiles, options, run } from './ready-run.js'

const folder = mkdtempSync(join(tmpdir(), 'soc2-ready-'))
mkdirSync(join(folder, 'model'))
for (const [name, content] of Object.entries(modelFiles)) writeFileSync(join(folder, 'model', name), content)
afterAll(() => rmSync(folder, { recursive: true }))
const consent = new MemoryConsent([{ subject: 'sub_1', purpose: 'test', state: 'given' }])
const ready = await inputOf({}, folder)
const withConsent = await inputOf({ consent }, folder)
const lacking = await inputOf({
  approvals: [],
  attestations: [],
  checks: null,
  intake: null,
  deploy: { assessments: [] },
})

conformance(soc2, {
  options,
  refused: [
    {},
    { classification: { data: 'secret' } },
    { classification: { data: 'public', more: 1 } },
    { ...options, approvals: 0 },
    { ...options, privacy: {} },
    { ...options, disposeAfter: 'two years' },
    { ...options, destinations: 'anywhere' },
  ],
  inputs: () => [ready, lacking],
  freshness: { now: new Date('2026-11-23T00:00:00Z'), checkedWithin: 'P12M' },
})

conformance(soc2, {
  options: { ...options, privacy: { consent: 'explicit' } },
  inputs: () => [withConsent],
})

describe('what the SOC 2 plugin demands', () => {
  it('limits how long training data is kept in the name of each criterion on disposal', () => {
    const { retention } = combinePolicy([soc2({ classification: { data: 'confidential' }, disposeAfter: 'P1Y' })])
    expect(retention).toMatchObject([{ value: { dataClass: 'training-data', max: 'P1Y' } }])
    expect(retention[0]?.sources.map(({ control }) => control)).toEqual(['SOC2-C1.2', 'SOC2-CC6.5', 'SOC2-P4.3'])
  })

  it('needs encryption, one approval, the impact of the change, and a disposal period when one is given', () => {
    const policy = combinePolicy([soc2(options)])
    expect(policy.encryption?.value).toEqual({ keyBits: 256 })
    expect(policy.approvals?.value).toBe(1)
    expect(policy.documents.map(({ value }) => value)).toEqual(['change-impact'])
    expect(policy.retention.map(({ value }) => value)).toEqual([
      { dataClass: 'training-data', min: null, max: 'P2Y', trigger: 'end of training' },
    ])
    expect(combinePolicy([soc2({ classification: { data: 'public' }, approvals: 3 })])).toMatchObject({
      approvals: { value: 3 },
      retention: [],
    })
  })

  it('asks a consent registry only when the privacy category is in scope', () => {
    expect(soc2(options).requires).not.toContain(ConsentRegistry)
    expect(soc2(options).hooks?.preprocess).toBeUndefined()
    expect(soc2({ ...options, privacy: { consent: 'implicit' } }).requires).toContain(ConsentRegistry)
  })

  it('permits a run that meets every question, and says of each what is met', async () => {
    const { verdict } = await run()
    expect(verdict?.decision).toBe('permit')
    expect(verdict?.reasons.map(({ control }) => control).sort()).toEqual([
      'SOC2-C1.1',
      'SOC2-C1.2',
      'SOC2-CC3.4',
      'SOC2-CC6.7',
      'SOC2-CC6.8',
      'SOC2-CC7.2',
      'SOC2-CC8.1',
      'SOC2-PI1.1',
    ])
  })

  it('tells everything that is open at once', async () => {
    const done = await run({
      approvals: [],
      attestations: [],
      checks: null,
      intake: null,
      files: {},
      recorded: modelFiles,
    })
    expect(done.verdict?.decision).toBe('deny')
    expect(codes(done)).toEqual([
      'SOC2-E003 pending SOC2-CC8.1',
      'SOC2-E004 pending SOC2-CC3.4',
      'SOC2-E006 refused SOC2-CC7.1',
      'SOC2-E007 pending SOC2-CC7.2',
      'SOC2-E009 refused SOC2-PI1.1',
    ])
  })

  it('accepts what the README shows', async () => {
    const shown = { classification: { data: 'confidential' }, privacy: { consent: 'explicit' }, disposeAfter: 'P2Y' }
    expect(await soc2Options['~standard'].validate(shown)).toEqual({ value: shown })
  })
})
