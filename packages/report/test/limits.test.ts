import type { Assessment } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { limitsOf, worstGap } from '../src/limits.js'
import { record } from './fixtures/run.js'

const under = (max: number, assessments: readonly Assessment[], metric = 'equalized-odds-difference') =>
  limitsOf(
    {
      ...record,
      policy: { ...record.policy, metrics: [{ value: { metric, max }, sources: [{ plugin: 'p', control: 'C-1' }] }] },
      config: { ...record.config, evaluation: { testFraction: 0.2 } },
    },
    assessments,
  )[0]!

const gap = (value: number | null, attribute?: string): Assessment => ({
  metric: 'equalized-odds-difference',
  value,
  n: 100,
  ...(attribute !== undefined && { attribute }),
})

describe('limitsOf', () => {
  it('holds the worst assessment of a metric against its limit', () => {
    expect(under(0.1, [gap(0.02, 'age'), gap(0.09, 'region')])).toMatchObject({
      state: 'met',
      value: 0.09,
      about: 'over region',
    })
    expect(under(0.1, [gap(0.02), gap(0.1001, 'region')])).toMatchObject({ state: 'over', value: 0.1001 })
  })

  it('takes a value at its limit as within it', () => {
    expect(under(0.1, [gap(0.1)]).state).toBe('met')
  })

  it('never counts what was not assessed as met', () => {
    expect(under(0.1, []).state).toBe('not-assessed')
    expect(under(0.1, [gap(null)]).state).toBe('not-assessed')
    expect(under(0.1, [gap(0.02), gap(null, 'region')]).state).toBe('not-assessed')
    expect(under(0.1, [gap(Number.NaN)]).state).toBe('over')
  })

  it('names who asked', () => {
    expect(under(0.1, [gap(0)]).asked).toEqual(['C-1 (p)'])
  })
})

describe('worstGap', () => {
  const limit = (metric: string, value: number | null, max: number, state: 'met' | 'over' | 'not-assessed') => ({
    metric,
    value,
    max,
    state,
    interval: null,
    about: null,
    asked: [],
  })

  it('is the gap nearest to its limit, or furthest over it', () => {
    const limits = [
      limit('a-difference', 0.05, 0.1, 'met'),
      limit('b-difference', 0.09, 0.1, 'met'),
      limit('loss', 9, 10, 'met'),
    ]
    expect(worstGap(limits)?.metric).toBe('b-difference')
  })

  it('prefers a gap that nobody measured to one that is within its limit', () => {
    const limits = [limit('a-difference', 0.05, 0.1, 'met'), limit('b-difference', null, 0.1, 'not-assessed')]
    expect(worstGap(limits)?.metric).toBe('b-difference')
    expect(worstGap([limit('loss', 1, 2, 'met')])).toBeNull()
  })
})
