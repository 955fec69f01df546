import { describe, expect, it } from 'vitest'
import { modelCard } from '../src/model-card.js'
import type { ReportInput, Statement } from '@attestry/core'
import { complete, drop, modelEvidence } from './fixtures/complete.js'
import { robustness } from './fixtures/measured.js'
import { denied, evidence, failed, input, plugins, record, statements, waiting, withRecord } from './fixtures/run.js'

const withEvidence = (...more: readonly Statement[]): ReportInput => ({
  ...complete,
  statements: [...complete.statements, ...more],
})

describe('modelCard', () => {
  it('counts the controls of each regulation by state', () => {
    const { counts, groups } = modelCard(input).controls
    expect(counts).toEqual({ total: 18, present: 11, missing: 5, stale: 1, failed: 1, people: 6 })
    expect(groups.map(({ regulation, counts: own }) => [regulation?.id, own.present, own.total])).toEqual([
      ['GDPR', 6, 9],
      ['HIPAA', 3, 5],
      ['SOX', 2, 4],
    ])
  })

  it('shows no control as present because a plugin is installed', () => {
    const { counts } = modelCard({ ...input, statements: [] }).controls
    expect(counts).toMatchObject({ present: 0, missing: 18 })
  })

  it('judges staleness as of the end of the run, so that a report made later says the same', () => {
    const later = modelCard(withRecord({ endedAt: '2028-01-01T00:00:00.000Z' }))
    expect(modelCard(input).assessedAt).toBe('2026-11-23T09:15:44.702Z')
    expect(later.controls.counts.present).toBe(0)
    expect(later.controls.counts.stale).toBeGreaterThan(10)
  })

  it('judges a run that has not ended as of its newest evidence', () => {
    const card = modelCard(withRecord({ endedAt: null, status: 'running' }))
    expect(card.assessedAt).toBe('2026-11-23T09:15:44.000Z')
    expect(card.verdict.state).toBe('running')
  })

  it('refuses a record whose times cannot be read, since staleness could not be judged', () => {
    expect(() => modelCard(withRecord({ endedAt: 'yesterday' }))).toThrowError(
      expect.objectContaining({ code: 'REPORT-E002' }),
    )
    expect(() => modelCard(withRecord({ startedAt: '' }))).toThrowError(
      expect.objectContaining({ code: 'REPORT-E002' }),
    )
  })

  it('leaves stages that were not reached as null, never as empty results', () => {
    const card = modelCard(failed)
    expect(card).toMatchObject({ trainingData: null, model: null, evaluation: null, monitoring: null })
  })

  it('states the limit on epsilon as the smaller of policy and config', () => {
    expect(modelCard(input).model?.privacy).toMatchObject({ epsilonSpent: 2.971, epsilonLimit: 3, delta: 1e-5 })
    const training = { ...record.config.training, privacy: { epsilon: 2.99, delta: 1e-5, clippingNorm: 1 } }
    const tighter = modelCard(withRecord({ config: { ...record.config, training } }))
    expect(tighter.model?.privacy?.epsilonLimit).toBe(2.99)
    expect(modelCard(denied).model?.privacy).toBeNull()
  })

  it('sorts assessments into overall, groups, gaps and leakage', () => {
    const { overall, groups, gaps, membershipInference, limits } = modelCard(input).evaluation!
    expect([overall.length, groups.length, gaps.length, membershipInference.length]).toEqual([8, 125, 5, 2])
    expect(limits.map(({ state }) => state)).toEqual(['met', 'met', 'met'])
  })

  it('holds a control failed by one evidence although an older one passed', () => {
    const older = evidence('retention-schedule', '2026-01-01T00:00:00.000Z', 'pass')
    const card = modelCard({ ...input, statements: [...statements, older] })
    expect(card.controls.groups[0]!.controls.find(({ id }) => id === 'GDPR-5(1)(e)')?.state).toBe('failed')
  })

  it('states what the attacks assumed and what nobody tried, from the newest evidence about this model', () => {
    expect(modelCard(complete).robustness).toEqual({
      outcome: 'pass',
      evidence: [expect.stringMatching(/^evidence\/.*robustness/)],
      isValid: true,
      threatModel: robustness.threatModel,
      rows: { test: 1932, attacked: 500 },
      notTested: ['attacks on the training data', 'changes of categories'],
    })
    const weaker = { ...robustness, isValid: false, notTested: ['everything but typos'] }
    const later = { facts: weaker, outcome: 'fail', collectedAt: '2026-11-23T09:15:44.000Z' } as const
    const card = modelCard(withEvidence(modelEvidence('robustness', later)))
    expect(card.robustness).toMatchObject({ outcome: 'fail', isValid: false, notTested: ['everything but typos'] })
  })

  it('states how predictions were explained, and what that does not say', () => {
    expect(modelCard(complete).explanations).toEqual({
      outcome: 'pass',
      evidence: [expect.stringMatching(/^evidence\/.*explanation/)],
      method: 'exact interventional Shapley values',
      class: 'urgent',
      rows: { test: 1932, global: 500, explained: 200 },
      threshold: 0.8,
      notSaid: ['A contribution says what the model used, not what causes what.'],
    })
  })

  it('takes no test of another model for one of its own', () => {
    const statementsLeft = drop(complete.statements, ['robustness', 'explanation'])
    const others = ['robustness', 'explanation'].map(type => modelEvidence(type, { model: 'another model' }))
    const card = modelCard({ ...complete, statements: [...statementsLeft, ...others] })
    expect([card.robustness, card.explanations]).toEqual([null, null])
    expect(modelCard(failed).robustness).toBeNull()
  })

  it('holds null and empty lists where evidence says something else than expected', () => {
    const facts = { threatModel: 'strong', rows: [3], notTested: [1, 'poisoning', null], isValid: 'yes', limits: {} }
    const odd = ['robustness', 'explanation'].map(type =>
      modelEvidence(type, { facts, collectedAt: '2026-11-23T09:15:44.000Z' }),
    )
    const card = modelCard(withEvidence(...odd))
    expect(card.robustness).toMatchObject({
      isValid: null,
      rows: { test: null, attacked: null },
      notTested: ['poisoning'],
    })
    expect(card.robustness?.threatModel).toMatchObject({ knowledge: null, goal: null, perturbations: [], fixed: [] })
    expect(card.explanations).toMatchObject({ method: null, class: null, threshold: null, notSaid: [] })
  })

  it('keeps what people signed apart from evidence', () => {
    const { signedByPeople, evidence: items } = modelCard(input)
    expect(signedByPeople.map(({ type, signer }) => `${type} ${signer}`)).toEqual([
      'approval mara.vidal',
      'attestation lena.hoff',
      'resolution lena.hoff',
    ])
    expect(items).toHaveLength(22)
  })
})

describe('limitations', () => {
  const said = (card: ReturnType<typeof modelCard>, text: string): boolean =>
    card.limitations.some(line => line.includes(text))

  it('follow from what the run holds', () => {
    const card = modelCard(input)
    expect(said(card, "purpose 'route support tickets of patients'")).toBe(true)
    expect(said(card, '126 rows could not be read')).toBe(true)
    expect(said(card, 'interrupted and resumed 1 time')).toBe(true)
    expect(said(card, '8 of 25 groups')).toBe(true)
    expect(said(card, 'did not measure what share they find')).toBe(true)
    expect(said(card, 'Evidence is missing, stale or failed for 7 of 18 controls')).toBe(true)
    expect(said(card, 'The text of 3 controls has not been compared')).toBe(true)
    expect(said(card, 'without differential privacy')).toBe(false)
  })

  it('name a measured recall when evidence holds one', () => {
    const measured = evidence('pii-removal', '2026-11-23T09:15:11.000Z', 'pass', {
      found: { EMAIL: 1 },
      recall: {
        value: 0.941,
        low: 0.902,
        high: 0.965,
        of: 220,
        interval: { method: 'Wilson score', confidence: 0.95 },
      },
    })
    expect(
      said(
        modelCard({ ...input, statements: [...statements, measured] }),
        'Of 220 labelled values of a sample they found 0.941 [0.902, 0.965] (Wilson score interval, confidence 0.95).',
      ),
    ).toBe(true)
    const broken = evidence('pii-removal', '2026-11-23T09:15:11.000Z', 'pass', {
      found: { EMAIL: 1 },
      recall: { value: 1 },
    })
    expect(said(modelCard({ ...input, statements: [...statements, broken] }), 'did not measure')).toBe(true)
  })

  it('say that training was not private, that a limit is not met, and that monitoring was not reached', () => {
    const card = modelCard(denied)
    expect(said(card, 'without differential privacy')).toBe(true)
    expect(said(card, '1 limit is not met: equalized-odds-difference')).toBe(true)
    expect(said(card, 'Monitoring was configured and not reached')).toBe(true)
    expect(said(modelCard(waiting), '1 limit is not met')).toBe(false)
  })

  it('say that the model may have learnt nothing when accuracy reaches down to the baseline', () => {
    const assessments = [
      { metric: 'accuracy', value: 0.7, interval: [0.66, 0.74] as const, n: 500 },
      { metric: 'baseline-accuracy', value: 0.688, n: 500 },
    ]
    const { stages } = record
    const card = modelCard(withRecord({ stages: { ...stages, evaluate: { ...stages.evaluate!, assessments } } }))
    expect(said(card, 'may have learnt nothing')).toBe(true)
    expect(said(card, 'Nothing was measured per group')).toBe(true)
    expect(said(modelCard(input), 'may have learnt nothing')).toBe(false)
  })

  it('say that nobody attacked or explained the model, and that attacks which were masked prove nothing', () => {
    const [neither, both] = [modelCard({ ...complete, statements: [] }), modelCard(complete)]
    for (const text of ['No attack was tried', 'No explanation was computed'])
      expect([said(neither, text), said(both, text)]).toEqual([true, false])
    const masked = { facts: { ...robustness, isValid: false }, collectedAt: '2026-11-23T09:15:44.000Z' }
    const card = modelCard(withEvidence(modelEvidence('robustness', masked)))
    expect([said(card, 'says nothing about robustness'), said(both, 'says nothing about robustness')]).toEqual([
      true,
      false,
    ])
  })

  it('say so when no plugin states a control', () => {
    expect(said(modelCard(withRecord({ plugins: plugins.slice(0, 1) })), 'No loaded plugin states a control')).toBe(
      true,
    )
  })
})
