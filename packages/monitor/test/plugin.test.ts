import {
  CheckSchedules,
  isPluginFactory,
  Notifier,
  type Alert,
  type Evidence,
  type HookContext,
  type PredictionTable,
  type PredictionWindow,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { errorCatalogue, monitor, type MonitorOptions } from '../src/index.js'
import { calmRows, tableOf } from './tables.js'

const digest = `sha256:${'0'.repeat(64)}` as PredictionWindow['modelDigest']
const reference = tableOf(calmRows(600, 1))

async function watch(
  predictions: PredictionTable,
  options: MonitorOptions = {},
): Promise<{ alerts: readonly Alert[]; evidence: readonly Evidence[] }> {
  const recorded: Evidence[] = []
  const handler = monitor(options).hooks!.monitor as (
    window: PredictionWindow,
    context: HookContext,
  ) => Promise<readonly Alert[]>
  const alerts = await handler({ number: 2, modelDigest: digest, predictions, reference, positiveClass: 1 }, {
    evidence: async (one: Evidence) => void recorded.push(one),
  } as unknown as HookContext)
  return { alerts, evidence: recorded }
}

describe('the monitor plugin', () => {
  it('provides the notifier and the schedules, tells of schedules at deployment, and watches windows', () => {
    expect(isPluginFactory(monitor)).toBe(true)
    const plugin = monitor()
    expect(plugin.provides!.map(({ token }) => token)).toEqual([CheckSchedules, Notifier])
    expect(Object.keys(plugin.hooks!)).toEqual(['deploy', 'monitor'])
  })

  it('raises an alert for drift, and none for calm', async () => {
    const calm = await watch(tableOf(calmRows(500, 2)))
    const drifted = await watch(tableOf(calmRows(500, 3, score => Math.sqrt(score))))
    expect(calm.alerts).toEqual([])
    expect(drifted.alerts.map(({ metric }) => metric)).toContain('score-psi')
    expect(drifted.alerts[0]!.note).toMatch(/^scores are distributed otherwise than in the test set; 500 rows; p \d/)
  })

  it('takes thresholds from its options', async () => {
    const window = tableOf(calmRows(500, 3, score => Math.sqrt(score)))
    const { alerts } = await watch(window, { thresholds: { psi: 5, selectionRateGap: 1 } })
    expect(alerts).toEqual([])
  })

  it('records the numbers of every window, with the bins they depend on', async () => {
    const { evidence } = await watch(tableOf(calmRows(500, 2)))
    expect(evidence).toHaveLength(1)
    const [record] = evidence
    expect(record).toMatchObject({
      type: 'monitoring-window',
      outcome: 'info',
      controls: [],
      subjects: [{ name: 'model', digest }],
      facts: { window: 2, rows: 500, referenceRows: 600, labelled: 500, invalidScores: 0 },
    })
    expect(JSON.parse(JSON.stringify(record!.facts))).toEqual(record!.facts)
    const { findings, classRates, method } = record!.facts as unknown as {
      findings: { metric: string; value: number }[]
      classRates: { class: string; change: number; interval: [number, number] }[]
      method: { scoreEdges: number[]; scores: { window: number[] } }
    }
    expect(findings.map(({ metric }) => metric)).toEqual([
      'invalid-score-share',
      'score-psi',
      'prediction-psi',
      'accuracy-drop',
      'group-psi',
      'selection-rate-gap',
      'accuracy-drop',
      'accuracy-drop',
    ])
    expect(classRates.map(({ class: name }) => name)).toEqual(['no', 'yes'])
    expect(classRates[0]!.change).toBeCloseTo(-classRates[1]!.change, 12)
    expect(classRates[0]!.interval[0]).toBeLessThan(classRates[0]!.change)
    expect(method.scoreEdges).toHaveLength(9)
    expect(method.scores.window.reduce((sum, one) => sum + one)).toBe(500)
  })

  it('names no group of few rows and no group that the reference lacks', async () => {
    const rows = calmRows(500, 2).map((row, i) => ({ ...row, group: i < 3 ? 'b' : i < 100 ? 'Ada Example' : 'a' }))
    const { evidence, alerts } = await watch(tableOf(rows))
    const text = JSON.stringify([evidence, alerts])
    expect(text).not.toContain('Ada Example')
    expect(text).not.toContain('"b"')
    expect(evidence[0]!.facts['groups']).toMatchObject([
      { attribute: 'region', groups: { named: [{ group: 'a', rows: 400 }], rowsOfSmallOrNewGroups: 100 } },
    ])
  })
})

describe('options', () => {
  const mail = { host: 'mail.example.org', from: 'a@example.org', to: ['b@example.org'] }
  const problem = (options: object): string => {
    try {
      monitor(options as MonitorOptions)
    } catch (error) {
      return `${(error as { code: string }).code} ${(error as Error).message}`
    }
    return 'accepted'
  }

  it.each([
    { threshold: {} },
    { thresholds: { PSI: 0.2 } },
    { thresholds: { psi: 0 } },
    { thresholds: { accuracyDrop: 2 } },
    { notify: { email: 'a@example.org' } },
    { notify: { webhook: { url: 'ftp://example.org/' } } },
    { notify: { webhook: { url: 'http://user:word@example.org/' } } },
    { notify: { webhook: { url: 'not a url' } } },
    { notify: { webhook: { url: 'http://127.0.0.1/', timeoutMs: 0 } } },
    { notify: { slack: { url: 'https://hooks.example.org/x' } } },
    { notify: { slack: { urlVariable: 'https://hooks.example.org/x' } } },
    { notify: { webhook: { url: 'http://127.0.0.1/', urlVariable: 'HOOK' } } },
    { notify: { email: { ...mail, to: [] } } },
    { notify: { email: { ...mail, to: ['b@example.org\r\nBcc: c@example.org'] } } },
    { notify: { email: { ...mail, from: 'a@example.org, c@example.org' } } },
    { notify: { email: { ...mail, userVariable: 'SMTP_USER' } } },
    { notify: { email: { ...mail, password: 'hunter2' } } },
    { notify: { email: { ...mail, tls: 'none' } } },
    { notify: { email: { ...mail, host: 'a/b' } } },
    { notify: { file: '../alerts.jsonl' } },
    { notify: { file: '/tmp/alerts.jsonl' } },
    { notify: { file: 'a/../../alerts.jsonl' } },
    { notify: { file: 'C:\\alerts.jsonl' } },
    { notify: { file: 'config.json' } },
  ])('refuse %j', options => {
    expect(problem(options)).toMatch(/^MONITOR-E001 the options of @attestry\/monitor are not valid: /)
    expect(monitor.schema!['~standard'].validate(options)).toHaveProperty('issues')
  })

  it.each([
    {},
    { thresholds: { psi: 0.1 } },
    { notify: { webhook: { urlVariable: 'HOOK' }, slack: { urlVariable: 'SLACK_HOOK' } } },
    { notify: { email: { ...mail, userVariable: 'SMTP_USER', passwordVariable: 'SMTP_PASSWORD' } } },
    { notify: { email: { ...mail, host: '127.0.0.1', port: 2525, tls: 'none' as const } } },
    { notify: { console: true, file: 'monitor/alerts.jsonl', webhook: { url: 'https://example.org/hook' } } },
  ])('accept %j', options => expect(problem(options)).toBe('accepted'))
})

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    for (const code of Object.keys(errorCatalogue)) expect(code).toMatch(/^MONITOR-E\d{3}$/)
    for (const { explanation, example } of Object.values(errorCatalogue)) {
      expect(explanation.split(/[.] /).length).toBeGreaterThanOrEqual(3)
      expect(example).not.toBe('')
    }
  })
})
