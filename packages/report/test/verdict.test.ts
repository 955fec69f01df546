import { describe, expect, it } from 'vitest'
import { verdictOf } from '../src/verdict.js'
import { denied, failed, record, stages, waiting } from './fixtures/run.js'

describe('verdictOf', () => {
  it('permits a finished run whose verdict permits', () => {
    expect(verdictOf(record)).toMatchObject({ state: 'permitted', headline: 'Permitted', refused: [], pending: [] })
  })

  it('tells a run that waits for people from one that was refused', () => {
    expect(verdictOf(waiting.record)).toMatchObject({ state: 'waiting', refused: [] })
    expect(verdictOf(waiting.record).pending).toHaveLength(2)
    expect(verdictOf(denied.record)).toMatchObject({ state: 'denied', pending: [] })
  })

  it('names the stage of a failure, and that nothing was decided', () => {
    expect(verdictOf(failed.record)).toMatchObject({
      state: 'failed',
      headline: 'Stopped by a failure in stage preprocess',
      meaning: 'The run did not end as planned. No verdict had been reached.',
    })
  })

  it('says what had been decided when a later stage fails', () => {
    const meaning = verdictOf({ ...record, status: 'failed' }).meaning
    expect(meaning).toContain('deployment had been permitted')
  })

  it('gives no verdict to a run that never came to the gate', () => {
    const { deploy: _, ...before } = stages
    expect(verdictOf({ ...record, stages: before }).state).toBe('none')
    expect(verdictOf({ ...record, status: 'running', stages: before }).state).toBe('running')
  })

  it('reads a permit as a denial while a reason stands against it, whatever the status says', () => {
    const reason = { code: 'X-E001', note: 'not allowed', kind: 'refused' as const }
    const contradictory = {
      ...record,
      stages: { ...stages, deploy: { digests: {}, verdict: { decision: 'permit' as const, reasons: [reason] } } },
    }
    expect(verdictOf(contradictory).state).toBe('denied')
    const finished = {
      ...record,
      stages: { ...stages, deploy: { digests: {}, verdict: { decision: 'deny' as const, reasons: [reason] } } },
    }
    expect(verdictOf(finished)).toMatchObject({
      state: 'denied',
      meaning: 'The model was not deployed. Another run is needed to change this.',
    })
  })
})
