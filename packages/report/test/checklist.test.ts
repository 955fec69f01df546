import type { Assessment, ReportInput, RunRecord, Statement } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checklistMarkdown, checklistText, deploymentChecklist, type ChecklistLine } from '../src/index.js'
import { hostileText } from './fixtures/hostile.js'
import { complete, completeStatements, drop, modelEvidence, signed } from './fixtures/complete.js'
import { digest, evidence, failed as failedRun, record, stages, withRecord } from './fixtures/run.js'

const at = new Date('2026-11-23T09:15:44.702Z')
const inTwoYears = new Date('2028-11-23T09:15:44.702Z')
const line = (id: string, input: ReportInput, when: Date = at): ChecklistLine =>
  deploymentChecklist(input, when).find(one => one.id === id)!

const withStatements = (...statements: readonly Statement[]): ReportInput => ({ ...complete, statements })
const without = (...types: readonly string[]): ReportInput => withStatements(...drop(completeStatements, types))
const instead = (type: string, ...statements: readonly Statement[]): ReportInput =>
  withStatements(...drop(completeStatements, [type]), ...statements)
const changed = (changes: Partial<RunRecord>): ReportInput => ({
  ...complete,
  record: { ...complete.record, ...changes },
})
const later = '2026-11-23T09:15:44.600Z'

const { preprocess, train, evaluate } = stages
const assessed = (change: (one: Assessment) => Assessment): ReportInput =>
  changed({ stages: { ...stages, evaluate: { ...evaluate, assessments: evaluate.assessments.map(change) } } })

/** What is planted for a line, and what the line must then say. */
type Case = readonly [state: ChecklistLine['state'], detail: string | RegExp, input: ReportInput, at?: Date]

const attestedCases = (kind: string): readonly Case[] => [
  ['attested', 'signed by lena.hoff (dpo), until 2027-06-30', complete],
  ['missing', `nobody has attested '${kind}'`, without(kind)],
  ['missing', 'not for this purpose', instead(kind, signed(kind, { purpose: 'another purpose' }))],
  ['missing', 'not for this purpose', instead(kind, signed(kind, { dataset: digest('another dataset') }))],
  ['stale', 'expired on 2027-06-30', complete, inTwoYears],
  ['stale', 'expired on 2026-11-23', instead(kind, signed(kind, { expires: '2026-11-23' }))],
  ['failed', 'no expiry date that can be read', instead(kind, signed(kind, { expires: 'next year' }))],
  ['failed', 'which has not come', instead(kind, signed(kind, { attestedAt: '2027-01-01T00:00:00Z' }))],
  ['failed', "by the run's own key", instead(kind, signed(kind, {}, ['run']))],
]

const cases: Readonly<Record<string, readonly Case[]>> = {
  'consent-documented': [
    ['present', 'without consent for this purpose were left out', complete],
    ['missing', 'no evidence of consent', without('purpose-and-basis', 'consent-state', 'legal-basis')],
    [
      'missing',
      'asked for another purpose',
      instead(
        'purpose-and-basis',
        evidence('purpose-and-basis', later, 'pass', { legalBasis: 'consent', purpose: 'ads' }),
      ),
    ],
    [
      'missing',
      'no evidence of consent',
      instead('purpose-and-basis', evidence('consent-state', later, 'info', { events: 0 })),
    ],
    ['stale', 'older than P365D', complete, inTwoYears],
    [
      'failed',
      "'purpose-and-basis' failed",
      instead('purpose-and-basis', evidence('purpose-and-basis', later, 'fail')),
    ],
    [
      'failed',
      "'consent-state' failed",
      withStatements(...completeStatements, evidence('consent-state', later, 'fail')),
    ],
    [
      'attested',
      'rests on legitimate-interests: signed by lena.hoff',
      instead(
        'purpose-and-basis',
        evidence('purpose-and-basis', later, 'pass', {
          legalBasis: 'legitimate-interests',
          purpose: record.config.purpose,
        }),
        signed('legal-basis'),
      ),
    ],
    [
      'missing',
      "rests on contract: nobody has attested 'legal-basis'",
      instead('purpose-and-basis', evidence('purpose-and-basis', later, 'pass', { legalBasis: 'contract' })),
    ],
  ],
  'identifiers-removed': [
    ['present', 'found none again', complete],
    ['missing', "no evidence 'pii-removal'", without('pii-removal')],
    [
      'missing',
      'only 100 of 9,660 rows',
      instead('pii-removal', evidence('pii-removal', later, 'pass', { rowsScanned: 100 })),
    ],
    ['stale', 'older than P365D', complete, inTwoYears],
    [
      'failed',
      'found again after removal',
      withStatements(
        ...completeStatements,
        evidence('pii-removal', '2026-11-23T09:14:00.000Z', 'fail', { rowsScanned: 1 }),
      ),
    ],
    [
      'failed',
      'found again after removal',
      // Whatever the outcome says: the counts are the facts.
      instead(
        'pii-removal',
        evidence('pii-removal', later, 'pass', { rowsScanned: 9_874, found: { EMAIL: 9 }, residual: { EMAIL: 1 } }),
      ),
    ],
    ['failed', "'pan-absence' failed", withStatements(...completeStatements, evidence('pan-absence', later, 'fail'))],
  ],
  'retention-in-force': [
    ['present', '12 kept, nothing past the end', complete],
    ['missing', 'nothing shows that they are kept to', without('retention-state')],
    ['missing', 'no retention period is in force', without('retention-state', 'retention-schedule')],
    [
      'missing',
      'covers anything',
      instead('retention-state', evidence('retention-state', later, 'pass', { items: 0 })),
    ],
    ['stale', 'older than P92D', complete, new Date('2027-06-01T00:00:00Z')],
    ['failed', "'retention-state' failed", instead('retention-state', evidence('retention-state', later, 'fail'))],
    [
      'failed',
      '3 kept past the end',
      instead('retention-state', evidence('retention-state', later, 'pass', { items: 5, overdue: 3 })),
    ],
    [
      'failed',
      'nobody has resolved them: retain:training-data',
      changed({
        policy: { ...record.policy, conflicts: record.policy.conflicts.map(one => ({ ...one, resolution: null })) },
      }),
    ],
  ],
  'third-party-data-rights': attestedCases('third-party-data-rights'),
  'bias-tested': [
    ['present', 'measured over region, age-band', complete],
    // A gap over its limit is another line: a test that finds one is a test.
    ['present', 'measured over', instead('bias-assessment', modelEvidence('bias-assessment', { outcome: 'fail' }))],
    ['missing', "no evidence 'bias-assessment'", without('bias-assessment')],
    [
      'missing',
      'about another model',
      instead('bias-assessment', modelEvidence('bias-assessment', { model: 'other' })),
    ],
    [
      'missing',
      'no group column',
      changed({ config: { ...record.config, data: { ...record.config.data, groups: [] } } }),
    ],
    ['missing', 'no model was trained', failedRun],
    ['stale', 'older than P365D', complete, inTwoYears],
    [
      'failed',
      'fewer than two groups are large enough: age-band',
      instead(
        'bias-assessment',
        modelEvidence('bias-assessment', {
          facts: {
            attributes: [
              {
                attribute: 'region',
                groups: [
                  { group: 'a', rows: 50 },
                  { group: 'b', rows: 60 },
                ],
              },
              {
                attribute: 'age-band',
                groups: [
                  { group: 'a', rows: 50 },
                  { group: 'b', state: 'not-assessed' },
                ],
              },
            ],
          },
        }),
      ),
    ],
  ],
  'explanations-prepared': [
    ['present', 'computed for this model', complete],
    ['missing', "no evidence 'explanation'", without('explanation')],
    ['missing', 'about another model', instead('explanation', modelEvidence('explanation', { model: 'other' }))],
    ['stale', 'older than P365D', complete, inTwoYears],
    ['failed', "'explanation' failed", instead('explanation', modelEvidence('explanation', { outcome: 'fail' }))],
  ],
  'fairness-validated': [
    ['present', /^3 limits on gaps met: demographic-parity-difference/, complete],
    ['missing', "no evidence 'bias-assessment'", without('bias-assessment')],
    [
      'missing',
      'no limit on a gap',
      changed({
        policy: { ...record.policy, metrics: [] },
        config: { ...record.config, evaluation: { testFraction: 0.2 } },
      }),
    ],
    [
      'missing',
      'not assessed: equalized-odds-difference',
      assessed(one => (one.metric === 'equalized-odds-difference' ? { ...one, value: null } : one)),
    ],
    ['stale', 'older than P365D', complete, inTwoYears],
    [
      'failed',
      'over the limit: equalized-odds-difference',
      assessed(one => (one.metric === 'equalized-odds-difference' ? { ...one, value: 0.4 } : one)),
    ],
    [
      'failed',
      "'bias-assessment' failed",
      // One measurement, two statements: the one that failed came first.
      instead(
        'bias-assessment',
        modelEvidence('bias-assessment', { outcome: 'fail', file: 'bias-1' }),
        modelEvidence('bias-assessment', { collectedAt: later, file: 'bias-2' }),
      ),
    ],
  ],
  'robustness-tested': [
    ['present', 'attacked with the methods named', complete],
    ['missing', "no evidence 'robustness'", without('robustness')],
    ['missing', 'about another model', instead('robustness', modelEvidence('robustness', { model: 'other' }))],
    ['stale', 'older than P365D', complete, inTwoYears],
    ['failed', "'robustness' failed", instead('robustness', modelEvidence('robustness', { outcome: 'fail' }))],
  ],
  'audit-log-on': [
    ['present', '412 events, every action has its outcome', complete],
    ['missing', "no evidence 'audit-log'", without('audit-log')],
    ['missing', 'no event', instead('audit-log', evidence('audit-log', later, 'pass', { events: 0 }))],
    ['stale', 'older than P365D', complete, inTwoYears],
    ['failed', "'audit-log' failed", instead('audit-log', evidence('audit-log', later, 'fail'))],
    [
      'failed',
      'has a gap',
      instead('audit-log', evidence('audit-log', later, 'pass', { events: 9, isGapFree: false })),
    ],
  ],
  'incident-procedure': attestedCases('incident-procedure'),
  'reviews-scheduled': [
    ['present', '2 checks scheduled, none missed', complete],
    ['missing', "no evidence 'scheduled-checks'", without('scheduled-checks')],
    [
      'missing',
      'no check is scheduled',
      instead('scheduled-checks', evidence('scheduled-checks', later, 'pass', { checks: [] })),
    ],
    ['stale', 'older than P92D', complete, new Date('2027-06-01T00:00:00Z')],
    ['failed', "'scheduled-checks' failed", instead('scheduled-checks', evidence('scheduled-checks', later, 'fail'))],
    [
      'failed',
      '1 due times passed',
      instead('scheduled-checks', evidence('scheduled-checks', later, 'pass', { checks: 2, missed: ['2026-11-22'] })),
    ],
  ],
  'staff-trained': attestedCases('staff-training'),
  'model-card': [
    ['present', 'model-card.md', complete],
    ['missing', 'no model was trained', failedRun],
    ['missing', 'was not evaluated', changed({ stages: { preprocess, train } })],
    ['missing', "no evidence 'model-digest'", without('model-digest')],
    ['stale', 'older than P365D', complete, inTwoYears],
    ['failed', 'names another model', instead('model-digest', modelEvidence('model-digest', { model: 'other' }))],
  ],
  'compliance-report': [
    ['present', /^18 controls judged, \d+ of them open$/, complete],
    ['missing', 'no loaded plugin states a control', changed({ plugins: [] })],
    ['missing', 'has not ended', changed({ endedAt: null })],
    ['missing', "no evidence 'audit-log'", without('audit-log')],
    ['stale', '1 control was checked more than 12 months ago', changed({ plugins: withOldText('2025-11-22') })],
    ['stale', '1 control was checked more than 12 months ago', changed({ plugins: withOldText('some day') })],
    ['failed', "'audit-log' failed", instead('audit-log', evidence('audit-log', later, 'fail'))],
    [
      'failed',
      '1 evidence statement cannot be read',
      withStatements(...completeStatements, { ...evidence('data-intake'), predicate: { type: 'data-intake' } }),
    ],
  ],
  'risk-assessment': attestedCases('risk-assessment'),
  'legal-review': attestedCases('legal-review'),
}

function withOldText(checkedOn: string): RunRecord['plugins'] {
  let isFirst = true
  return record.plugins.map(plugin => ({
    ...plugin,
    controls: plugin.controls.map(one => {
      const old = isFirst ? { ...one, checkedOn } : one
      isFirst = false
      return old
    }),
  }))
}

describe('deploymentChecklist', () => {
  it('has the sixteen lines in their four columns', () => {
    const lines = deploymentChecklist(complete, at)
    expect(lines.map(({ id }) => id)).toEqual(Object.keys(cases))
    expect(lines.map(({ column }) => column)).toEqual(
      ['data', 'model', 'operations', 'documents'].flatMap(column => [column, column, column, column]),
    )
  })

  for (const [id, planted] of Object.entries(cases))
    describe(id, () => {
      planted.forEach(([state, detail, input, when], i) =>
        it(`is ${state} (${i + 1}): ${String(detail)}`, () => {
          const found = line(id, input, when)
          expect(found.state).toBe(state)
          if (typeof detail === 'string') expect(found.detail).toContain(detail)
          else expect(found.detail).toMatch(detail)
        }),
      )
    })

  it('plants every state for every line', () => {
    const people = ['third-party-data-rights', 'incident-procedure', 'staff-trained', 'risk-assessment', 'legal-review']
    for (const [id, planted] of Object.entries(cases)) {
      const states = new Set(planted.map(([state]) => state))
      const done = people.includes(id) ? 'attested' : 'present'
      for (const state of ['missing', 'stale', 'failed', done] as const)
        expect(states, `${id} ${state}`).toContain(state)
    }
  })

  it('ticks nothing because a plugin is loaded', () => {
    const states = deploymentChecklist({ ...complete, statements: [] }, at).map(({ state }) => state)
    expect(new Set(states)).toEqual(new Set(['missing']))
  })

  it('names a statement for whatever is done, and a command for whatever is open', () => {
    for (const input of [complete, failedRun, { ...complete, statements: [] }])
      for (const { id, state, evidence: files, help } of deploymentChecklist(input, at)) {
        const isDone = state === 'present' || state === 'attested'
        if (isDone) expect(files.length, id).toBeGreaterThan(0)
        if (isDone) expect(help, id).toBeNull()
        else expect(help, id).toMatch(/^attestry [a-z]/)
      }
  })

  it('lets the newest attestation decide, also when it has expired and an older one has not', () => {
    const input = withStatements(
      signed('legal-review', { attestedAt: '2026-01-01T00:00:00Z', expires: '2030-01-01' }, ['dpo'], 'old'),
      signed('legal-review', { attestedAt: '2026-02-01T00:00:00Z', expires: '2026-03-01' }, ['dpo'], 'new'),
    )
    expect(line('legal-review', input)).toMatchObject({ state: 'stale', evidence: ['register/new.dsse.json'] })
  })

  it('does not depend on the order of statements', () => {
    const reversed = withStatements(...[...completeStatements].reverse())
    expect(deploymentChecklist(reversed, at)).toEqual(deploymentChecklist(complete, at))
  })
})

describe('checklistText', () => {
  it('prints a row per line with its evidence, and the command for what is open', () => {
    const text = checklistText(deploymentChecklist(without('legal-review'), at))
    expect(text).toContain('  ✓ present    audit log on')
    expect(text).toContain('  ✎ attested   staff trained')
    expect(text).toContain('  ○ missing    legal review')
    expect(text).toContain('help: attestry attest --kind legal-review --as <principal>')
    expect(text).toContain('15 of 16 done: 11 present, 4 attested; 1 missing, 0 stale, 0 failed')
  })

  it('lets no name end a line or steer the terminal', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const lines = deploymentChecklist(complete, at).map(one => ({ ...one, detail: text, evidence: [text] }))
        const printed = checklistText(lines)
        expect(printed.split('\n')).toHaveLength(4 + 32 + 2)
        expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
      }),
    )
  })
})

describe('checklistMarkdown', () => {
  it('keeps its tables whatever names say', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const lines = deploymentChecklist(complete, at).map(one => ({ ...one, detail: text, evidence: [text, text] }))
        const rows = checklistMarkdown(lines, { name: text, run: text, assessedAt: later })
          .split('\n')
          .filter(row => row.startsWith('| '))
        expect(rows).toHaveLength(4 * 6)
        for (const row of rows) expect(row.replace(/\\\|/g, '').match(/\|/g), row).toHaveLength(5)
      }),
    )
  })

  it('lists what is open with the command', () => {
    const markdown = checklistMarkdown(deploymentChecklist(withRecord({}), at), {
      name: 'ticket-triage',
      run: record.id,
      assessedAt: later,
    })
    expect(markdown).toContain('- staff trained: `attestry attest --kind staff-training --as <principal>')
    expect(markdown).toContain('| audit log on | ✓ present |')
  })
})
