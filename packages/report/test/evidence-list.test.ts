import { describe, expect, it } from 'vitest'
import { identifiersOf, readEvidence, windowSeries } from '../src/evidence-list.js'
import { evidence, statement, statements } from './fixtures/run.js'

describe('readEvidence', () => {
  it('orders by time, then file, whatever order it was given', () => {
    const files = (list: typeof statements) => readEvidence(list).items.map(({ statement: { file } }) => file)
    expect(files([...statements].reverse())).toEqual(files(statements))
    expect(files(statements)[0]).toBe('evidence/2025-02-01-attestation-risk-analysis.dsse.json')
  })

  it('sets aside a statement whose predicate has another shape', () => {
    const odd = [
      statement('evidence', 'no-controls', { type: 'x', outcome: 'pass', collectedAt: '2026-01-01T00:00:00Z' }),
      statement('evidence', 'odd-outcome', {
        type: 'x',
        controls: [],
        outcome: 'fine',
        collectedAt: '2026-01-01T00:00:00Z',
      }),
      statement('evidence', 'odd-time', { type: 'x', controls: [], outcome: 'pass', collectedAt: 'soon' }),
    ]
    const { items, unreadable } = readEvidence([...odd, evidence('data-intake')])
    expect(items).toHaveLength(1)
    expect(unreadable.map(({ file }) => file)).toEqual(odd.map(({ file }) => file).sort())
  })
})

describe('identifiersOf', () => {
  it('adds up the processes of a resumed run', () => {
    const one = evidence('pii-removal', '2026-11-23T09:00:00.000Z', 'pass', {
      found: { EMAIL: 3 },
      residual: { EMAIL: 1 },
    })
    const two = evidence('pii-removal', '2026-11-23T09:05:00.000Z', 'pass', { found: { EMAIL: 4, PHONE: 2 } })
    expect(identifiersOf(readEvidence([one, two]).items)).toEqual({
      found: { EMAIL: 7, PHONE: 2 },
      foundAgain: { EMAIL: 1 },
    })
  })

  it('tells no evidence from nothing found', () => {
    expect(identifiersOf([])).toBeNull()
    expect(identifiersOf(readEvidence([evidence('pii-removal')]).items)).toBeNull()
    const none = evidence('pii-removal', undefined, 'pass', { found: {} })
    expect(identifiersOf(readEvidence([none]).items)).toEqual({ found: {}, foundAgain: {} })
  })
})

describe('windowSeries', () => {
  it('lines up the findings of all windows, and keeps a window that was not assessed as a gap', () => {
    const series = windowSeries(readEvidence(statements).items)
    expect(series.map(({ metric, attribute, threshold }) => ({ metric, attribute, threshold }))).toEqual([
      { metric: 'score-psi', attribute: null, threshold: 0.2 },
      { metric: 'selection-rate-gap', attribute: 'region', threshold: 0.1 },
    ])
    expect(series[1]!.values.map(({ window }) => window)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(series[1]!.values[3]).toEqual({ window: 3, value: null })
  })
})
