import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countWindow, frameOf, mergeCounts } from '../src/index.js'
import { calmRows, tableOf, type Row } from './tables.js'

const reference = tableOf(calmRows(400, 1))
const frame = frameOf(reference, 1)

const anyRow: fc.Arbitrary<Row> = fc.record({
  score: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN)),
  label: fc.integer({ min: -1, max: 1 }),
  group: fc.constantFrom('a', 'b', 'c', 'd'),
})

const refusal = (difference: string) =>
  expect.objectContaining({
    code: 'MONITOR-E002',
    message: `the window cannot be compared with its reference: ${difference}`,
  })

describe('the frame of a reference', () => {
  it('has deciles of its scores, its classes and its groups', () => {
    expect(frame.classes).toEqual(['no', 'yes'])
    expect(frame.scoreEdges).toHaveLength(9)
    expect(frame.scoreEdges[4]).toBeGreaterThan(0.4)
    expect(frame.scoreEdges[4]).toBeLessThan(0.6)
    expect([...frame.groups['region']!].sort()).toEqual(['a', 'b'])
  })

  it('knows at most 200 groups, the most frequent ones', () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ score: 0.5, label: 1, group: i < 200 ? 'big' : `g${i}` }))
    const known = frameOf(tableOf(rows), 1).groups['region']!
    expect(known).toHaveLength(200)
    expect(known[0]).toBe('big')
  })
})

describe('counting a window', () => {
  it('puts every row somewhere', () => {
    const rows: Row[] = [
      { score: 0.9, label: 1, group: 'a' },
      { score: 0.9, label: 0, group: 'a' },
      { score: 0.1, label: -1, group: 'new' },
      { score: Number.NaN, label: 0, group: 'b' },
    ]
    const counts = countWindow(tableOf(rows), frame)
    expect(counts).toMatchObject({ rows: 4, invalidScores: 1, predicted: [2, 2], labelled: 3, correct: 2 })
    expect(counts.scores.reduce((sum, one) => sum + one)).toBe(3)
    const [a, b] = ['a', 'b'].map(name => counts.attributes['region']![frame.groups['region']!.indexOf(name)])
    expect(a).toEqual({ rows: 2, selected: 2, labelled: 2, correct: 1 })
    expect(b).toEqual({ rows: 1, selected: 0, labelled: 1, correct: 1 })
    expect(counts.attributes['region']!.at(-1)).toEqual({ rows: 1, selected: 0, labelled: 0, correct: 0 })
  })

  it('in parts and merged gives what counting at once gives, in any order', () => {
    fc.assert(
      fc.property(fc.array(anyRow), fc.array(anyRow), fc.array(anyRow), (first, second, third) => {
        const [a, b, c] = [first, second, third].map(rows => countWindow(tableOf(rows), frame))
        const all = countWindow(tableOf([...first, ...second, ...third]), frame)
        expect(mergeCounts(mergeCounts(a!, b!), c!)).toEqual(all)
        expect(mergeCounts(a!, mergeCounts(c!, b!))).toEqual(all)
      }),
    )
  })

  it('keeps as much for a long window as for a short one', () => {
    const size = (rows: number): number => {
      const names = Array.from({ length: rows }, (_, i) => ({ score: i / rows, label: 0, group: `only-${i}` }))
      const { scores, predicted, attributes } = countWindow(tableOf(names), frame)
      return scores.length + predicted.length + attributes['region']!.length
    }
    expect(size(5000)).toBe(size(5))
  })

  it('refuses other classes, a missing group column, and columns of different length', () => {
    const table = tableOf(calmRows(5, 2))
    expect(() => countWindow({ ...table, classes: ['no', 'maybe'] }, frame)).toThrowError(
      refusal('2 classes against 2, or other names'),
    )
    expect(() => countWindow({ ...table, groups: {} }, frame)).toThrowError(refusal("group column 'region' is missing"))
    expect(() => countWindow({ ...table, labels: new Int32Array(4) }, frame)).toThrowError(
      refusal('columns have 5 and 4 rows'),
    )
    expect(() => countWindow({ ...table, predicted: new Int32Array(5).fill(7) }, frame)).toThrowError(
      refusal('a row is predicted to be class number 7 of 2'),
    )
  })
})
