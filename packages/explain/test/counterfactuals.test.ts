import { seededRandom } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { counterfactuals, eachColumn, groupByColumn } from '../src/index.js'
import { each, sigmoid } from './models.js'

const random = seededRandom(11)
const background = Float64Array.from({ length: 60 * 3 }, () => 4 * random() - 2)
const score = ([a, b, c]: readonly number[]): number => sigmoid(a! + b! + 0.2 * c!)
const search = {
  predict: each(3, score),
  row: Float64Array.of(-1, -0.5, 0),
  background,
  groups: eachColumn(['a', 'b', 'c']),
}

describe('counterfactuals', () => {
  it('are each on the other side, by the model itself, and differ in what they change', async () => {
    const found = await counterfactuals({ ...search, fixed: [] })
    expect(found.length).toBeGreaterThanOrEqual(2)
    for (const one of found) {
      expect(score([...one.row])).toBeGreaterThanOrEqual(0.5)
      expect(one.prediction).toBe(score([...one.row]))
    }
    expect(new Set(found.map(({ changed }) => changed.join())).size).toBe(found.length)
    expect(found[0]!.changed).toHaveLength(1)
  })

  it('never change a fixed column', async () => {
    const found = await counterfactuals({ ...search, fixed: ['a'] })
    expect(found.length).toBeGreaterThanOrEqual(1)
    for (const { changed, row } of found) {
      expect(changed).not.toContain('a')
      expect(row[0]).toBe(-1)
    }
  })

  it('are none when nothing that may change matters', async () => {
    expect(await counterfactuals({ ...search, fixed: ['a', 'b'] })).toEqual([])
  })

  it('change two columns where one is not enough, and no third', async () => {
    const found = await counterfactuals({
      predict: each(3, ([a, b]) => (a! > 0 && b! > 0 ? 1 : 0)),
      row: Float64Array.of(-1, -1, -1),
      background,
      groups: eachColumn(['a', 'b', 'c']),
      fixed: [],
    })
    expect(found[0]!.changed).toEqual(['a', 'b'])
    expect(found.every(({ changed }) => changed.length === 2)).toBe(true)
  })

  it('set a category to one of its values, not to a mixture', async () => {
    const found = await counterfactuals({
      predict: each(3, ([, , third]) => third!),
      row: Float64Array.of(1, 0, 0),
      background: Float64Array.of(0, 1, 0, 0, 0, 1),
      groups: groupByColumn(['region', 'region', 'region']),
      fixed: [],
    })
    expect(found).toMatchObject([{ row: Float64Array.of(0, 0, 1), changed: ['region'], distance: 3 }])
  })
})
