import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countGroups, crossCodes, encodeGroups } from '../src/index.js'

const coded = (error: unknown): string => (error as { code: string }).code
const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return coded(error)
  }
  return 'nothing was thrown'
}

describe('encoding groups', () => {
  it('numbers names in their order, whatever the order of rows', () => {
    expect(encodeGroups(['b', 'a', 'b', 'c'])).toEqual({ names: ['a', 'b', 'c'], codes: Int32Array.of(1, 0, 1, 2) })
  })

  it('gives every row its own name back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), values => {
        const { names, codes } = encodeGroups(values)
        expect(Array.from(codes, code => names[code])).toEqual(values)
      }),
    )
  })

  it('crosses two attributes', () => {
    const a = encodeGroups(['x', 'y', 'y'])
    const b = encodeGroups(['q', 'p', 'q'])
    expect([...crossCodes(a, b)]).toEqual([1, 2, 3])
  })
})

describe('counting groups', () => {
  it('counts each cell', () => {
    const counts = countGroups({
      labels: Int32Array.of(1, 0, 1, 0, 1),
      predicted: Int32Array.of(1, 1, 0, 0, 1),
      groups: Int32Array.of(0, 0, 0, 0, 1),
      groupCount: 3,
      positiveClass: 1,
    })
    const cells = { truePositives: 1, falsePositives: 1, falseNegatives: 1, trueNegatives: 1 }
    const none = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 }
    expect(counts).toEqual([
      { rows: 4, selected: 2, ...cells, correct: 2 },
      { rows: 1, selected: 1, ...none, truePositives: 1, correct: 1 },
      { rows: 0, selected: 0, ...none, correct: 0 },
    ])
  })

  it('counts rows without a known class as selected or not, and in no error cell', () => {
    const [counts] = countGroups({
      labels: Int32Array.of(-1, -1, 0),
      predicted: Int32Array.of(1, 0, 0),
      groups: Int32Array.of(0, 0, 0),
      groupCount: 1,
      positiveClass: 1,
    })
    expect(counts).toEqual({
      rows: 3,
      selected: 1,
      truePositives: 0,
      falsePositives: 0,
      falseNegatives: 0,
      trueNegatives: 1,
      correct: 1,
    })
  })

  it('with three classes, a confusion of two other classes is no false positive but is not correct', () => {
    const [counts] = countGroups({
      labels: Int32Array.of(0, 2, 1),
      predicted: Int32Array.of(2, 2, 1),
      groups: new Int32Array(3),
      groupCount: 1,
      positiveClass: 1,
    })
    expect(counts).toMatchObject({ truePositives: 1, trueNegatives: 2, falsePositives: 0, correct: 2 })
  })

  it('refuses columns of different length', () => {
    const input = { groups: new Int32Array(2), groupCount: 1, positiveClass: 1 }
    expect(codeOf(() => countGroups({ ...input, labels: new Int32Array(2), predicted: new Int32Array(1) }))).toBe(
      'BIAS-E001',
    )
    expect(codeOf(() => countGroups({ ...input, labels: new Int32Array(3), predicted: new Int32Array(3) }))).toBe(
      'BIAS-E001',
    )
    expect(codeOf(() => crossCodes(encodeGroups(['a']), encodeGroups([])))).toBe('BIAS-E001')
  })

  it.each([-1, 2])('refuses group number %d of 2', code => {
    const rows = new Int32Array(1)
    expect(
      codeOf(() =>
        countGroups({ labels: rows, predicted: rows, groups: Int32Array.of(code), groupCount: 2, positiveClass: 1 }),
      ),
    ).toBe('BIAS-E002')
  })
})
