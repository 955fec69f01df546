import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  countExpected,
  countWindow,
  estimateAuc,
  givenCalibration,
  mergeWindows,
  openRecorder,
  schemaOf,
  schemaOfReference,
  windowOfTable,
  type Recorder,
  type RecordedWindow,
  type RecorderOptions,
} from '../src/index.js'
import { calmRows, tableOf } from './tables.js'

const schema = schemaOf({
  classes: ['no', 'yes'],
  groups: { region: ['a', 'b'] },
  features: {
    age: { kind: 'number', min: 0, max: 120 },
    plan: { kind: 'category', values: ['basic', 'gold'] },
    city: { kind: 'frequent', counters: 8 },
  },
})

interface Opened {
  readonly recorder: Recorder
  readonly windows: RecordedWindow[]
}

function opened(options: Partial<RecorderOptions> = {}): Opened {
  const windows: RecordedWindow[] = []
  const store = async (window: RecordedWindow): Promise<void> => void windows.push(window)
  return { windows, recorder: openRecorder({ schema, window: { rows: 1000 }, store, ...options }) }
}

const good = { class: 'yes', score: 0.8, truth: 'no', groups: { region: 'a' }, features: { age: 30, plan: 'gold' } }

describe('recording a prediction', () => {
  it('counts class, score, truth, group and features', async () => {
    const { recorder, windows } = opened()
    expect(recorder.record(good)).toBe(true)
    expect(recorder.record({ score: [0.9, 0.1], groups: { region: 'x' }, features: { age: 200, city: 'Ulm' } })).toBe(
      true,
    )
    await recorder.close()
    const [{ counts, confusion, features }] = windows as [RecordedWindow]
    expect(counts).toMatchObject({ rows: 2, invalidScores: 0, labelled: 1, correct: 0, predicted: [1, 1] })
    expect(counts.scores).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 1, 0])
    expect(counts.attributes['region']).toEqual([
      { rows: 1, selected: 1, labelled: 1, correct: 0 },
      { rows: 0, selected: 0, labelled: 0, correct: 0 },
      { rows: 1, selected: 0, labelled: 0, correct: 0 },
    ])
    expect(confusion).toEqual({ truePositives: 0, falsePositives: 1, falseNegatives: 0, trueNegatives: 0 })
    expect(features['age']).toMatchObject({ present: 2, missing: 0, outOfRange: 1, quantiles: { levels: [[30]] } })
    expect(features['plan']).toMatchObject({ present: 1, missing: 1, counts: [0, 1] })
    expect(features['city']).toMatchObject({ present: 1, frequent: { counts: [['Ulm', 1]] } })
  })

  it('takes the class from the score where none is given', async () => {
    const { recorder, windows } = opened()
    for (const score of [0.5, 0.49, [0.2, 0.8]]) recorder.record({ score })
    await recorder.close()
    expect(windows[0]!.counts.predicted).toEqual([1, 2])
  })

  it('rejects and counts what it cannot read, and never throws', () => {
    const { recorder } = opened()
    const hostile = Object.defineProperty({}, 'class', {
      get() {
        throw new Error('no')
      },
    })
    const bad = [null, 'yes', 3, undefined, {}, { class: 'maybe' }, { score: Number.NaN }, hostile]
    expect(bad.map(one => recorder.record(one))).toEqual(bad.map(() => false))
    expect(recorder.status().rejected).toEqual({ 'not-an-object': 4, 'unknown-class': 3, unreadable: 1, closed: 0 })
    expect(recorder.current()?.rejected).toEqual(recorder.status().rejected)
  })

  it('leaves no trace of a prediction that it rejects half way', () => {
    const { recorder } = opened()
    recorder.record(good)
    const before = recorder.current()!
    const features = Object.defineProperty({ age: 44 }, 'plan', {
      enumerable: true,
      get() {
        throw new Error('no')
      },
    })
    expect(recorder.record({ ...good, features })).toBe(false)
    const { rejected, lastAt, ...after } = recorder.current()!
    expect(before).toMatchObject(after)
    expect(rejected.unreadable).toBe(1)
  })

  it('counts scores that are no probability, truths that are no class, and inputs that nobody declared', () => {
    const { recorder } = opened()
    recorder.record({ class: 'yes', score: 1.2 })
    recorder.record({ class: 'yes', score: [0.5, 0.2, 0.3] })
    recorder.record({
      class: 'yes',
      truth: 'perhaps',
      features: { name: 'Ada', age: '7', plan: {}, city: 'x'.repeat(201) },
    })
    const window = recorder.current()!
    expect(window.counts).toMatchObject({ rows: 3, invalidScores: 3, labelled: 0 })
    expect([window.unknownTruths, window.undeclaredFeatures]).toEqual([1, 1])
    for (const name of ['age', 'plan', 'city'])
      expect(window.features[name]).toMatchObject({ present: 1, typeErrors: 1 })
  })

  it('keeps no value of an undeclared category, group, class, input or id', () => {
    const { recorder } = opened()
    recorder.record({
      ...good,
      id: 'SECRET-1',
      groups: { region: 'SECRET-2' },
      features: { plan: 'SECRET-3', 'SECRET-4': 1 },
    })
    recorder.record({ class: 'SECRET-5' })
    recorder.record({ class: 'yes', truth: 'SECRET-6' })
    expect(JSON.stringify([recorder.current(), recorder.status()])).not.toContain('SECRET')
    expect(recorder.current()?.ids.rows).toBe(1)
  })

  it('never throws, whatever it is given', () => {
    const { recorder } = opened({ window: { rows: 7 } })
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }), one => {
        recorder.record(one)
        recorder.record({ class: 'yes', score: one, truth: one, groups: one, features: one, id: one })
        recorder.record({ class: 'yes', groups: { region: one }, features: { age: one, plan: one, city: one } })
      }),
    )
    const { recorded, rejected } = recorder.status()
    expect(recorded + Object.values(rejected).reduce((sum, count) => sum + count, 0)).toBe(300)
  })

  it('stays small over a million different values', () => {
    const { recorder } = opened({ window: { rows: 1e9 } })
    const sizes: number[] = []
    for (let row = 0; row < 1_000_000; row++) {
      recorder.record({
        score: (row % 997) / 997,
        id: `id-${row}`,
        features: { age: row % 119.7, city: `city-${row}` },
      })
      if (row === 50_000 || row === 999_999) sizes.push(JSON.stringify(recorder.current()).length)
    }
    expect(recorder.current()?.counts.rows).toBe(1_000_000)
    expect(sizes[1]! - sizes[0]!).toBeLessThan(10_000)
    expect(sizes[1]).toBeLessThan(60_000)
  })
})

describe('a recorded window', () => {
  it('counts what a table counts', () => {
    const reference = tableOf(calmRows(2000, 3))
    const learnt = schemaOfReference(reference, 1)
    const window = windowOfTable(learnt, reference)
    expect(window.counts).toEqual(countWindow(reference, learnt.frame))
  })

  it('holds the expected confusion of each group and the expected curve', () => {
    const reference = tableOf(calmRows(2000, 3))
    const learnt = schemaOfReference(reference, 1)
    const { estimates } = windowOfTable(learnt, reference)
    const scores = Float64Array.from(reference.rowIds, (_, row) => reference.probabilities[row * 2 + 1]!)
    const selected = [...reference.predicted].map(one => one === 1)
    const { counts, bins } = countExpected(scores, selected, learnt.calibration!)
    expect(estimates?.overall.selectedPositive).toBeCloseTo(counts.selectedPositive, 9)
    const groups = estimates!.attributes['region']!
    expect(groups.reduce((sum, group) => sum + group.restVariance, 0)).toBeCloseTo(counts.restVariance, 9)
    expect(groups.map(({ selected, rest }) => selected + rest)).toEqual(
      countWindow(reference, learnt.frame).attributes['region']!.map(({ rows }) => rows),
    )
    const sparse = { positive: [0], negative: [0], variance: [0] }
    for (const [, p, n, v] of estimates!.scores)
      [sparse.positive, sparse.negative, sparse.variance].forEach((list, i) => list.push([p, n, v][i]!))
    expect(estimateAuc(sparse).value).toBeCloseTo(estimateAuc(bins).value!, 12)
  })

  it('is after merging what one recorder would have counted', () => {
    const rows = fc.array(
      fc.record({
        score: fc.integer({ min: 0, max: 64 }).map(n => n / 64),
        truth: fc.constantFrom('no', 'yes', 'x', null),
        id: fc.string(),
        groups: fc.record({ region: fc.constantFrom('a', 'b', 'c') }),
        features: fc.record({
          age: fc.integer({ min: -5, max: 130 }),
          plan: fc.constantFrom('basic', 'gold', 'x', null),
        }),
      }),
      { maxLength: 60 },
    )
    const calibrated = { ...schema, calibration: givenCalibration }
    const of = (some: readonly unknown[], from = 0): RecordedWindow => {
      let now = from
      const { recorder } = opened({ schema: calibrated, clock: { now: () => now } })
      recorder.record({})
      now += 10
      for (const one of some) recorder.record(one)
      recorder.record({})
      return recorder.current()!
    }
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const merged = mergeWindows(of(a), of(b, 20))
        expect(merged).toEqual(mergeWindows(of(b, 20), of(a)))
        expect([merged.firstAt, merged.lastAt]).toEqual([of([]).firstAt, of([0], 20).lastAt])
        const { rejected, lastAt, ...expected } = of([...a, ...b])
        expect(merged).toMatchObject(expected)
        expect(merged.rejected['unknown-class']).toBe(2 * rejected['unknown-class'])
      }),
    )
  })

  it('is not merged with one of another schema', () => {
    const other = schemaOf({ classes: ['no', 'yes'] })
    const [a, b] = [opened(), opened({ schema: other })].map(({ recorder }) => {
      recorder.record(good)
      return recorder.current()!
    }) as [RecordedWindow, RecordedWindow]
    expect(() => mergeWindows(a, b)).toThrow(expect.objectContaining({ code: 'MONITOR-E324' }))
  })
})

describe('closing windows', () => {
  it('closes one after its rows', async () => {
    const { recorder, windows } = opened({ window: { rows: 2 } })
    for (let row = 0; row < 5; row++) recorder.record(good)
    await recorder.flush()
    expect(windows.map(({ counts }) => counts.rows)).toEqual([2, 2])
    await recorder.close()
    expect(windows.map(({ counts }) => counts.rows)).toEqual([2, 2, 1])
  })

  it('closes one when the clock passes a multiple of its duration', async () => {
    let now = 5_999
    const { recorder, windows } = opened({ window: { durationMs: 1000 }, clock: { now: () => now } })
    recorder.record(good)
    now = 6_000
    recorder.record(good)
    now = 6_999
    recorder.record(good)
    now = 9_500
    recorder.record(good)
    await recorder.flush()
    expect(windows.map(({ firstAt, counts }) => [firstAt.slice(-5), counts.rows])).toEqual([
      ['.999Z', 1],
      ['.000Z', 2],
    ])
    await recorder.close()
  })

  it('closes one on time although no prediction comes', async () => {
    const { recorder, windows } = opened({ window: { durationMs: 30 } })
    recorder.record(good)
    await vi.waitFor(() => expect(windows.length).toBe(1), 2000)
    await recorder.close()
    expect(windows.length).toBe(1)
  })

  it('keeps what cannot be stored, tries it again in order, and says so when it is closed', async () => {
    const windows: RecordedWindow[] = []
    let isBroken = true
    const { recorder } = opened({
      window: { rows: 1 },
      store: async window => {
        if (isBroken) throw Object.assign(new Error('/secret/path'), { code: 'ENOSPC' })
        windows.push(window)
      },
    })
    for (const score of [0.05, 0.15]) recorder.record({ score })
    await recorder.flush()
    expect(recorder.status()).toMatchObject({ windowsStored: 0, windowsPending: 2 })
    await expect(recorder.close()).rejects.toMatchObject({
      code: 'MONITOR-E322',
      message: 'windows that could not be stored: 2; reason: ENOSPC',
    })
    isBroken = false
    await recorder.close()
    expect(windows.map(({ counts }) => counts.scores.indexOf(1))).toEqual([0, 1])
    expect(recorder.status()).toMatchObject({ windowsStored: 2, windowsPending: 0, storeFailures: 2 })
  })

  it('merges windows while nothing can be stored, so that memory stays bounded and no row is lost', async () => {
    const windows: RecordedWindow[] = []
    let isBroken = true
    const { recorder } = opened({
      window: { rows: 1 },
      store: async window => {
        if (isBroken) throw new Error('no')
        windows.push(window)
      },
    })
    for (let row = 0; row < 50; row++) recorder.record(good)
    expect(recorder.pending).toBe(8)
    isBroken = false
    await recorder.close()
    expect(windows.map(({ counts }) => counts.rows)).toEqual([1, 1, 1, 1, 1, 1, 1, 43])
  })

  it('takes nothing more once closed', async () => {
    const { recorder, windows } = opened()
    await recorder.close()
    expect(recorder.record(good)).toBe(false)
    expect([recorder.status().rejected.closed, windows.length]).toEqual([1, 0])
  })

  it('refuses a window rule and a schema that are not valid', () => {
    const code = expect.objectContaining({ code: 'MONITOR-E321' })
    expect(() => opened({ window: { rows: 0 } })).toThrow(code)
    expect(() => opened({ window: { durationMs: 1e10 } })).toThrow(code)
    expect(() => schemaOf({ classes: ['no'] })).toThrow(code)
    expect(() => schemaOf({ classes: ['no', 'no'] })).toThrow(code)
    expect(() => schemaOf({ classes: ['no', 'yes'], positiveClass: 2 })).toThrow(code)
    expect(() => schemaOf({ classes: ['a', 'b'], features: { x: { kind: 'number', min: 2, max: 1 } } })).toThrow(code)
  })
})
