import { describe, expect, it } from 'vitest'
import { classErrors, confusionMatrix, majorityBaseline, overallAccuracy } from '../src/index.js'

const labels = Int32Array.of(0, 0, 0, 1, 1, 2, -1)
const predicted = Int32Array.of(0, 0, 1, 1, 2, 2, 2)

describe('confusion of three classes', () => {
  const matrix = confusionMatrix(labels, predicted, 3)

  it('counts rows by true and predicted class, without rows of unknown class', () => {
    expect([...matrix.counts]).toEqual([2, 1, 0, 0, 1, 1, 0, 0, 1])
  })

  it('gives overall accuracy and the error of each class', () => {
    expect(overallAccuracy(matrix)).toEqual({ count: 4, of: 6 })
    expect(classErrors(matrix)).toEqual([
      { count: 1, of: 3 },
      { count: 1, of: 2 },
      { count: 0, of: 1 },
    ])
  })

  it('has the most frequent class as baseline', () => {
    expect(majorityBaseline(matrix)).toEqual({ count: 3, of: 6, majorityClass: 0 })
  })

  it('refuses class numbers that do not exist, and columns of different length', () => {
    const refused = (code: string) => expect.objectContaining({ code })
    expect(() => confusionMatrix(labels, predicted, 2)).toThrowError(refused('BIAS-E002'))
    expect(() => confusionMatrix(Int32Array.of(0), Int32Array.of(-1), 2)).toThrowError(refused('BIAS-E002'))
    expect(() => confusionMatrix(labels, Int32Array.of(0), 3)).toThrowError(refused('BIAS-E001'))
  })
})
