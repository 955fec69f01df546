import { describe, expect, it } from 'vitest'
import { combinePolicy, isDuration } from '@attestry/core'
import { conformance } from '@attestry/plugin-kit'
import { dates, euAiAct, euAiActOptions, retentionPeriods } from '../src/index.js'
import { inputOf, options } from './ready-run.js'

const ready = await inputOf()
const lacking = await inputOf({ attestations: [], assessments: [] })

conformance(euAiAct, {
  options,
  refused: [
    {},
    { ...options, use: [] },
    { ...options, highRisk: 'no' },
    { ...options, role: 'boss' },
    { ...options, datasets: [{ name: 'tickets' }] },
    { ...options, datasets: [{ ...options.datasets[0], collectedOn: 'last year' }] },
    { ...options, declared: { metric: 'accuracy' } },
    { ...options, disclosure: 'yes' },
    { ...options, baseModelFlop: 0 },
    { ...options, more: 1 },
  ],
  inputs: () => [ready, lacking],
  freshness: { now: new Date('2026-11-23T00:00:00Z'), checkedWithin: 'P12M' },
})

describe('what the AI Act plugin demands', () => {
  const documentsOf = (highRisk: (typeof options)['highRisk']) =>
    combinePolicy([euAiAct({ ...options, highRisk })]).documents.map(({ value }) => value)

  it('holds whoever has not decided to the stricter rules', () => {
    const strict = ['ai-act-technical-documentation', 'human-oversight']
    expect(documentsOf('yes')).toEqual(strict)
    expect(documentsOf('unknown')).toEqual(strict)
    expect(documentsOf('no-as-signed')).toEqual([])
  })

  it('keeps documents ten years and logs six months at least', () => {
    const { retention } = combinePolicy([euAiAct(options)])
    expect(retention.map(({ value }) => [value.dataClass, value.min])).toEqual([
      ['ai-act-docs', 'P10Y'],
      ['ai-act-logs', 'P6M'],
    ])
    for (const { min } of [retentionPeriods.documentation, retentionPeriods.logs]) expect(isDuration(min)).toBe(true)
  })

  it('has its dates in order, each with a source, and those of the Omnibus unverified', () => {
    expect(dates.map(({ from }) => from)).toEqual([...dates.map(({ from }) => from)].sort())
    for (const { source, verified } of dates) expect(source.includes('Omnibus')).toBe(!verified)
  })

  it('accepts what the README shows', async () => {
    expect(await euAiActOptions['~standard'].validate(options)).toEqual({ value: options })
  })
})
