import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareToHighest, demographicParity, equalizedOdds, newcombe, worstGap } from '../src/index.js'
import { adultByRace, adultBySex } from './golden-table.js'
import { ratesOfCells, ratesOfRows, rowsOf, type Cells } from './tables.js'

const small = fc.nat(12)
const anyCells = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.tuple(small, small, small, small), {
  minKeys: 2,
  noNullPrototype: true,
})

describe('gaps as fairlearn defines them', () => {
  it("give the worked example of fairlearn's user guide", () => {
    const labels = [0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    const guesses = [0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0]
    const groups = [...'bbabbcccaacabccbcc']
    const rates = ratesOfRows(groups.map((group, row) => ({ group, label: labels[row]!, guess: guesses[row]! })))
    expect(demographicParity('difference', rates).value).toBeCloseTo(0.25, 12)
    expect(demographicParity('ratio', rates).value).toBeCloseTo(2 / 3, 12)
    expect(equalizedOdds('difference', rates).value).toBe(1)
    expect(equalizedOdds('ratio', rates).value).toBe(0)
  })

  it.each([
    ['sex', adultBySex],
    ['race', adultByRace],
  ])('give fairlearn 0.15.0 on Adult by %s', (_, golden) => {
    const rates = ratesOfCells(golden.cells)
    expect(demographicParity('difference', rates).value).toBeCloseTo(golden.demographicParityDifference, 12)
    expect(demographicParity('ratio', rates).value).toBeCloseTo(golden.demographicParityRatio, 12)
    expect(equalizedOdds('difference', rates).value).toBeCloseTo(golden.equalizedOddsDifference, 12)
    expect(equalizedOdds('ratio', rates).value).toBeCloseTo(golden.equalizedOddsRatio, 12)
  })
})

describe('a gap', () => {
  it('names the groups that make it', () => {
    const { between } = equalizedOdds('difference', ratesOfCells(adultByRace.cells))
    expect(between).toEqual({ rate: 'true-positive-rate', lowest: 'Other', highest: 'Asian-Pac-Islander' })
  })

  it("between two groups has Newcombe's interval", () => {
    const { interval } = demographicParity('difference', ratesOfCells(adultBySex.cells))
    const [low, high] = newcombe({ count: 2741, of: 10_860 }, { count: 408, of: 5421 }, 0.95)!
    expect(interval![0]).toBeCloseTo(low, 12)
    expect(interval![1]).toBeCloseTo(high, 12)
  })

  it('as a ratio between two groups has the interval of Katz, up to 1', () => {
    const katz = (cells: Readonly<Record<string, Cells>>) => demographicParity('ratio', ratesOfCells(cells)).interval!
    const apart = katz({ Female: [1209, 0, 0, 4212], Male: [6931, 0, 0, 3929] })
    expect(apart[0]).toBeCloseTo(0.33185088017083236, 12)
    expect(apart[1]).toBeCloseTo(0.3679752983655477, 12)
    expect(katz({ a: [30, 0, 0, 30], b: [31, 0, 0, 29] })[1]).toBe(1)
  })

  it('between equal rates of unequal groups has the same interval in either order', () => {
    const [large, tiny]: [Cells, Cells] = [
      [100, 0, 0, 900],
      [2, 0, 0, 18],
    ]
    const [all, everybody]: [Cells, Cells] = [
      [25, 0, 0, 0],
      [9, 0, 0, 0],
    ]
    for (const [a, b] of [[large, tiny] as const, [all, everybody] as const])
      for (const kind of ['difference', 'ratio'] as const) {
        const one = demographicParity(kind, ratesOfCells({ a, b })).interval!
        const other = demographicParity(kind, ratesOfCells({ a: b, b: a })).interval!
        expect(one[0]).toBeCloseTo(other[0], 12)
        expect(one[1]).toBeCloseTo(other[1], 12)
      }
    const [low, high] = newcombe({ count: 2, of: 20 }, { count: 100, of: 1000 }, 0.95)!
    const gap = demographicParity('difference', ratesOfCells({ a: tiny, b: large }))
    expect(gap.interval![1]).toBeCloseTo(Math.max(-low, high), 12)
  })

  it('of nothing has an interval from 0 (difference) or up to 1 (ratio)', () => {
    const rates = ratesOfCells({ a: [10, 10, 10, 10], b: [10, 10, 10, 10] })
    const difference = demographicParity('difference', rates)
    expect(difference.value).toBe(0)
    expect(difference.interval![0]).toBe(0)
    expect(difference.interval![1]).toBeGreaterThan(0.1)
    const ratio = demographicParity('ratio', rates)
    expect(ratio.value).toBe(1)
    expect(ratio.interval![0]).toBeLessThan(0.8)
    expect(ratio.interval![1]).toBe(1)
  })

  it('is not assessed with one group', () => {
    const gap = demographicParity('difference', ratesOfCells({ a: [1, 2, 3, 4] }))
    expect(gap).toMatchObject({ value: null, interval: null, reason: 'selection-rate: 1 of 1 groups can be compared' })
  })

  it('leaves small groups out by name', () => {
    const settings = { confidence: 0.95, minimumRows: 10 }
    const rates = ratesOfCells({ a: [20, 20, 20, 20], b: [10, 20, 30, 20], c: [4, 0, 0, 0] }, settings)
    const gap = demographicParity('difference', rates)
    expect(gap.value).toBeCloseTo(0.5 - 0.375, 12)
    expect(gap.leftOut).toEqual([{ group: 'c', rate: 'selection-rate', reason: '4 rows, at least 10 needed' }])
  })

  it('in equalized odds is not assessed when only one group has positives', () => {
    const gap = equalizedOdds('difference', ratesOfCells({ a: [5, 5, 5, 5], b: [0, 5, 0, 5] }))
    expect(gap.value).toBeNull()
    expect(gap.reason).toBe('true-positive-rate: 1 of 2 groups can be compared')
  })

  it('as a ratio is not assessed, not 1, when every rate is 0', () => {
    const gap = demographicParity('ratio', ratesOfCells({ a: [0, 0, 5, 5], b: [0, 0, 5, 5] }))
    expect(gap.value).toBeNull()
    expect(gap.reason).toBe('selection-rate is 0 in every group: the ratio has no denominator')
  })

  it('lies within its interval, and the interval within the scale', () => {
    fc.assert(
      fc.property(anyCells, cells => {
        const rates = ratesOfCells(cells as Record<string, Cells>)
        for (const measure of [demographicParity, equalizedOdds])
          for (const kind of ['difference', 'ratio'] as const) {
            const { value, interval } = measure(kind, rates)
            if (value === null) continue
            expect(interval![0]).toBeGreaterThanOrEqual(0)
            expect(interval![0]).toBeLessThanOrEqual(value + 1e-12)
            expect(interval![1]).toBeGreaterThanOrEqual(value - 1e-12)
            expect(interval![1]).toBeLessThanOrEqual(1)
          }
      }),
    )
  })

  it('does not depend on the order of rows or the names of groups', () => {
    fc.assert(
      fc.property(anyCells, fc.infiniteStream(fc.nat()), (cells, keys) => {
        const rows = rowsOf(cells as Record<string, Cells>)
        const keyed = rows.map(row => ({ row, key: keys.next().value! }))
        const renamed = keyed.sort((x, y) => x.key - y.key).map(({ row }) => ({ ...row, group: `z${row.group}` }))
        for (const measure of [demographicParity, equalizedOdds])
          for (const kind of ['difference', 'ratio'] as const)
            expect(measure(kind, ratesOfRows(renamed)).value).toBe(measure(kind, ratesOfRows(rows)).value)
      }),
    )
  })

  it('does not change, and its interval narrows, when every row is doubled', () => {
    const once = ratesOfCells(adultByRace.cells)
    const twice = ratesOfRows([...rowsOf(adultByRace.cells), ...rowsOf(adultByRace.cells)])
    const [single, double] = [equalizedOdds('difference', once), equalizedOdds('difference', twice)]
    expect(double.value).toBe(single.value)
    expect(double.interval![1] - double.interval![0]).toBeLessThan(single.interval![1] - single.interval![0])
  })

  it.each([
    ['0.15', 0.15, [0.3, 0.35, 0.4, 0.45]],
    // One interval per pair at 0.95, without paying for their number, covers this in about 80 of 100.
    ['0', 0, [0.4, 0.4, 0.4, 0.4]],
  ])('covers a true gap of %s between four groups in at least 95 of 100 samples', (_, gap, truth) => {
    let state = 12_345
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    let covered = 0
    const samples = 1000
    for (let sample = 0; sample < samples; sample++) {
      const cells = truth.map((rate, group): [string, Cells] => {
        let selected = 0
        for (let row = 0; row < 100; row++) if (random() < rate) selected++
        return [`g${group}`, [selected, 0, 0, 100 - selected]]
      })
      const [low, high] = demographicParity('difference', ratesOfCells(Object.fromEntries(cells))).interval!
      if (low <= gap && gap <= high) covered++
    }
    expect(covered / samples).toBeGreaterThanOrEqual(0.95)
  })
})

describe('the worst gap over attributes', () => {
  const even = { attribute: 'even', groups: ratesOfCells({ a: [10, 10, 10, 10], b: [10, 10, 10, 10] }) }
  const uneven = { attribute: 'uneven', groups: ratesOfCells({ a: [20, 10, 5, 5], b: [5, 5, 20, 10] }) }
  const lone = { attribute: 'lone', groups: ratesOfCells({ a: [10, 10, 10, 10] }) }

  it('is the largest difference and the smallest ratio', () => {
    expect(worstGap('difference', [even, uneven], demographicParity)).toMatchObject({ attribute: 'uneven', value: 0.5 })
    expect(worstGap('ratio', [even, uneven], demographicParity).value).toBeCloseTo(1 / 3, 12)
  })

  it('has an interval at least as wide as that of the worst attribute alone', () => {
    const [low, high] = worstGap('difference', [even, uneven], demographicParity).interval!
    const [own, ownHigh] = demographicParity('difference', uneven.groups).interval!
    expect(low).toBeLessThan(own)
    expect(high).toBeGreaterThan(ownHigh)
  })

  it('is not assessed when one attribute is not', () => {
    expect(worstGap('difference', [uneven, lone], demographicParity)).toMatchObject({
      value: null,
      reason: 'lone: selection-rate: 1 of 1 groups can be compared',
    })
  })

  it('is not assessed without attributes', () => {
    expect(worstGap('difference', [], demographicParity).value).toBeNull()
  })
})

describe('comparison with the highest group', () => {
  it('gives difference, ratio and z with the reference named', () => {
    const [comparison, ...others] = compareToHighest(
      ratesOfCells({ Female: [1209, 0, 0, 4212], Male: [6931, 0, 0, 3929] }),
    )
    expect(others).toEqual([])
    expect(comparison).toMatchObject({ group: 'Female', reference: 'Male' })
    expect(comparison!.ratio).toBeCloseTo(0.3494466005611324, 12)
    expect(comparison!.ratioInterval![0]).toBeCloseTo(0.33185088017083236, 12)
    expect(comparison!.difference).toBeCloseTo(1209 / 5421 - 6931 / 10_860, 12)
    expect(comparison!.differenceInterval[1]).toBeLessThan(-0.4)
    expect(comparison!.z).toBeCloseTo(-49.933625389647155, 10)
  })

  it('is empty when no group is assessed', () => {
    expect(compareToHighest([])).toEqual([])
  })
})
