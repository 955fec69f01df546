import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  batchOf,
  categories,
  codedColumn,
  dates,
  hierarchyFromCsv,
  intervals,
  levelsOf,
  prefixes,
  valueOrNothing,
  type Hierarchy,
  type PlainColumn,
} from '../src/index.js'

const coded = (code: string): unknown => expect.objectContaining({ code })

/** Labels of each value on every level. */
const labels = (values: PlainColumn, hierarchy: Hierarchy): (string | null)[][] => {
  const column = codedColumn(batchOf({ c: values }), 'c')
  const levels = levelsOf(column, hierarchy)
  return Array.from(column.codes, code => levels.map(level => level.labels[level.labelOf[code]!]!))
}

describe('intervals', () => {
  it('widen level by level up to everything', () => {
    expect(labels([0, 34, 35], intervals({ from: 0, to: 120, widths: [5, 10, 20] }))).toEqual([
      ['0', '[0, 5)', '[0, 10)', '[0, 20)', '*'],
      ['34', '[30, 35)', '[30, 40)', '[20, 40)', '*'],
      ['35', '[35, 40)', '[30, 40)', '[20, 40)', '*'],
    ])
  })

  it('refuse what is outside, or put it into a band when that is asked for', () => {
    const options = { from: 20, to: 80, widths: [10] }
    expect(() => labels([85], intervals(options))).toThrow(coded('DISCLOSURE-E004'))
    expect(() => labels(['x'], intervals(options))).toThrow(coded('DISCLOSURE-E004'))
    expect(labels([19.5, 80], intervals({ ...options, outside: 'band' }))).toEqual([
      ['19.5', '<20', '*'],
      ['80', '>=80', '*'],
    ])
  })

  it('cover every value, whatever the rounding of from and width', () => {
    // Values on the edge of an interval or a rounding below it are where a division goes wrong.
    const places = fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.constantFrom(1, 1 - 2 ** -53, 1 - 2 ** -52))
    const width = fc.double({ min: 0.001, max: 50, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), width, places, (tenths, width, [place, factor]) => {
        const from = tenths / 10
        const value = (from + place * width) * factor
        fc.pre(value >= from)
        const path = intervals({ from, to: 100_000, widths: [width] }).path(value)!
        const [low, high] = path[0]!.span!
        expect(low).toBeLessThanOrEqual(value)
        expect(high).toBeGreaterThan(value)
      }),
      { numRuns: 2000 },
    )
  })

  it('refuse widths that do not nest and numbers out of range', () => {
    expect(() => intervals({ from: 0, to: 9, widths: [10, 25] })).toThrow(coded('DISCLOSURE-E005'))
    expect(() => intervals({ from: 0, to: 9, widths: [10, 10] })).toThrow(coded('DISCLOSURE-E005'))
    expect(() => intervals({ from: 0, to: 9, widths: [] })).toThrow(coded('DISCLOSURE-E005'))
    expect(() => intervals({ from: 0, to: 9, widths: [0] })).toThrow(coded('DISCLOSURE-E003'))
    expect(() => intervals({ from: 9, to: 9, widths: [1] })).toThrow(coded('DISCLOSURE-E003'))
  })
})

describe('prefixes and dates', () => {
  it('shorten codes from the right', () => {
    expect(labels(['13053'], prefixes({ length: 5, keep: [3, 1] }))).toEqual([['13053', '130**', '1****', '*']])
    expect(() => labels(['1305'], prefixes({ length: 5, keep: [3] }))).toThrow(coded('DISCLOSURE-E004'))
    expect(() => prefixes({ length: 5, keep: [3, 3] })).toThrow(coded('DISCLOSURE-E003'))
  })

  it('widen days to months, quarters, years and decades', () => {
    expect(labels(['1984-02-29'], dates())).toEqual([['1984-02-29', '1984-02', '1984-Q1', '1984', '1980s', '*']])
    expect(labels(['1984-12-01'], dates(['quarter']))).toEqual([['1984-12-01', '1984-Q4', '*']])
  })

  it('refuse days that do not exist and parts out of order', () => {
    expect(() => labels(['1983-02-29'], dates())).toThrow(coded('DISCLOSURE-E004'))
    expect(() => labels(['29.02.1984'], dates())).toThrow(coded('DISCLOSURE-E004'))
    expect(() => dates(['year', 'month'])).toThrow(coded('DISCLOSURE-E005'))
  })
})

describe('categories', () => {
  it('name what is above a value, and a short branch keeps the value longest', () => {
    const tree = categories({ Europe: { North: ['SE'], South: ['IT'] }, Asia: ['JP'] })
    expect(labels(['SE', 'JP'], tree)).toEqual([
      ['SE', 'North', 'Europe', '*'],
      ['JP', 'JP', 'Asia', '*'],
    ])
  })

  it('refuse a value that is given twice, or not at all, without printing the row', () => {
    expect(() => categories({ a: ['x'], b: ['x'] })).toThrow(coded('DISCLOSURE-E005'))
    expect(() => categories({})).toThrow(coded('DISCLOSURE-E005'))
    expect(() => labels(['x', 'secret'], categories({ a: ['x'] }))).toThrow(
      "the hierarchy of 'c' does not cover the value in row 2",
    )
  })
})

describe('a hierarchy from a file', () => {
  it('reads a line per value, with or without the last level', () => {
    const expected = [['Nurse', 'Health', '*']]
    expect(labels(['Nurse'], hierarchyFromCsv('Nurse;Health;*\r\nTeacher;School;*\r\n'))).toEqual(expected)
    expect(labels(['Nurse'], hierarchyFromCsv('Nurse,Health\nTeacher,School'))).toEqual(expected)
  })

  it('reads quoted fields and numbers', () => {
    expect(labels(['a;b'], hierarchyFromCsv('"a;b";"say ""x"""\nc;d\n'))).toEqual([['a;b', 'say "x"', '*']])
    expect(labels([7], hierarchyFromCsv('7,low\n8,low\n'))).toEqual([['7', 'low', '*']])
  })

  it('refuses lines that are malformed and levels that do not nest', () => {
    for (const text of ['', 'a\nb\n', 'a;b\nc\n', 'a;b\na;c\n', '"a;b\n', '"a"b;c\n'])
      expect(() => hierarchyFromCsv(text)).toThrow(coded('DISCLOSURE-E005'))
    expect(() => labels(['a', 'b'], hierarchyFromCsv('a;x;one\nb;x;two\n'))).toThrow(coded('DISCLOSURE-E005'))
    expect(() => hierarchyFromCsv(Array.from({ length: 65 }, () => 'x').join(';'))).toThrow(coded('DISCLOSURE-E010'))
  })
})

describe('every hierarchy', () => {
  it('leaves a missing value missing until the top', () => {
    expect(labels([null, 'a'], categories({ A: ['a'] }))[0]).toEqual([null, null, '*'])
    expect(labels(['a'], valueOrNothing)).toEqual([['a', '*']])
  })
})
