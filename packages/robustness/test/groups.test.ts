import type { GroupRobustness } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { byGroup, groupsNotTested, worstOf } from '../src/groups.js'

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const table = {
  rowIds: ['x', 'f', 'e', 'd', 'c', 'b', 'a'],
  groups: { region: ['far', 'north', 'north', 'north', 'south', 'south', 'south'] },
}
const rows = { ids, isRight: [1, 1, 0, 1, 1, 1], stays: [1, 0, 0, 1, 1, 1] }
const settings = { minGroup: 2, confidence: 0.95 }

describe('accuracy by group', () => {
  it('finds each row by its id, before and under attack, and has nothing of groups without rows', () => {
    const found = byGroup(rows, table, settings)
    expect(
      found.map(({ attribute, group, clean, attacked }) => [attribute, group, clean.value, attacked.value]),
    ).toEqual([
      ['region', 'north', 1, 1],
      ['region', 'south', 2 / 3, 1 / 3],
    ])
    expect(worstOf(found)).toBe(found[1])
  })

  it('has Wilson intervals', () => {
    // 2 of 3 and 1 of 3: mirrored at one half.
    const [, south] = byGroup(rows, table, settings)
    expect(south!.clean.interval![0]).toBeCloseTo(0.20766, 5)
    expect(south!.clean.interval![1]).toBeCloseTo(0.93851, 5)
    expect(south!.attacked.interval![1]).toBeCloseTo(1 - 0.20766, 5)
  })

  it('has intervals that begin at 0 and end at 1 exactly when nobody or everybody stands', () => {
    for (let n = 2; n < 200; n++) {
      const rest = { ids: Array.from({ length: n }, () => 'a'), isRight: new Uint8Array(n).fill(1), stays: [] }
      const [{ clean, attacked }] = byGroup(rest, table, settings) as [GroupRobustness]
      expect([attacked.interval![0], clean.interval![1]]).toEqual([0, 1])
    }
  })

  it('says that intersections are open where there is more than one attribute', () => {
    expect(groupsNotTested(table.groups)).toEqual([])
    expect(groupsNotTested({ ...table.groups, gender: [] })).toHaveLength(1)
  })

  it('does not assess a small group, and does not lose it', () => {
    const found = byGroup(rows, table, { ...settings, minGroup: 4 })
    expect(found).toHaveLength(2)
    for (const { clean, attacked } of found) {
      expect(clean).toEqual({ value: null, interval: null, n: 3, reason: 'fewer than 4 rows' })
      expect(attacked.value).toBeNull()
    }
    expect(worstOf(found)).toBeNull()
  })

  it('puts rows of no known group in one of their own', () => {
    const found = byGroup({ ids: ['a', 'z', 'zz'], isRight: [1, 1, 1], stays: [1, 0, 0] }, table, settings)
    expect(found.map(({ group, attacked }) => [group, attacked.n, attacked.value])).toEqual([
      ['(unknown)', 2, 0],
      ['south', 1, null],
    ])
  })
})
