import { describe, expect, it } from 'vitest'
import { combinePolicy } from '@attestry/core'
import { conformance } from '@attestry/plugin-kit'
import { defaultIdentifiers, iso27001, iso27001Options } from '../src/index.js'
import { inputOf, options } from './ready-run.js'

const ready = await inputOf()
const lacking = await inputOf({ approvals: [], checks: [], identifiers: null, deploy: { assessments: [] } })

conformance(iso27001, {
  options,
  refused: [
    {},
    { data: options.data },
    { ...options, data: { ...options.data, owner: ' ' } },
    { ...options, data: { ...options.data, classification: 'secret' } },
    { ...options, model: {} },
    { ...options, approvals: 0 },
    { ...options, deleteAfter: 'two years' },
    { ...options, identifiers: [] },
    { ...options, destinations: 'anywhere' },
    { ...options, more: 1 },
  ],
  inputs: () => [ready, lacking],
  freshness: { now: new Date('2026-11-23T00:00:00Z'), checkedWithin: 'P12M' },
})

describe('what the ISO 27001 plugin demands', () => {
  it('masks identifiers, encrypts, needs documents and an approval, and deletes by then', () => {
    const policy = combinePolicy([iso27001(options)])
    expect(policy.identifiers.map(({ value }) => value)).toEqual(defaultIdentifiers)
    expect(policy.encryption?.value).toEqual({ keyBits: 256 })
    expect(policy.approvals?.value).toBe(1)
    expect(policy.documents.map(({ value }) => value)).toEqual([
      'ai-impact-assessment',
      'legal-review',
      'third-party-data-rights',
    ])
    expect(policy.retention.map(({ value }) => value.max)).toEqual(['P2Y'])
  })

  it('accepts what the README shows', async () => {
    expect(await iso27001Options['~standard'].validate(options)).toEqual({ value: options })
  })
})
