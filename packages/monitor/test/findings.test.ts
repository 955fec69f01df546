import { describe, expect, it } from 'vitest'
import { countWindow, findingsOf, frameOf, toAlerts, type Finding } from '../src/index.js'
import { calmRows, random, tableOf, type Row } from './tables.js'

const reference = tableOf(calmRows(600, 1))
const frame = frameOf(reference, 1)
const before = countWindow(reference, frame)

const findings = (rows: readonly Row[]): readonly Finding[] =>
  findingsOf(frame, before, countWindow(tableOf(rows), frame))

const find = (rows: readonly Row[], metric: string, group?: string): Finding =>
  findings(rows).find(one => one.metric === metric && one.slice?.['region'] === group)!

const alertsOf = (rows: readonly Row[]): readonly string[] => toAlerts(findings(rows)).map(({ metric }) => metric)

describe('a window like the reference', () => {
  it('raises no alert in 100 windows of 100 rows', () => {
    const raised = Array.from({ length: 100 }, (_, seed) => alertsOf(calmRows(100, seed + 10)))
    expect(raised.filter(alerts => alerts.length > 0).length).toBeLessThanOrEqual(5)
  })

  it('has its numbers all the same', () => {
    const rows = calmRows(500, 3)
    expect(find(rows, 'score-psi').value).toBeLessThan(0.1)
    expect(Math.abs(find(rows, 'accuracy-drop').value!)).toBeLessThan(0.05)
    expect(findings(rows).every(({ state }) => state === 'calm')).toBe(true)
  })
})

describe('planted drift', () => {
  it('of scores is found', () => {
    const rows = calmRows(300, 4, score => Math.sqrt(score))
    expect(find(rows, 'score-psi')).toMatchObject({ state: 'alert', threshold: 0.2, rows: 300 })
    expect(alertsOf(rows)).toContain('score-psi')
    expect(alertsOf(rows)).not.toContain('accuracy-drop')
  })

  it('of predicted classes is found', () => {
    const rows = calmRows(300, 5, score => 0.5 + score / 2)
    expect(find(rows, 'prediction-psi').state).toBe('alert')
  })

  it('of the mix of groups is found, groups never seen before included', () => {
    const rows = calmRows(300, 6).map((row, i) => ({ ...row, group: i % 3 === 0 ? 'new' : row.group }))
    expect(find(rows, 'group-psi')).toMatchObject({ state: 'alert', attribute: 'region' })
  })

  it('of accuracy is found once labels are known, with an interval', () => {
    const next = random(7)
    const rows = calmRows(300, 7).map(row => (next() < 0.3 ? { ...row, label: 1 - row.label } : row))
    const finding = find(rows, 'accuracy-drop')
    expect(finding.state).toBe('alert')
    expect(finding.interval![0]).toBeGreaterThan(0)
    expect(finding.interval![1]).toBeGreaterThan(finding.value!)
  })

  it('of accuracy in one group is found where the whole hides it', () => {
    const rows = calmRows(1000, 8).map((row, i) => {
      const isSmall = i % 10 === 0
      return { ...row, group: isSmall ? 'b' : 'a', label: isSmall && i % 20 === 0 ? 1 - row.label : row.label }
    })
    expect(find(rows, 'accuracy-drop').state).toBe('calm')
    expect(find(rows, 'accuracy-drop', 'b').state).toBe('alert')
    expect(find(rows, 'accuracy-drop', 'a').state).toBe('calm')
  })

  it('of selection rates between groups is found', () => {
    const rows = calmRows(400, 9).map(row => ({ ...row, group: row.score >= 0.4 ? 'a' : 'b' }))
    expect(find(rows, 'selection-rate-gap')).toMatchObject({ state: 'alert', attribute: 'region' })
    expect(find(rows, 'selection-rate-gap').note).toMatch(/^0 groups below 10 rows left out; in the reference 0\.\d+$/)
  })

  it('of scores that are no probability is critical, one row of it too', () => {
    const rows = [...calmRows(300, 10), { score: Number.NaN, label: 0, group: 'a' }]
    const [alert] = toAlerts(findings(rows))
    expect(alert).toMatchObject({ metric: 'invalid-score-share', severity: 'critical', value: 1 / 301, threshold: 0 })
  })
})

describe('what cannot be measured', () => {
  it('is not assessed, which is not calm, in a window of few rows', () => {
    expect(find(calmRows(20, 11), 'score-psi')).toMatchObject({
      state: 'not-assessed',
      value: null,
      note: '20 rows against 600 of the reference, at least 30 of each needed',
    })
  })

  it('is not assessed without labels', () => {
    const rows = calmRows(300, 12).map(row => ({ ...row, label: -1 }))
    expect(find(rows, 'accuracy-drop')).toMatchObject({ state: 'not-assessed', value: null, rows: 0 })
    expect(find(rows, 'score-psi').state).toBe('calm')
  })

  it('is not assessed in an empty window', () => {
    expect(findings([]).map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'not-assessed'))
  })

  it('never names or compares a group of few rows', () => {
    const rows = calmRows(300, 13).map((row, i) =>
      i < 5 ? { ...row, group: 'b', label: 1 - row.label } : { ...row, group: 'a' },
    )
    expect(find(rows, 'accuracy-drop', 'b')).toBeUndefined()
    expect(find(rows, 'selection-rate-gap')).toMatchObject({ state: 'not-assessed', value: null })
    expect(JSON.stringify(findings(rows))).not.toContain('"b"')
  })
})

describe('thresholds', () => {
  const rows = calmRows(300, 4, score => Math.sqrt(score))
  const psi = find(rows, 'score-psi').value!
  const stateAt = (threshold: number): string =>
    findingsOf(frame, before, countWindow(tableOf(rows), frame), {
      psi: threshold,
      accuracyDrop: 0.05,
      selectionRateGap: 0.1,
    }).find(({ metric }) => metric === 'score-psi')!.state

  it('are reached at their value and not below it', () => {
    expect(stateAt(psi)).toBe('alert')
    expect(stateAt(psi + 1e-9)).toBe('calm')
  })

  it('make an alert critical from twice their value on', () => {
    const severity = (threshold: number): string =>
      toAlerts([{ metric: 'score-psi', state: 'alert', value: 0.4, threshold, p: 0.01, rows: 300 }])[0]!.severity
    expect(severity(0.2)).toBe('critical')
    expect(severity(0.2000001)).toBe('warning')
  })

  it('do not decide alone: a large index of a small window may be chance', () => {
    const small = calmRows(36, 21)
    const tiny = frameOf(tableOf(calmRows(40, 22)), 1)
    const index = findingsOf(
      tiny,
      countWindow(tableOf(calmRows(40, 22)), tiny),
      countWindow(tableOf(small), tiny),
    ).find(({ metric }) => metric === 'score-psi')!
    expect(index.value).toBeGreaterThan(0.2)
    expect(index.p).toBeGreaterThan(0.05)
    expect(index.state).toBe('calm')
  })
})
