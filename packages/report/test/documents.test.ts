import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  recordOfProcessing,
  recordOfProcessingMarkdown,
  riskAssessment,
  riskAssessmentMarkdown,
  type StatedPart,
} from '../src/index.js'
import { complete, completeStatements, modelEvidence, signed } from './fixtures/complete.js'
import { hostile, hostileText } from './fixtures/hostile.js'
import { denied, evidence, failed, input, record, withRecord } from './fixtures/run.js'

const part = (run: typeof input, title: string): StatedPart =>
  recordOfProcessing(run).parts.find(one => one.title === title)!

describe('recordOfProcessing', () => {
  it('has every part of the article, and says what nobody stated', () => {
    const { parts, open } = recordOfProcessing(input)
    expect(parts.map(({ provision }) => provision.slice(-3))).toEqual([
      '(a)',
      '(a)',
      '(a)',
      '(a)',
      '(b)',
      '(c)',
      '(c)',
      '(d)',
      '(e)',
      '(f)',
      '(g)',
    ])
    expect(parts.filter(({ said }) => said.length === 0).map(({ title }) => title)).toEqual([
      'Controller',
      'Joint controller',
      'Representative',
      'Data protection officer',
      'Categories of data subjects',
      'Recipients',
      'Transfers to third countries',
    ])
    expect(open).toBe(7)
    expect(recordOfProcessingMarkdown(recordOfProcessing(input)).match(/\*\*not stated\*\*/g)).toHaveLength(7)
  })

  it('fills purposes, categories, time limits and security from the record, with where it stands', () => {
    expect(part(input, 'Purposes')).toMatchObject({ said: ['route support tickets of patients'], from: ['config'] })
    expect(part(input, 'Categories of personal data').said).toEqual([
      'free text in column body',
      'groups compared for fairness: region, age-band',
      'outcome: urgency',
      'identifiers found by rules before removal: EMAIL, IBAN, PERSON, PHONE',
    ])
    expect(part(input, 'Time limits for erasure').said).toEqual([
      'training-data: at least 7 years, at most 7 years from end of the run',
      'training-data: on request of the person',
    ])
    expect(part(input, 'Security measures')).toMatchObject({
      said: [
        'a tamper-evident log of the run, given that a checkpoint is held by someone else',
        'identifiers that rules find are removed or masked before training',
      ],
    })
  })

  it('counts no measure whose evidence failed, whatever is installed', () => {
    const said = (outcome: 'pass' | 'fail'): readonly string[] =>
      part({ ...input, statements: [evidence('encryption-at-rest', undefined, outcome)] }, 'Security measures').said
    expect(said('pass')).toEqual(['data at rest is encrypted, at least 256 bits'])
    expect(said('fail')).toEqual([])
  })

  it('takes what only the controller knows from what was signed last', () => {
    const statements = [
      ...input.statements,
      signed('record-of-processing', { controller: ['Old Ltd'], attestedAt: '2026-01-01T00:00:00Z' }, ['dpo'], 'a'),
      signed(
        'record-of-processing',
        { controller: ['Clinic Ltd, Main Street 1'], recipients: [], transfers: 7 },
        ['dpo'],
        'b',
      ),
    ]
    expect(part({ ...input, statements }, 'Controller')).toMatchObject({
      said: ['Clinic Ltd, Main Street 1'],
      from: ['register/b.dsse.json'],
    })
    expect(part({ ...input, statements }, 'Recipients').said).toEqual([])
    expect(part({ ...input, statements }, 'Transfers to third countries').said).toEqual([])
  })

  it('says where the run could connect to, and no more', () => {
    const statements = [
      evidence('local-processing', undefined, 'pass', { allowed: ['mail.example'], refusals: 0, refused: [] }),
    ]
    expect(part({ ...input, statements }, 'Transfers to third countries').said).toEqual([
      'during the run, connections from this process were allowed to loopback and mail.example',
    ])
    const allowed = withRecord({
      config: { ...record.config, network: { localOnly: true, allow: ['b.example', 'a.example'] } },
    })
    expect(part(allowed, 'Recipients').said).toEqual(['hosts that the run may connect to: a.example, b.example'])
  })
})

describe('riskAssessment', () => {
  it('fills facts in and leaves every decision blank with who signs it', () => {
    const { data, model, measurements, decisions } = riskAssessment(input)
    expect(data[0]).toBe('9,660 of 10,000 rows are used; 126 could not be read')
    expect(model.at(-1)).toContain('epsilon 2.97 at delta 1e-5 per record, poisson sampling')
    expect(measurements[0]).toMatch(/^demographic parity difference .*at most 0\.1: met$/)
    expect(decisions.length).toBeGreaterThan(3)
    for (const { decision, signer, command } of decisions) {
      expect(decision).toBeNull()
      expect(signer).not.toBe('')
      expect(command).toMatch(/^attestry attest --kind /)
    }
  })

  it('moves a line from the open risks to the safeguards when its evidence is there', () => {
    const titles = (run: typeof input) => riskAssessment(run).safeguards.map(({ title }) => title)
    expect(titles(complete)).toContain('adversarial robustness tested')
    expect(titles(input)).not.toContain('adversarial robustness tested')
    expect(riskAssessment(input).openRisks).toContainEqual(
      expect.stringMatching(/^adversarial robustness tested: missing/),
    )
    expect(riskAssessment(complete).openRisks).not.toContainEqual(expect.stringMatching(/^adversarial/))
  })

  it('names limits that are not met, and what was not tested', () => {
    expect(riskAssessment(denied).openRisks).toContainEqual(
      expect.stringMatching(/^equalized odds difference.*0\.15.*: over$/),
    )
    expect(riskAssessment(input).notTested).toContain('how the model answers to inputs that an attacker changed')
    const statements = [
      ...completeStatements,
      modelEvidence('robustness', { facts: { notTested: ['attacks that change the sampling'] }, file: 'r' }),
    ]
    const { notTested } = riskAssessment({ ...complete, statements })
    expect(notTested).not.toContain('how the model answers to inputs that an attacker changed')
    expect(notTested).toContain('attacks that change the sampling')
  })

  it('knows a run that made nothing', () => {
    expect(riskAssessment(failed)).toMatchObject({
      data: ['no data was prepared'],
      model: ['no model was trained'],
      safeguards: [],
    })
  })
})

describe('the documents as Markdown', () => {
  it('keep their tables, and let no heading or HTML in, whatever names say', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 40 }), texts => {
        let i = 0
        const run = hostile(complete, () => texts[i++ % texts.length]!)
        for (const page of [
          recordOfProcessingMarkdown(recordOfProcessing(run)),
          riskAssessmentMarkdown(riskAssessment(run)),
        ]) {
          for (const row of page.split('\n')) {
            const bars = row.replace(/\\\|/g, '').match(/\|/g)?.length ?? 0
            if (row.startsWith('| ')) expect(bars, row).toBe(5)
            else expect(row).toMatch(/^(?:$|# [A-Z]|## [A-Z]|- |[A-Z])/)
            expect(row.replace(/\\.|`[^`]*`/g, ''), row).not.toMatch(/<[a-z/!]/i)
          }
        }
      }),
      { numRuns: 25 },
    )
  })

  it('print a blank where a person decides', () => {
    const page = riskAssessmentMarkdown(riskAssessment(input))
    expect(page).toMatch(
      /\| May the risk that is left be accepted for this deployment\? \|  \| accountable executive \|/,
    )
  })
})
