import { describe, expect, it } from 'vitest'
import { scoreSpans } from '../eval/span-score.js'
import { wilson } from '../src/sample/wilson.js'

const text = 'Maria Quark of Berlin wrote'
const score = (gold: [number, number][], predicted: [number, number][]): readonly number[] => {
  const { matched, gold: golds, predicted: predictions } = scoreSpans([{ text, gold, predicted }])
  return [matched, golds, predictions]
}

describe('the span score', () => {
  it('counts a hit when three quarters of the union are shared', () => {
    expect(score([[0, 11]], [[0, 11]])).toEqual([1, 1, 1])
    expect(score([[0, 11]], [[0, 5]])).toEqual([0, 1, 1])
  })

  it('merges spans with only skip words between', () =>
    expect(
      score(
        [[0, 21]],
        [
          [0, 11],
          [15, 21],
        ],
      ),
    ).toEqual([1, 1, 1]))

  it('counts a span over nothing as a false one, and a miss as no prediction', () => {
    expect(score([], [[22, 27]])).toEqual([0, 0, 1])
    expect(score([[0, 11]], [])).toEqual([0, 1, 0])
  })

  it('weighs recall four times as much as precision', () => {
    const half = scoreSpans([
      {
        text,
        gold: [
          [0, 11],
          [22, 27],
        ],
        predicted: [[0, 11]],
      },
    ])
    expect(half).toMatchObject({ precision: 1, recall: 0.5 })
    expect(half.f2).toBeCloseTo(5 / 9, 12)
  })

  it('gives the Wilson interval of 8 in 10', () => {
    const [low, high] = wilson(8, 10)
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.4902', '0.9433'])
  })
})
