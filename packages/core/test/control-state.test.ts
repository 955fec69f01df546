import { describe, expect, it } from 'vitest'
import { controlStates, sha256, type Control, type Statement } from '../src/index.js'

const control: Control = {
  id: 'X-1',
  title: 'Logged',
  citation: 'X, section 1',
  paraphrase: 'keep a log',
  class: ['enforced'],
  hooks: ['audit'],
  evidence: ['audit-log', 'review'],
  maxAge: 'P1Y',
  source: 'own',
  checkedOn: '2026-11-23',
  verified: false,
}
const plugins = [{ name: 'x', version: '1.0.0', controls: [control] }]
const evidence = (
  type: string,
  outcome: string,
  collectedAt = '2026-11-01T00:00:00Z',
  controls = ['X-1'],
): Statement => ({
  type: 'evidence',
  subjects: [],
  predicate: { type, outcome, collectedAt, controls },
  digest: sha256(type + outcome + collectedAt),
  signer: 'run',
  keyId: 'k',
  roles: [],
  file: `${type}.json`,
})
const at = new Date('2026-11-23T00:00:00Z')
const state = (...statements: Statement[]) => controlStates(plugins, statements, at)[0]!

describe('the state of a control', () => {
  it('is present when every type of its evidence is there, young and not failed', () => {
    expect(state(evidence('audit-log', 'pass'), evidence('review', 'info'))).toMatchObject({
      state: 'present',
      by: ['audit-log.json', 'review.json'],
    })
  })

  it('is missing when one type is missing, or names another control', () => {
    expect(state(evidence('audit-log', 'pass'))).toMatchObject({ state: 'missing', detail: 'no review' })
    expect(state(evidence('audit-log', 'pass'), evidence('review', 'pass', undefined, ['X-2'])).state).toBe('missing')
  })

  it('is failed when the newest evidence of a type failed', () => {
    const late = evidence('review', 'fail', '2026-11-02T00:00:00Z')
    expect(state(evidence('audit-log', 'pass'), evidence('review', 'pass'), late).state).toBe('failed')
  })

  it('is failed when one of two from the same millisecond failed, in whatever order they are read', () => {
    const both = [evidence('review', 'fail'), evidence('review', 'pass')]
    for (const order of [both, both.toReversed()])
      expect(state(evidence('audit-log', 'pass'), ...order).state).toBe('failed')
  })

  it('is stale when evidence is older than its maximum age', () => {
    expect(state(evidence('audit-log', 'pass', '2025-01-01T00:00:00Z'), evidence('review', 'pass')).state).toBe('stale')
  })

  it('is never present because a plugin is installed', () => {
    const bare = { ...control, evidence: [] }
    expect(controlStates([{ ...plugins[0]!, controls: [bare] }], [], at)[0]).toMatchObject({ state: 'missing' })
  })
})
