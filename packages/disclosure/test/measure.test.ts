import type { RecordBatch } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchOf, gatherRows, measureDisclosure, type MeasureOptions } from '../src/index.js'

const coded = (code: string): unknown => expect.objectContaining({ code })

/** Classes of 2, 3 and 1 rows. */
const people = batchOf({
  age: ['20s', '20s', '30s', '30s', '30s', '40s'],
  region: ['n', 'n', 's', 's', 's', 's'],
  illness: ['flu', 'flu', 'flu', 'ulcer', 'ulcer', 'flu'],
})
const measure = (options: Partial<MeasureOptions> = {}) =>
  measureDisclosure(people, { quasiIdentifiers: ['age', 'region'], ...options })

describe('classes', () => {
  it('k is the smallest class, with every class in the histogram', () => {
    expect(measure()).toMatchObject({
      rows: 6,
      classes: 3,
      k: 1,
      averageClassSize: 2,
      uniqueRows: 1,
      histogram: [
        { size: 1, classes: 1 },
        { size: 2, classes: 1 },
        { size: 3, classes: 1 },
      ],
    })
  })

  it('no row is unique when the smallest class has two', () => {
    expect(measure({ quasiIdentifiers: ['region'] })).toMatchObject({ k: 2, uniqueRows: 0 })
  })

  it('a missing value is a value of its own, in text and in numbers', () => {
    const batch = batchOf({ age: [Number.NaN, Number.NaN, 7, 0], town: [null, null, 'x', 'x'] })
    expect(measureDisclosure(batch, { quasiIdentifiers: ['age'] }).histogram).toEqual([
      { size: 1, classes: 2 },
      { size: 2, classes: 1 },
    ])
    expect(measureDisclosure(batch, { quasiIdentifiers: ['town'] }).k).toBe(2)
  })

  it('agree with a count of joined rows, for any table', () => {
    const cell = fc.constantFrom('a', 'b', 'c', null)
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(table, rows => {
        const batch = batchOf({ x: rows.map(r => r[0]), y: rows.map(r => r[1]), z: rows.map(r => r[2]) })
        const sizes = new Map<string, number>()
        for (const row of rows) sizes.set(JSON.stringify(row), (sizes.get(JSON.stringify(row)) ?? 0) + 1)
        const found = measureDisclosure(batch, { quasiIdentifiers: ['x', 'y', 'z'] })
        expect(found.classes).toBe(sizes.size)
        expect(found.k).toBe(Math.min(...sizes.values()))
        expect(found.prosecutor.mean).toBeCloseTo(sizes.size / rows.length, 12)
      }),
    )
  })

  it('stay exact when the values of all columns have more combinations than a number can hold', () => {
    const rows = 3000
    const pairs = Array.from({ length: rows }, (_, row) => row >> 1)
    const batch = batchOf({ a: pairs, b: pairs, c: pairs, d: pairs, e: pairs, row: pairs.map((_, row) => row) })
    expect(measureDisclosure(batch, { quasiIdentifiers: ['a', 'b', 'c', 'd', 'e'] }).classes).toBe(rows / 2)
    expect(measureDisclosure(batch, { quasiIdentifiers: ['a', 'b', 'c', 'd', 'e', 'row'] }).classes).toBe(rows)
  })
})

describe('risk', () => {
  it('of a prosecutor is one over the size of the class', () => {
    const { prosecutor, marketer } = measure({ threshold: 0.4 })
    expect(prosecutor).toEqual({ max: 1, mean: 0.5, shareAbove: 0.5 })
    expect(marketer).toBe(0.5)
  })

  it('does not count a row at the threshold as above it', () => {
    expect(measure({ threshold: 0.5 }).prosecutor.shareAbove).toBeCloseTo(1 / 6, 12)
  })

  it('of a journalist is not told without a population', () => {
    expect(measure().journalist).toBeNull()
  })

  it('of a journalist is one over the class in the population table', () => {
    const table = batchOf({
      age: ['20s', '20s', '20s', '20s', '30s', '30s', '30s', '40s', '40s', '50s'],
      region: ['n', 'n', 'n', 'n', 's', 's', 's', 's', 's', 's'],
    })
    const { journalist, marketer } = measure({ population: { table } })
    expect(journalist).toMatchObject({ basis: 'counted', max: 0.5, shareAbove: 1 })
    expect(journalist!.mean).toBeCloseTo((2 / 4 + 3 / 3 + 1 / 2) / 6, 12)
    expect(marketer).toBe(journalist!.mean)
  })

  it('matches numbers in the table with the same numbers as text in the population', () => {
    const sample = batchOf({ year: [1990, 1991] })
    const table = batchOf({ year: ['1990', '1990', '1991', '1992'] })
    const found = measureDisclosure(sample, { quasiIdentifiers: ['year'], population: { table } })
    expect(found.journalist!.mean).toBeCloseTo((1 / 2 + 1) / 2, 12)
  })

  it('is estimated from the size of the population, with the assumption in words', () => {
    const { journalist } = measure({ population: { size: 12 } })
    // p = 1/2: E(1/F | 1) = ln 2, E(1/F | 2) = 1 - ln 2, E(1/F | 3) = 1/2 - 1 + ln 2.
    expect(journalist!.max).toBeCloseTo(Math.LN2, 12)
    expect(journalist!.mean).toBeCloseTo((Math.LN2 + 2 * (1 - Math.LN2) + 3 * (Math.LN2 - 0.5)) / 6, 12)
    expect(journalist).toMatchObject({ basis: 'estimated' })
    expect(journalist!.assumption).toContain('equal chance')
  })

  it('is that of a prosecutor when everybody of the population is in the table', () => {
    const { prosecutor, journalist } = measure({ population: { size: 6 } })
    expect(journalist).toMatchObject(prosecutor)
  })

  it('refuses a population that cannot contain the table', () => {
    const [age, region] = [
      ['20s', '30s', '30s', '30s', '40s', '40s'],
      ['n', 's', 's', 's', 's', 's'],
    ]
    const table = batchOf({ age, region })
    expect(() => measure({ population: { table } })).toThrow(coded('DISCLOSURE-E007'))
    expect(() => measure({ population: { size: 5 } })).toThrow(coded('DISCLOSURE-E007'))
    expect(() => measure({ population: { size: 6.5 } })).toThrow(coded('DISCLOSURE-E003'))
  })
})

describe('gathering', () => {
  async function* twice(): AsyncIterable<RecordBatch> {
    yield people
    yield people
  }

  it('makes one table of batches, and stops at its limit', async () => {
    expect((await gatherRows(twice())).rowIds).toHaveLength(12)
    await expect(gatherRows(twice(), 11)).rejects.toMatchObject({ code: 'DISCLOSURE-E010' })
  })
})

describe('bad input', () => {
  it('is refused with a code', () => {
    expect(() => measure({ quasiIdentifiers: ['age', 'postcode'] })).toThrow(coded('CORE-E042'))
    expect(() => measure({ quasiIdentifiers: [] })).toThrow(coded('DISCLOSURE-E002'))
    expect(() => measure({ quasiIdentifiers: ['age', 'age'] })).toThrow(coded('DISCLOSURE-E002'))
    expect(() => measure({ sensitive: { age: 'equal' } })).toThrow(coded('DISCLOSURE-E002'))
    expect(() => measure({ threshold: 1.1 })).toThrow(coded('DISCLOSURE-E003'))
    expect(() => measure({ recursiveC: 0 })).toThrow(coded('DISCLOSURE-E003'))
    expect(() => batchOf({ a: [1], b: [1, 2] })).toThrow(coded('DISCLOSURE-E002'))
    expect(() => measureDisclosure(batchOf({ age: [] }), { quasiIdentifiers: ['age'] })).toThrow(
      coded('DISCLOSURE-E001'),
    )
  })
})
