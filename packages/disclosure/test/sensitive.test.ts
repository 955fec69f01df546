import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  batchOf,
  categories,
  closeness,
  codedColumn,
  distinctValues,
  entropyDiversity,
  measureDisclosure,
  recursiveDiversity,
  tally,
  type GroundDistance,
} from '../src/index.js'

const closenessOf = (group: readonly string[], values: readonly (number | string)[], distance: GroundDistance) =>
  measureDisclosure(batchOf({ group, value: values as readonly string[] }), {
    quasiIdentifiers: ['group'],
    sensitive: { value: distance },
  }).sensitive[0]!.closeness

const counts = fc
  .array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 8 })
  .filter(all => all.some(n => n > 0))

describe('diversity', () => {
  it('counts values, and weighs them by how even they are', () => {
    expect(distinctValues([3, 0, 1])).toBe(2)
    expect(entropyDiversity([2, 2, 2, 2])).toBeCloseTo(4, 12)
    expect(entropyDiversity([5, 0])).toBe(1)
    expect(entropyDiversity([3, 1])).toBeCloseTo(4 / 3 ** 0.75, 12)
  })

  it('is recursive while the most frequent value is rarer than c times the tail', () => {
    // 4 < 2 · (3 + 2 + 1) and 4 < 2 · (2 + 1), but not 4 < 2 · 1.
    expect(recursiveDiversity([1, 4, 0, 2, 3], 2)).toBe(3)
    expect(recursiveDiversity([1, 4, 0, 2, 3], 4)).toBe(3)
    expect(recursiveDiversity([1, 4, 0, 2, 3], 4.1)).toBe(4)
    expect(recursiveDiversity([5], 1)).toBe(0)
    expect(recursiveDiversity([5], 1.1)).toBe(1)
  })

  it('never exceeds the number of values', () => {
    fc.assert(
      fc.property(counts, all => {
        expect(entropyDiversity(all)).toBeLessThanOrEqual(distinctValues(all) + 1e-9)
        expect(entropyDiversity(all)).toBeGreaterThanOrEqual(1)
        expect(recursiveDiversity(all, 3)).toBeLessThanOrEqual(distinctValues(all))
      }),
    )
  })

  it('of a table is that of the class that is worst off: k alone does not protect the homogeneous class', () => {
    const { k, sensitive } = measureDisclosure(
      batchOf({ zip: ['1', '1', '1', '2', '2', '2'], illness: ['flu', 'flu', 'flu', 'flu', 'ulcer', 'gout'] }),
      { quasiIdentifiers: ['zip'], sensitive: { illness: 'equal' } },
    )
    expect(k).toBe(3)
    expect(sensitive).toEqual([
      { column: 'illness', distinct: 1, entropy: 1, recursive: 1, recursiveC: 2, closeness: expect.closeTo(1 / 3, 12) },
    ])
  })
})

describe('closeness', () => {
  const groups = ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c']

  it('by rank gives the distances of the salary example in the paper of t-closeness', () => {
    // Li et al. 2007: {3, 4, 5} is at 0.375, {6, 8, 11} at 0.167, {7, 9, 10} at less than the first.
    expect(closenessOf(groups, [3, 4, 5, 6, 8, 11, 7, 9, 10], 'ordered')).toBeCloseTo(0.375, 12)
    expect(
      closenessOf(['b', 'b', 'b', ...Array<string>(6).fill('x')], [6, 8, 11, 3, 4, 5, 7, 9, 10], 'ordered'),
    ).toBeCloseTo(1 / 6, 12)
  })

  it('between any two values is half the sum of differences', () => {
    // a: (1, 0) and b: (1/3, 2/3) against (1/2, 1/2) over four and twelve rows.
    const group = [...Array<string>(4).fill('a'), ...Array<string>(12).fill('b')]
    const values = [...Array<string>(8).fill('x'), ...Array<string>(8).fill('y')]
    expect(closenessOf(group, values, 'equal')).toBeCloseTo(0.5, 12)
  })

  it('by a declared order counts ranks that no row holds', () => {
    const order = ['low', 'medium', 'high']
    expect(closenessOf(['a', 'b'], ['low', 'high'], { order })).toBeCloseTo(0.5, 12)
    expect(closenessOf(['a', 'b'], ['low', 'medium'], { order })).toBeCloseTo(0.25, 12)
    expect(() => closenessOf(['a'], ['none'], { order })).toThrow(expect.objectContaining({ code: 'DISCLOSURE-E002' }))
  })

  it('by categories is cheaper within a category than across', () => {
    const hierarchy = categories({ Stomach: ['ulcer', 'gastritis'], Lungs: ['flu', 'pneumonia'] })
    // The whole is 1/4 each. {ulcer, gastritis} moves 1/2 across (1); {ulcer, flu} moves 1/4 twice within (1/2).
    expect(closenessOf(['a', 'a', 'b', 'b'], ['ulcer', 'gastritis', 'flu', 'pneumonia'], { hierarchy })).toBeCloseTo(
      0.5,
      12,
    )
    expect(closenessOf(['a', 'b', 'a', 'b'], ['ulcer', 'gastritis', 'flu', 'pneumonia'], { hierarchy })).toBeCloseTo(
      0.25,
      12,
    )
  })

  it('by rank is the mean of the differences of the cumulative shares, told from the values that occur alone', () => {
    const histogram = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 12 })
    fc.assert(
      fc.property(histogram, histogram, (here, more) => {
        const values = Math.min(here.length, more.length)
        const inside = here.slice(0, values)
        const rows = inside.reduce((a, b) => a + b, 0)
        const whole = inside.map((count, value) => count + more[value]!)
        fc.pre(rows > 0 && whole.every(count => count > 0))
        const column = codedColumn(batchOf({ v: whole.map((_, value) => value) }), 'v')
        const codes = Int32Array.from(inside.flatMap((count, value) => Array<number>(count).fill(value)))
        const order = codes.map((_, place) => place)
        const all = whole.reduce((a, b) => a + b, 0)
        const gaps = whole.slice(0, -1).map((_, rank) => {
          const share = (of: readonly number[], total: number) =>
            of.slice(0, rank + 1).reduce((a, b) => a + b, 0) / total
          return Math.abs(share(inside, rows) - share(whole, all))
        })
        const found = closeness(column, 'ordered', whole)(tally(codes, values)(order, 0, rows))
        expect(found).toBeCloseTo(gaps.reduce((a, b) => a + b, 0) / gaps.length, 12)
      }),
      { numRuns: 500 },
    )
  })

  it('takes as long as the rows, not the classes times the values', () => {
    const rows = 60_000
    const batch = batchOf({
      group: Array.from({ length: rows }, (_, i) => i % 20_000),
      income: Array.from({ length: rows }, (_, i) => (i * 7919) % rows),
    })
    const started = performance.now()
    const [ordered] = measureDisclosure(batch, {
      quasiIdentifiers: ['group'],
      sensitive: { income: 'ordered' },
    }).sensitive
    const ms = performance.now() - started
    process.stderr.write(`disclosure: ${rows} values in 20,000 classes: ${ms.toFixed(0)} ms\n`)
    expect(ordered!.distinct).toBe(3)
    // Twenty thousand classes times sixty thousand values take seconds.
    expect(ms).toBeLessThan(1500)
  })

  it('is 0 for one class and at most 1, whatever the distance, and by rank never above the equal distance', () => {
    const rows = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('p', 'q', 'r', 's')), {
      minLength: 1,
    })
    const hierarchy = categories({ one: ['p', 'q'], two: ['r', 's'] })
    fc.assert(
      fc.property(rows, table => {
        const [group, values] = [table.map(row => row[0]), table.map(row => row[1])]
        const equal = closenessOf(group, values, 'equal')
        for (const distance of ['equal', 'ordered', { hierarchy }] as const) {
          const t = closenessOf(group, values, distance)
          expect(t).toBeGreaterThanOrEqual(0)
          expect(t).toBeLessThanOrEqual(equal + 1e-12)
          expect(
            closenessOf(
              group.map(() => 'all'),
              values,
              distance,
            ),
          ).toBeCloseTo(0, 12)
        }
      }),
    )
  })
})
