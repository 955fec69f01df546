import { describe, expect, it } from 'vitest'
import { measureBias } from '../src/index.js'
import { tableOf } from './tables.js'

const settings = { confidence: 0.95, minimumRows: 5, intersections: true }
const repeat = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

describe('measuring a table', () => {
  // Selected: F/old and M/young. Every marginal rate is one half; every cell is all or nothing.
  const sex = [...repeat(10, 'F'), ...repeat(10, 'F'), ...repeat(10, 'M'), ...repeat(10, 'M')]
  const age = [...repeat(10, 'old'), ...repeat(10, 'young'), ...repeat(10, 'old'), ...repeat(10, 'young')]
  const guesses = [...repeat(10, 1), ...repeat(10, 0), ...repeat(10, 0), ...repeat(10, 1)]
  const labels = repeat(20, [0, 1]).flat()

  it('finds a disparity that only an intersection shows', () => {
    const { worst, worstIntersection, intersections } = measureBias(tableOf(labels, guesses, { sex, age }), 1, settings)
    expect(worst.demographicParityDifference.value).toBe(0)
    expect(worstIntersection!.demographicParityDifference.value).toBe(1)
    expect(intersections[0]!.attribute).toBe('sex × age')
    expect(intersections[0]!.slices[0]).toEqual({ sex: 'F', age: 'old' })
    expect(intersections[0]!.groups.map(({ group, rates }) => [group, rates['selection-rate'].value])).toEqual([
      ['F × old', 1],
      ['F × young', 0],
      ['M × old', 0],
      ['M × young', 1],
    ])
  })

  it('measures no intersections when told so', () => {
    const table = tableOf(labels, guesses, { sex, age })
    const measured = measureBias(table, 1, { ...settings, intersections: false })
    expect(measured.intersections).toEqual([])
    expect(measured.worstIntersection).toBeNull()
  })

  it('keeps slices and groups in step when some cells are empty', () => {
    const table = tableOf([0, 1, 0, 1], [1, 1, 0, 0], { a: ['x', 'x', 'y', 'y'], b: ['p', 'p', 'q', 'q'] })
    const [cross] = measureBias(table, 1, { ...settings, minimumRows: 1 }).intersections
    expect(cross!.slices).toEqual([
      { a: 'x', b: 'p' },
      { a: 'y', b: 'q' },
    ])
    expect(cross!.groups.map(({ group, counts }) => [group, counts.selected])).toEqual([
      ['x × p', 2],
      ['y × q', 0],
    ])
  })

  it('gives accuracy, baseline and class errors over all classes', () => {
    const table = tableOf([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2], {}, ['a', 'b', 'c'])
    const { overall, baseline, classErrors } = measureBias(table, 1, { ...settings, minimumRows: 1 })
    expect(overall.accuracy).toMatchObject({ value: 4 / 6, count: 4, of: 6 })
    expect(baseline).toMatchObject({ value: 0.5, majorityClass: 'a' })
    expect(classErrors.map(({ value }) => value)).toEqual([1 / 3, 1 / 2, 0])
  })

  it('refuses an attribute with more than 200 groups without printing one', () => {
    const ids = Array.from({ length: 201 }, (_, i) => `person-${i}`)
    const rows = ids.map(() => 0)
    expect(() => measureBias(tableOf(rows, rows, { id: ids }), 1, settings)).toThrowError(
      expect.objectContaining({
        code: 'BIAS-E003',
        message: "attribute 'id' has 201 groups, at most 200 can be compared",
        help: expect.not.stringContaining('person-'),
      }),
    )
  })

  it('names, but does not measure, an intersection of more than 200 cells', () => {
    const a = Array.from({ length: 400 }, (_, i) => `a${i % 20}`)
    const b = Array.from({ length: 400 }, (_, i) => `b${Math.floor(i / 20)}`)
    const rows = a.map((_, i) => i % 2)
    const { intersections, worstIntersection } = measureBias(tableOf(rows, rows, { a, b }), 1, settings)
    expect(intersections[0]!.gaps.demographicParityDifference.reason).toBe('400 cells, at most 200 are compared')
    expect(worstIntersection!.demographicParityDifference.value).toBeNull()
  })
})
