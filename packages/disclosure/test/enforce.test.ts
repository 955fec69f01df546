import { textValues, type RecordBatch } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import {
  batchOf,
  categories,
  enforceDisclosure,
  intervals,
  measureDisclosure,
  prefixes,
  valueOrNothing,
  type LatticeOptions,
  type MondrianOptions,
} from '../src/index.js'

const coded = (code: string): unknown => expect.objectContaining({ code })
const cells = (batch: RecordBatch, name: string): readonly (string | null)[] => textValues(batch, name)

const ages = intervals({ from: 0, to: 100, widths: [10, 20] })
const zips = prefixes({ length: 3, keep: [1] })
const patients = batchOf({
  age: [21, 22, 38, 39, 25, 31, 52, 57],
  zip: ['130', '131', '130', '140', '131', '141', '220', '229'],
  illness: ['flu', 'flu', 'ulcer', 'gout', 'flu', 'ulcer', 'gout', 'flu'],
})
const lattice = (options: Partial<LatticeOptions> = {}, batch = patients) =>
  enforceDisclosure(batch, { algorithm: 'lattice', quasiIdentifiers: { age: ages, zip: zips }, k: 2, ...options })
const mondrian = (options: Partial<MondrianOptions> = {}, batch = patients) =>
  enforceDisclosure(batch, { algorithm: 'mondrian', quasiIdentifiers: { age: 'ordered', zip: zips }, k: 2, ...options })

describe('the lattice', () => {
  it('gives the release of least loss, with the level of each column', () => {
    const { batch, lattice: found, loss, suppressed } = lattice()
    expect(found).toMatchObject({ levels: { age: 1, zip: 1 }, nodes: 12 })
    expect(cells(batch, 'age')).toEqual([
      ...['[20, 30)', '[20, 30)', '[30, 40)', '[30, 40)', '[20, 30)', '[30, 40)'],
      ...['[50, 60)', '[50, 60)'],
    ])
    expect(cells(batch, 'zip')).toEqual([...Array<string>(6).fill('1**'), '2**', '2**'])
    expect(cells(batch, 'illness')).toEqual(cells(patients, 'illness'))
    expect(suppressed).toEqual([])
    // Ages span 36, from 21 to 57. Of six zips four begin with 1.
    const ageLoss = (3 * 9 + 3 * 10 + 2 * 7) / 36
    expect(loss.certainty).toBeCloseTo((ageLoss + (6 * 4 + 2 * 2) / 6) / 16, 12)
    expect(loss.generalisation).toBeCloseTo((ageLoss + (6 * 3 + 2 * 1) / 5) / 16, 12)
    // 3² + 3² + 2², and 8 rows in 3 classes over k.
    expect(loss).toMatchObject({ suppressedRows: 0, discernibility: 22, averageClassSize: 8 / 3 / 2 })
    // Every age is unique: log2 3 bits are open in six rows, 1 in two, of log2 8 each. Zips: 1 of 4, two of them doubled.
    const zipOpen = 4 * Math.log2(3) + 2 * Math.log2(6) + 2
    const zipAll = 4 * Math.log2(4) + 4 * Math.log2(8)
    expect(loss.entropy).toBeCloseTo((6 * Math.log2(3) + 2 + zipOpen) / (8 * 3 + zipAll), 12)
  })

  it('suppresses rows up to the limit when that loses less, and counts them as lost whole', () => {
    const outlier = batchOf({ age: [21, 22, 23, 24, 91], zip: ['130', '130', '130', '130', '999'] })
    const options = { quasiIdentifiers: { age: ages, zip: zips } }
    expect(lattice(options, outlier)).toMatchObject({ suppressed: [], lattice: { levels: { age: 3, zip: 2 } } })
    const { batch, suppressed, loss, lattice: found } = lattice({ ...options, suppressionLimit: 0.2 }, outlier)
    expect(found!.levels).toEqual({ age: 1, zip: 0 })
    expect(suppressed).toEqual([4])
    expect(batch.rowIds).toEqual(['1', '2', '3', '4'])
    expect(loss).toMatchObject({ suppressedRows: 1, suppressedShare: 0.2, discernibility: 16 + 5 })
    expect(loss.certainty).toBeCloseTo(((4 * 9) / 70 + 2) / 10, 12)
    const all = 5 * Math.log2(5) + 4 * Math.log2(5 / 4) + Math.log2(5)
    expect(loss.entropy).toBeCloseTo((4 * Math.log2(4) + 2 * Math.log2(5)) / all, 12)
    expect(lattice({ ...options, suppressionLimit: 0.19 }, outlier).suppressed).toEqual([])
  })

  it('leaves a column alone that needs nothing, and its numbers stay numbers', () => {
    const batch = batchOf({ age: [21, 21, 38, 38], zip: ['1', '2', '3', '4'] })
    const { batch: release } = lattice({ quasiIdentifiers: { age: ages, zip: valueOrNothing } }, batch)
    expect(release.columns['age']).toEqual(batch.columns['age'])
    expect(cells(release, 'zip')).toEqual(['*', '*', '*', '*'])
  })

  it('chooses by the loss that is asked for', () => {
    const batch = batchOf({ town: ['a', 'b', 'b', ...Array<string>(17).fill('c')] })
    const quasiIdentifiers = { town: categories({ west: ['a', 'b'], east: ['c'] }) }
    const by = (loss: 'certainty' | 'generalisation' | 'discernibility') =>
      lattice({ quasiIdentifiers, suppressionLimit: 0.05, loss }, batch).suppressed
    // Suppressing the first row loses 1 of 20 cells, merging loses three times 2 / 3; but it costs 20 pairs instead of 5.
    expect(by('certainty')).toEqual([0])
    expect(by('discernibility')).toEqual([])
    // Of three values two under one label lose 1 / 2 each.
    expect(by('generalisation')).toEqual([0])
  })
})

describe('mondrian', () => {
  it('cuts the widest column near its median and covers each part as narrowly as it can', () => {
    const { batch, loss, lattice: none } = mondrian()
    expect(none).toBeUndefined()
    // Zips are widest (1.0 against 36 / 36 in declared order: age first), so ages are cut at four rows: 21 22 25 31 | 38 39 52 57.
    expect(cells(batch, 'age')).toEqual([
      ...['[21, 22]', '[21, 22]', '[38, 39]', '[38, 39]', '[25, 31]', '[25, 31]'],
      ...['[52, 57]', '[52, 57]'],
    ])
    expect(cells(batch, 'zip')).toEqual(['1**', '1**', '1**', '1**', '1**', '1**', '2**', '2**'])
    expect(loss).toMatchObject({ suppressedRows: 0, discernibility: 16, averageClassSize: 1 })
  })

  it('writes ordered text as the values of the part', () => {
    const batch = batchOf({ town: ['a', 'b', 'c', 'd'] })
    expect(cells(mondrian({ quasiIdentifiers: { town: 'ordered' } }, batch).batch, 'town')).toEqual([
      ...['{a, b}', '{a, b}', '{c, d}', '{c, d}'],
    ])
  })

  it('covers a missing value beside others with everything', () => {
    const batch = batchOf({ age: [Number.NaN, 20, 30, 40] })
    expect(cells(mondrian({ quasiIdentifiers: { age: 'ordered' } }, batch).batch, 'age')).toEqual([
      ...['*', '*', '[30, 40]', '[30, 40]'],
    ])
  })

  it('keeps classes of equal rows apart without changing them', () => {
    const batch = batchOf({ age: [20, 20, 30, 30], zip: ['130', '130', '130', '130'] })
    expect(mondrian({}, batch).batch.columns['age']).toEqual(batch.columns['age'])
  })
})

describe('numbers', () => {
  it('stay numbers as middles of their intervals when that is asked for', () => {
    const { batch } = lattice({ numbers: 'midpoints' })
    expect([...(batch.columns['age']!.values as Float64Array)]).toEqual([25, 25, 35, 35, 25, 35, 55, 55])
    const bands = intervals({ from: 30, to: 50, widths: [20], outside: 'band' })
    const { batch: banded } = lattice({ numbers: 'midpoints', quasiIdentifiers: { age: bands } })
    expect([...(banded.columns['age']!.values as Float64Array)]).toEqual([30, 30, 40, 40, 30, 40, 50, 50])
  })
})

describe('demands on sensitive columns', () => {
  it('are kept by both algorithms, where k alone would not', () => {
    const diversity = [{ column: 'illness', kind: 'distinct', l: 2 }] as const
    const distinct = (batch: RecordBatch): number =>
      measureDisclosure(batch, { quasiIdentifiers: ['age', 'zip'], sensitive: { illness: 'equal' } }).sensitive[0]!
        .distinct
    expect(distinct(lattice().batch)).toBe(1)
    expect(distinct(mondrian().batch)).toBe(1)
    expect(distinct(lattice({ diversity }).batch)).toBe(2)
    expect(distinct(mondrian({ diversity }).batch)).toBe(2)
  })

  it('compare with the released table, so that rows are suppressed until it agrees with itself', () => {
    const town = (name: string, ill: number) =>
      Array.from({ length: 10 }, (_, i) => [name, i < ill ? 'ill' : 'well'] as const)
    const rows = [...town('a', 5), ...town('b', 5), ...town('c', 9), ...town('d', 10)]
    const batch = batchOf({ town: rows.map(one => one[0]), state: rows.map(one => one[1]) })
    const closeness = [{ column: 'state', distance: 'equal', t: 0.23 }] as const
    const options = { quasiIdentifiers: { town: valueOrNothing }, closeness }
    // Of all 29 in 40 are ill, and only d is too far. Without d 19 in 30 are, and c is too far as well.
    const { suppressed, batch: release } = lattice({ ...options, suppressionLimit: 0.5 }, batch)
    expect(suppressed).toEqual(Array.from({ length: 20 }, (_, i) => 20 + i))
    const { sensitive } = measureDisclosure(release, { quasiIdentifiers: ['town'], sensitive: { state: 'equal' } })
    expect(sensitive[0]!.closeness).toBe(0)
  })
})

describe('closeness by rank', () => {
  it('counts the values of the release, of which suppression may have taken one away', () => {
    const batch = batchOf({
      town: ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b', 'c'],
      pay: [1, 1, 1, 2, 1, 2, 2, 2, 3],
    })
    // Without c two values are left, and each town is 1/4 from the whole; were 3 still a rank, it would be 1/8.
    const options = (t: number) => ({
      quasiIdentifiers: { town: valueOrNothing },
      closeness: [{ column: 'pay', distance: 'ordered', t }] as const,
      suppressionLimit: 0.2,
    })
    expect(lattice(options(0.2), batch)).toMatchObject({ suppressed: [], lattice: { levels: { town: 1 } } })
    expect(lattice(options(0.25), batch)).toMatchObject({ suppressed: [8], lattice: { levels: { town: 0 } } })
  })
})

describe('a demand that cannot be kept', () => {
  it('is refused with how close the table comes, and nothing is released', () => {
    for (const enforce of [lattice, mondrian]) {
      expect(() => enforce({ k: 9 })).toThrow(coded('DISCLOSURE-E006'))
      expect(() => enforce({ diversity: [{ column: 'illness', kind: 'distinct', l: 4 }] })).toThrow(
        expect.objectContaining({ notes: ["distinct diversity of 'illness' is 3, 4 demanded"] }),
      )
    }
  })
})

describe('bad input', () => {
  it('is refused with a code', () => {
    expect(() => lattice({ k: 1 })).toThrow(coded('DISCLOSURE-E003'))
    expect(() => lattice({ k: 2.5 })).toThrow(coded('DISCLOSURE-E003'))
    expect(() => lattice({ suppressionLimit: 1 })).toThrow(coded('DISCLOSURE-E003'))
    expect(() => lattice({ suppressionLimit: -0.1 })).toThrow(coded('DISCLOSURE-E003'))
    expect(() => lattice({ diversity: [{ column: 'illness', kind: 'entropy', l: 0 }] })).toThrow(
      coded('DISCLOSURE-E003'),
    )
    expect(() => lattice({ closeness: [{ column: 'illness', distance: 'equal', t: 2 }] })).toThrow(
      coded('DISCLOSURE-E003'),
    )
    expect(() => lattice({ diversity: [{ column: 'age', kind: 'entropy', l: 2 }] })).toThrow(coded('DISCLOSURE-E002'))
    expect(() => lattice({ quasiIdentifiers: {} })).toThrow(coded('DISCLOSURE-E002'))
    expect(() => lattice({ quasiIdentifiers: { income: valueOrNothing } })).toThrow(coded('CORE-E042'))
    expect(() => lattice({ quasiIdentifiers: { age: 'ordered' } })).toThrow(coded('DISCLOSURE-E008'))
    expect(() => lattice({ quasiIdentifiers: { age: intervals({ from: 0, to: 50, widths: [10] }) } })).toThrow(
      "the hierarchy of 'age' does not cover the value in row 7",
    )
    expect(() => lattice({}, batchOf({ age: [], zip: [] }))).toThrow(coded('DISCLOSURE-E001'))
  })

  it('is refused when the levels have too many combinations', () => {
    const wide = batchOf(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`c${i}`, ['a', 'b']])))
    const quasiIdentifiers = Object.fromEntries(Object.keys(wide.columns).map(name => [name, valueOrNothing]))
    expect(() => lattice({ quasiIdentifiers }, wide)).toThrow(coded('DISCLOSURE-E010'))
  })
})
