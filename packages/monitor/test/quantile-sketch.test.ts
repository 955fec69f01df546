import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QuantileSketch, rankError, type StoredQuantiles } from '../src/index.js'
import { random } from './tables.js'

const sketchOf = (values: Iterable<number>, k = 64, seed = 1): QuantileSketch => {
  const sketch = new QuantileSketch(k, seed)
  for (const value of values) sketch.add(value)
  return sketch
}

/** Largest distance of the sketch's distribution function from that of the values, as a share of the rows. */
function worst(sketch: QuantileSketch, sorted: Float64Array): number {
  const { values, weights } = sketch.points()
  let [below, at, most] = [0, 0, 0]
  sorted.forEach((value, place) => {
    if (sorted[place + 1] === value) return
    while (at < values.length && values[at]! <= value) below += weights[at++]!
    most = Math.max(most, Math.abs(below - (place + 1)))
  })
  return most / sorted.length
}

const orders: Readonly<Record<string, (next: () => number, rows: number) => Float64Array>> = {
  'in random order': (next, rows) => Float64Array.from({ length: rows }, next),
  ascending: (next, rows) => Float64Array.from({ length: rows }, next).sort(),
  descending: (next, rows) => Float64Array.from({ length: rows }, next).sort().reverse(),
  'with many ties': (next, rows) => Float64Array.from({ length: rows }, () => Math.floor(next() * 20)),
}

describe('a quantile sketch', () => {
  it('knows every rank while it holds every row', () => {
    const sketch = sketchOf([5, 1, 3, 3, 2])
    expect(sketch.isExact).toBe(true)
    expect([0, 1, 2, 3, 4, 5].map(value => sketch.rank(value))).toEqual([0, 1, 2, 4, 4, 5])
    expect([0, 0.4, 0.5, 1].map(share => sketch.quantile(share))).toEqual([1, 2, 3, 5])
  })

  for (const [order, stream] of Object.entries(orders))
    it(`errs by less than its bound in 99 of 100 streams ${order}`, () => {
      const next = random(7)
      const misses = Array.from({ length: 150 }, (_, trial) => {
        const values = stream(next, 4000 + trial * 20)
        return worst(sketchOf(values, 64, trial + 1), values.toSorted()) > rankError(64)
      })
      expect(misses.filter(Boolean).length).toBeLessThanOrEqual(3)
    })

  it('errs by no more after merging eight parts', () => {
    const next = random(11)
    const misses = Array.from({ length: 100 }, (_, trial) => {
      const parts = Array.from({ length: 8 }, () => Float64Array.from({ length: 700 }, next))
      const merged = sketchOf([], 64, trial + 1)
      parts.forEach((part, i) => merged.merge(sketchOf(part, 64, 100 * trial + i + 1)))
      expect(merged.size).toBeLessThan(3 * 64 + 100)
      const all = Float64Array.from(parts.flatMap(part => [...part])).sort()
      return worst(merged, all) > rankError(64)
    })
    expect(misses.filter(Boolean).length).toBeLessThanOrEqual(2)
  })

  it('is off to either side equally often', () => {
    const next = random(3)
    const trials = Array.from({ length: 400 }, (_, trial) => {
      const values = Float64Array.from({ length: 1500 }, next)
      return sketchOf(values, 16, trial + 1).rank(0.5) - values.filter(value => value <= 0.5).length
    })
    const mean = trials.reduce((sum, one) => sum + one, 0) / 400
    const spread = Math.sqrt(trials.reduce((sum, one) => sum + one * one, 0) / 400)
    expect(spread).toBeGreaterThan(5)
    expect(Math.abs(mean)).toBeLessThan((4 * spread) / 20)
  })

  it('holds few values, however long the stream', () => {
    const next = random(5)
    const sketch = new QuantileSketch(256)
    let most = 0
    for (let row = 0; row < 1_000_000; row++) {
      sketch.add(next())
      if (row % 1000 === 0) most = Math.max(most, sketch.size)
    }
    expect(sketch.rows).toBe(1_000_000)
    expect(most).toBeLessThan(3 * 256 + 100)
  })

  it('counts merged rows exactly, in either order, and keeps the extremes', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 400 })
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [ab, ba] = [sketchOf(a, 8), sketchOf(b, 8)]
        ab.merge(sketchOf(b, 8))
        ba.merge(sketchOf(a, 8))
        for (const merged of [ab, ba]) {
          const { weights } = merged.points()
          expect(weights.reduce((sum, one) => sum + one, 0)).toBe(a.length + b.length)
          expect(merged.rows).toBe(a.length + b.length)
          expect(merged.least).toBe(Math.min(...[...a, ...b].map(one => one + 0)))
          expect(merged.greatest).toBe(Math.max(...[...a, ...b].map(one => one + 0)))
        }
      }),
    )
  })

  it('is the same after being stored', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 300 }), values => {
        const stored = JSON.parse(JSON.stringify(sketchOf(values, 8))) as StoredQuantiles
        const again = QuantileSketch.fromJSON(stored)
        expect(again.toJSON()).toEqual(stored)
        again.merge(sketchOf([1, 2], 8))
        expect(again.rows).toBe(values.length + 2)
      }),
    )
  })

  it('does not count what is no finite number', () => {
    const sketch = new QuantileSketch(8)
    expect([Number.NaN, Infinity, -Infinity, 2 ** 53].map(value => sketch.add(value))).toEqual([
      false,
      false,
      false,
      true,
    ])
    expect([sketch.rows, sketch.quantile(0.5)]).toEqual([1, 2 ** 53])
  })

  it('refuses sizes out of range, and merging two sizes', () => {
    for (const k of [7, 8.5, 4097])
      expect(() => new QuantileSketch(k)).toThrow(expect.objectContaining({ code: 'MONITOR-E301' }))
    expect(() => new QuantileSketch(8).merge(new QuantileSketch(9))).toThrow(
      expect.objectContaining({ code: 'MONITOR-E302' }),
    )
  })

  it('refuses a stored sketch that it cannot have written', () => {
    const good = sketchOf(
      Array.from({ length: 50 }, (_, i) => i),
      8,
    ).toJSON()
    const bad: readonly Partial<StoredQuantiles>[] = [
      { k: 3 },
      { rows: 51 },
      { rows: 49 },
      { rows: -1 },
      { least: null },
      { least: 7 },
      { levels: [] },
      { levels: good.levels.map(level => level.toReversed()) },
      { k: 9, rows: 1e6, levels: [Array.from({ length: 1e6 }, () => 1)] },
    ]
    for (const change of bad)
      expect(() => QuantileSketch.fromJSON({ ...good, ...change }), JSON.stringify(Object.keys(change))).toThrow(
        expect.objectContaining({ code: 'MONITOR-E303' }),
      )
  })
})
