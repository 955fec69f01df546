import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DistinctCount, distinctError, FrequentValues, type StoredFrequent } from '../src/index.js'
import { random } from './tables.js'

const distinctOf = (values: Iterable<string>, precision = 10): DistinctCount => {
  const count = new DistinctCount(precision)
  for (const value of values) count.add(value)
  return count
}

const frequentOf = (values: Iterable<string>, counters = 8): FrequentValues => {
  const frequent = new FrequentValues(counters)
  for (const value of values) frequent.add(value)
  return frequent
}

const names = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, i) => `${prefix}-${i}`)

describe('a distinct count', () => {
  it('has no bias and the stated error, at every size', () => {
    for (const size of [1, 50, 700, 1500, 2600, 6000, 30_000]) {
      const errors = Array.from({ length: 60 }, (_, t) => distinctOf(names(size, `user${t}`)).estimate() / size - 1)
      const mean = errors.reduce((sum, one) => sum + one, 0) / 60
      const spread = Math.sqrt(errors.reduce((sum, one) => sum + one * one, 0) / 60)
      expect(Math.abs(mean), `${size}`).toBeLessThan((3.5 * distinctError(10)) / Math.sqrt(60))
      expect(spread, `${size}`).toBeLessThan(1.4 * distinctError(10))
    }
  })

  it('counts texts that differ in their last unit alone, or in their length', () => {
    const texts = Array.from({ length: 4000 }, (_, i) => String.fromCharCode(i + 1))
    expect(Math.abs(distinctOf(texts, 12).estimate() - 4000)).toBeLessThan(4000 * 4 * distinctError(12))
    const lengths = Array.from({ length: 1000 }, (_, i) => 'a'.repeat(i))
    expect(Math.abs(distinctOf(lengths, 12).estimate() - 1000)).toBeLessThan(1000 * 4 * distinctError(12))
  })

  it('looks at all 64 bits', () => {
    const { registers } = distinctOf(names(300_000, 'u'), 16).toJSON()
    expect(Math.max(...Buffer.from(registers, 'base64'))).toBeGreaterThan(17)
  })

  it('is empty before the first text, and does not count a text twice', () => {
    expect(distinctOf([]).estimate()).toBe(0)
    expect(distinctOf(Array<string>(1000).fill('a')).estimate()).toBeCloseTo(1, 2)
  })

  it('is after merging what it would be after one stream', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        const [ab, ba] = [distinctOf(a, 6), distinctOf(b, 6)]
        ab.merge(distinctOf(b, 6))
        ba.merge(distinctOf(a, 6))
        expect(ab.toJSON()).toEqual(distinctOf([...a, ...b], 6).toJSON())
        expect(ba.toJSON()).toEqual(ab.toJSON())
      }),
    )
  })

  it('is the same after being stored, and refuses what it cannot have written', () => {
    const stored = distinctOf(names(500, 'u')).toJSON()
    expect(DistinctCount.fromJSON(stored).toJSON()).toEqual(stored)
    const high = Buffer.alloc(1024, 56).toString('base64')
    for (const bad of [{ precision: 11 }, { precision: 3 }, { registers: 'AA==' }, { registers: high }])
      expect(() => DistinctCount.fromJSON({ ...stored, ...bad })).toThrow(
        expect.objectContaining({ code: 'MONITOR-E303' }),
      )
  })

  it('refuses a precision out of range, and merging two precisions', () => {
    expect(() => new DistinctCount(17)).toThrow(expect.objectContaining({ code: 'MONITOR-E301' }))
    expect(() => distinctOf([], 5).merge(distinctOf([], 6))).toThrow(expect.objectContaining({ code: 'MONITOR-E302' }))
  })
})

/** Streams in which some values are frequent. */
const streams = fc
  .record({
    rows: fc.nat(900),
    values: fc.integer({ min: 1, max: 60 }),
    seed: fc.nat(),
    heavy: fc.double({ max: 0.9, min: 0, noNaN: true }),
  })
  .map(({ rows, values, seed, heavy }) => {
    const next = random(seed)
    return Array.from({ length: rows }, () => (next() < heavy ? 'often' : `v${Math.floor(next() * values)}`))
  })

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

function expectWithinBounds(frequent: FrequentValues, values: readonly string[]): void {
  const listed = new Map(frequent.list().map(one => [one.value, one]))
  expect(frequent.shortfall).toBeLessThanOrEqual(values.length / (frequent.counters + 1))
  for (const [value, count] of countsOf(values)) {
    const { atLeast, atMost } = listed.get(value) ?? { atLeast: 0, atMost: frequent.shortfall }
    expect(count).toBeGreaterThanOrEqual(atLeast)
    expect(count).toBeLessThanOrEqual(atMost)
    if (count > values.length / (frequent.counters + 1)) expect(listed.has(value)).toBe(true)
  }
}

describe('a list of frequent values', () => {
  it('counts exactly while there are few values', () => {
    const frequent = frequentOf(['b', 'a', 'b', 'c', 'b', 'a'])
    expect(frequent.list(2)).toEqual([
      { value: 'b', atLeast: 3, atMost: 3 },
      { value: 'a', atLeast: 2, atMost: 2 },
    ])
  })

  it('holds its bounds for any stream', () => {
    fc.assert(fc.property(streams, values => expectWithinBounds(frequentOf(values), values)))
  })

  it('lowers no further than it must', () => {
    const often = Array.from({ length: 800 }, (_, row) => `often-${row % 8}`)
    expect(frequentOf([...often, ...names(9, 'once')]).shortfall).toBe(1)
  })

  it('holds its bounds after merging, in either order', () => {
    fc.assert(
      fc.property(streams, streams, (a, b) => {
        for (const [first, second] of [
          [a, b],
          [b, a],
        ] as const) {
          const merged = frequentOf(first)
          merged.merge(frequentOf(second))
          expect(merged.rows).toBe(a.length + b.length)
          expectWithinBounds(merged, [...a, ...b])
        }
      }),
    )
  })

  it('holds few values, however many there are', () => {
    const next = random(9)
    const frequent = new FrequentValues(64)
    let most = 0
    for (let row = 0; row < 300_000; row++) {
      frequent.add(next() < 0.05 ? 'often' : `once-${row}`)
      most = Math.max(most, frequent.size)
    }
    expect(most).toBeLessThanOrEqual(128)
    expect(frequent.list()[0]?.value).toBe('often')
  })

  it('is the same after being stored', () => {
    fc.assert(
      fc.property(streams, values => {
        const stored = JSON.parse(JSON.stringify(frequentOf(values))) as StoredFrequent
        expect(FrequentValues.fromJSON(stored).toJSON()).toEqual(stored)
      }),
    )
  })

  it('refuses what it cannot have written, sizes out of range, and merging two sizes', () => {
    const good = frequentOf(['a', 'b', 'a']).toJSON()
    const bad: readonly Partial<StoredFrequent>[] = [
      { counters: 1 },
      { rows: 4 },
      { rows: 2 },
      { shortfall: 0.5 },
      {
        counts: [
          ['a', 1],
          ['a', 2],
        ],
      },
      {
        counts: [
          ['a', -3],
          ['b', 6],
        ],
      },
      { counts: names(17, 'v').map(name => [name, 1]), rows: 17 },
    ]
    for (const change of bad)
      expect(() => FrequentValues.fromJSON({ ...good, ...change }), JSON.stringify(change)).toThrow(
        expect.objectContaining({ code: 'MONITOR-E303' }),
      )
    expect(() => new FrequentValues(7)).toThrow(expect.objectContaining({ code: 'MONITOR-E301' }))
    expect(() => frequentOf([]).merge(new FrequentValues(9))).toThrow(expect.objectContaining({ code: 'MONITOR-E302' }))
  })
})
