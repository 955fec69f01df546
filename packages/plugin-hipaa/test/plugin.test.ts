import { describe, expect, it } from 'vitest'
import { combinePolicy, PiiScrubber } from '@attestry/core'
import { conformance, MemoryScrubber, service } from '@attestry/plugin-kit'
import { hipaa, hipaaOptions, identifiers, type HipaaOptions } from '../src/index.js'

conformance(hipaa, {
  options: { method: 'safe-harbor' },
  refused: [
    {},
    { method: 'limited-data-set' },
    { method: { expertStatement: ' ' } },
    { method: { expertStatement: 'ED-1', extra: 1 } },
    { method: 'safe-harbor', keepDocumentation: '6 years' },
    { method: 'safe-harbor', auditEverySteps: 0 },
    { method: 'safe-harbor', permittedUse: 'whatever' },
    { method: 'safe-harbor', permittedUse: { limitedDataSet: ' ' } },
    { method: 'safe-harbor', permittedUse: { researchWaiver: 'IRB-1', limitedDataSet: 'DUA-1' } },
    { method: 'safe-harbor', fieldReasons: { admitted: '' } },
  ],
  inputs: () => [
    { rows: [{ text: 'hello', label: 'yes', age: 41 }], config: { data: { text: 'text' } } },
    { rows: [{ text: 'from 10.0.0.7' }], services: [service(PiiScrubber, new MemoryScrubber())] },
  ],
  freshness: { now: new Date('2026-11-23T00:00:00Z'), checkedWithin: 'P12M' },
})

conformance(hipaa, { options: { method: { expertStatement: 'ED-2026-07' } } })

describe('what the HIPAA plugin demands', () => {
  const policyOf = (options: HipaaOptions) => combinePolicy([hipaa(options)])
  const documents = (options: HipaaOptions) =>
    policyOf(options).documents.map(({ value, sources }) => [value, sources.map(({ control }) => control)])

  it('removes all identifiers, encrypts, and records every step', () => {
    const policy = policyOf({ method: 'safe-harbor' })
    expect(policy.identifiers.map(({ value }) => value)).toEqual(identifiers)
    expect(policy.identifiers[0]?.sources.map(({ control }) => control)).toEqual(['HIPAA-164.514(b)(2)(i)'])
    expect(policy.encryption).toMatchObject({
      value: { keyBits: 256 },
      sources: [{ control: 'HIPAA-164.312(a)(2)(iv)' }],
    })
    expect(policy.auditEverySteps).toMatchObject({ value: 1, sources: [{ control: 'HIPAA-164.312(b)' }] })
  })

  it('keeps documentation six years at least, in the name of both rules', () => {
    expect(policyOf({ method: 'safe-harbor' }).retention).toMatchObject([
      {
        value: { dataClass: 'documentation', min: 'P6Y', max: null },
        sources: [{ control: 'HIPAA-164.316(b)(2)(i)' }, { control: 'HIPAA-164.530(j)' }],
      },
    ])
  })

  it('needs a contract, an analysis of risk and, under safe harbor, a statement of no actual knowledge', () => {
    expect(documents({ method: 'safe-harbor' })).toEqual([
      ['baa', ['HIPAA-164.504(e)']],
      ['no-actual-knowledge', ['HIPAA-164.514(b)(2)(i)', 'HIPAA-164.514(b)(2)(ii)']],
      ['risk-assessment', ['HIPAA-164.308(a)(1)(ii)(A)']],
    ])
  })

  it('needs the determination of the expert instead, under that method', () => {
    expect(documents({ method: { expertStatement: 'ED-2026-07' } })).toEqual([
      ['baa', ['HIPAA-164.504(e)']],
      ['expert-determination', ['HIPAA-164.514(b)(1)']],
      ['risk-assessment', ['HIPAA-164.308(a)(1)(ii)(A)']],
    ])
  })

  it('takes other numbers from the options', () => {
    const policy = policyOf({ method: 'safe-harbor', keepDocumentation: 'P10Y', auditEverySteps: 5 })
    expect(policy.retention[0]?.value.min).toBe('P10Y')
    expect(policy.auditEverySteps?.value).toBe(5)
  })

  it('accepts both methods in a config file', async () => {
    for (const options of [{ method: 'safe-harbor' }, { method: { expertStatement: 'ED-1' } }])
      expect(await hipaaOptions['~standard'].validate(options)).toEqual({ value: options })
  })
})
