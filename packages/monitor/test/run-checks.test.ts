import { describe, expect, it } from 'vitest'
import {
  checkNames,
  defaultCheckThresholds,
  fitCalibration,
  openRecorder,
  parseChecks,
  runChecks,
  schemaOf,
  toAlerts,
  type CheckInput,
  type Finding,
  type Prediction,
  type RecordedWindow,
  type RecorderSchema,
} from '../src/index.js'
import { random } from './tables.js'

const base = schemaOf({
  classes: ['no', 'yes'],
  groups: { region: ['a', 'b'] },
  features: {
    age: { kind: 'number', min: 0, max: 120, k: 64 },
    plan: { kind: 'category', values: ['basic', 'gold'] },
    city: { kind: 'frequent', counters: 32 },
  },
})

/** Rows in which the truth is positive with the probability of the score, so that scores are calibrated. */
function rows(
  count: number,
  seed: number,
  change: (row: Prediction, next: () => number) => object = row => row,
): object[] {
  const next = random(seed)
  return Array.from({ length: count }, (_, row) => {
    const score = next()
    return change(
      {
        score,
        truth: next() < score ? 'yes' : 'no',
        id: `${seed}-${row}`,
        groups: { region: next() < 0.5 ? 'a' : 'b' },
        features: {
          age: 20 + 60 * next(),
          plan: next() < 0.7 ? 'basic' : 'gold',
          city: `c${Math.floor(next() ** 2 * 20)}`,
        },
      },
      next,
    )
  })
}

const calibrationRows = rows(5000, 99) as { score: number; truth: string }[]
const schema: RecorderSchema = {
  ...base,
  calibration: fitCalibration(
    calibrationRows.map(({ score }) => score),
    calibrationRows.map(({ truth }) => truth === 'yes'),
  ),
}

function windowOf(some: readonly object[], of = schema, now = 1000): RecordedWindow {
  const store = async (): Promise<void> => undefined
  const recorder = openRecorder({ schema: of, window: { rows: 1e9 }, store, clock: { now: () => now } })
  for (const one of some) recorder.record(one)
  return recorder.current()!
}

const reference = windowOf(rows(4000, 1))
const calm = rows(3000, 2)
const run = (
  some: readonly object[],
  checks: readonly string[] = checkNames,
  more: Partial<CheckInput> = {},
): readonly Finding[] => runChecks({ schema, reference, window: windowOf(some), checks, now: 2000, ...more })
const alerts = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ state }) => state === 'alert')
    .map(({ metric, attribute }) => [metric, attribute ?? ''].join(' ').trim())

const withFeatures =
  (features: (next: () => number, before: object) => object) => (row: Prediction, next: () => number) => ({
    ...row,
    features: { ...row.features, ...features(next, row.features!) },
  })

describe('checks of a window', () => {
  it('are calm on rows of the same kind, in 19 of 20 windows', () => {
    const loud = Array.from({ length: 20 }, (_, i) => alerts(run(rows(800, 200 + i)))).filter(found => found.length > 0)
    expect(loud.length).toBeLessThanOrEqual(1)
  })

  it('assess everything that was measured', () => {
    const findings = run(calm)
    const open = findings.filter(({ state }) => state === 'not-assessed').map(({ metric }) => metric)
    expect(open).toEqual(['membership-advantage', 'membership-auc'])
    expect(new Set(findings.map(({ metric }) => metric)).size).toBe(21)
  })

  const planted: readonly [string, string, readonly object[], readonly string[]][] = [
    [
      'numbers that have moved',
      'data_drift',
      rows(
        3000,
        3,
        withFeatures(next => ({ age: 35 + 60 * next() })),
      ),
      ['feature-psi age', 'feature-wasserstein age'],
    ],
    [
      'categories that have moved',
      'data_drift',
      rows(
        3000,
        3,
        withFeatures(next => ({ plan: next() < 0.3 ? 'basic' : 'gold' })),
      ),
      ['feature-psi plan'],
    ],
    [
      'frequent values that have moved',
      'data_drift',
      rows(
        3000,
        3,
        withFeatures(next => ({ city: `d${Math.floor(next() * 9)}` })),
      ),
      ['feature-psi city'],
    ],
    [
      'categories that are new',
      'data_drift',
      rows(
        3000,
        3,
        withFeatures((next, before) => (next() < 0.2 ? { plan: 'new' } : before)),
      ),
      ['feature-psi plan'],
    ],
    [
      'missing values',
      'data_quality',
      rows(
        3000,
        3,
        withFeatures((next, before) => ({ ...before, ...(next() < 0.1 && { age: null }) })),
      ),
      ['missing-share age'],
    ],
    [
      'values of another type',
      'data_quality',
      rows(
        3000,
        3,
        withFeatures((next, before) => (next() < 0.05 ? { age: 'old' } : before)),
      ),
      ['type-error-share age'],
    ],
    [
      'values out of range',
      'data_quality',
      rows(
        3000,
        3,
        withFeatures((next, before) => (next() < 0.05 ? { age: 999 } : before)),
      ),
      ['out-of-range-share age'],
    ],
    [
      'undeclared categories',
      'data_quality',
      rows(
        3000,
        3,
        withFeatures((next, before) => (next() < 0.05 ? { plan: 'new' } : before)),
      ),
      ['out-of-range-share plan'],
    ],
    [
      'undeclared inputs',
      'data_quality',
      rows(
        3000,
        3,
        withFeatures(() => ({ extra: 1 })),
      ),
      ['undeclared-feature-share'],
    ],
    [
      'labels that are no class',
      'data_quality',
      rows(3000, 3, (row, next) => ({ ...row, ...(next() < 0.1 && { truth: 'maybe' }) })),
      ['unknown-truth-share'],
    ],
    [
      'predictions that cannot be counted',
      'data_quality',
      [...calm, ...Array<object>(200).fill({})],
      ['rejected-share'],
    ],
    ['scores that are no probability', 'data_quality', [...calm, { class: 'yes', score: 7 }], ['invalid-score-share']],
    ['predictions recorded twice', 'data_quality', [...calm, ...calm.slice(0, 600)], ['duplicate-share']],
    [
      'scores that have moved',
      'data_drift',
      rows(3000, 3, row => ({ ...row, score: Number(row.score) ** 3 })),
      ['score-psi', 'prediction-psi'],
    ],
    [
      'a group that is selected more often',
      'bias_drift',
      rows(3000, 3, row => ({ ...row, groups: { region: Number(row.score) > 0.45 ? 'a' : 'b' }, truth: null })),
      ['selection-rate-gap region', 'estimated-recall-gap region'],
    ],
    [
      'a group whose scores say less',
      'bias_drift',
      rows(3000, 3, row => ({
        ...row,
        truth: null,
        ...(row.groups!['region'] === 'a' && { score: 0.35 + 0.3 * Number(row.score) }),
      })),
      ['estimated-recall-gap region', 'estimated-accuracy-drop region'],
    ],
    [
      'labels that are wrong',
      'performance',
      rows(3000, 3, (row, next) => ({ ...row, truth: next() < 0.5 ? 'yes' : 'no' })),
      ['accuracy-drop'],
    ],
    [
      'unlabelled rows near the boundary',
      'performance',
      rows(3000, 3, row => ({ ...row, score: 0.35 + 0.3 * Number(row.score), truth: null })),
      ['estimated-accuracy-drop', 'estimated-auc-drop'],
    ],
  ]
  for (const [what, check, some, expected] of planted)
    it(`find ${what}`, () => {
      expect(alerts(run(some, [check]))).toEqual(expected)
    })

  it('find that nothing has come for long, and that an old window is old', () => {
    const now = 1000 + 86_401_000
    expect(alerts(run(calm, ['data_quality'], { now }))).toEqual(['window-age-seconds'])
    const findings = run([], checkNames, { window: null })
    expect(findings.every(({ state }) => state === 'not-assessed')).toBe(true)
    expect(findings.map(({ note }) => note).filter(note => note?.endsWith('no window was recorded')).length).toBe(4)
  })

  it('find members by their loss', () => {
    const next = random(4)
    const losses = (scale: number): number[] => Array.from({ length: 500 }, () => -scale * Math.log(1 - next()))
    const leakage = { members: losses(1), nonMembers: losses(4) }
    expect(alerts(run(calm, ['privacy_leakage'], { leakage }))).toEqual(['membership-advantage', 'membership-auc'])
    expect(alerts(run(calm, ['privacy_leakage'], { leakage: { members: losses(1), nonMembers: losses(1) } }))).toEqual(
      [],
    )
    const few = run(calm, ['privacy_leakage'], { leakage: { members: losses(1), nonMembers: [1] } })
    expect(few.map(({ state, note }) => [state, note])).toEqual(
      Array(2).fill(['not-assessed', 'fewer than 20 losses on a side']),
    )
  })

  it('do not take the error of a sketch for a difference', () => {
    const coarse = { ...base, features: { age: { kind: 'number', k: 8 } as const } }
    const of = (seed: number) => windowOf(rows(4000, seed), coarse)
    const one = of(11)
    for (let seed = 20; seed < 40; seed++) {
      const input = { schema: coarse, reference: one, window: of(seed), checks: ['drift'], now: 2000 }
      const found = runChecks({ ...input, thresholds: { psi: 1e-9, wasserstein: 1e-9 } })
      expect(found.filter(({ attribute, state }) => attribute === 'age' && state === 'alert')).toEqual([])
    }
  })

  it('do not take the error of counting ids for duplicates', () => {
    const thresholds = { duplicates: 1e-6 }
    const found = Array.from({ length: 12 }, (_, i) =>
      alerts(run(rows(1500, 60 + i), ['data_quality'], { thresholds })),
    )
    expect(found.filter(one => one.includes('duplicate-share')).length).toBeLessThanOrEqual(1)
  })

  it('obey thresholds', () => {
    const moved = rows(
      3000,
      3,
      withFeatures(next => ({ age: 35 + 60 * next() })),
    )
    expect(alerts(run(moved, ['data_drift'], { thresholds: { psi: 9, wasserstein: 9 } }))).toEqual([])
    expect(run(moved, ['data_drift']).find(({ metric }) => metric === 'feature-wasserstein')?.threshold).toBe(
      defaultCheckThresholds.wasserstein,
    )
  })

  it('say so when there are no groups, no calibration, too few rows', () => {
    const bare = schemaOf({ classes: ['no', 'yes'] })
    const input = {
      schema: bare,
      reference: windowOf(calm, bare),
      window: windowOf(calm.slice(0, 29), bare),
      now: 2000,
    }
    const findings = runChecks({ ...input, checks: ['bias', 'performance', 'drift'] })
    expect(findings.length).toBe(6)
    for (const { state, note } of findings) {
      expect(state).toBe('not-assessed')
      expect(note).toBeTruthy()
    }
  })

  it('become alerts without a value of a row in them', () => {
    const moved = rows(
      3000,
      3,
      withFeatures(next => ({ city: `SECRET${Math.floor(next() * 5)}`, plan: 'SECRET', extra: 'SECRET' })),
    )
    const findings = run(moved)
    const sent = toAlerts(findings)
    expect(sent.map(({ note }) => note)).toContainEqual(
      expect.stringMatching(/^an input is distributed otherwise.*\(by city\)/),
    )
    expect(JSON.stringify([findings, sent])).not.toContain('SECRET')
  })

  it('have names and short names, and no others', () => {
    expect(parseChecks(['bias', 'drift', 'bias_drift', 'privacy_leakage'])).toEqual([
      'bias_drift',
      'data_drift',
      'privacy_leakage',
    ])
    for (const names of [[], ['bais'], ['constructor']])
      expect(() => parseChecks(names)).toThrow(expect.objectContaining({ code: 'MONITOR-E331' }))
  })

  it('refuse a window of another schema', () => {
    expect(() => run([], checkNames, { window: windowOf(calm, base) })).toThrow(
      expect.objectContaining({ code: 'MONITOR-E324' }),
    )
  })
})
