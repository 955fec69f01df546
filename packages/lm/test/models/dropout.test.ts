import { floats } from '@attestry/autograd'
import { describe, expect, it } from 'vitest'
import { dropoutFeeds, type DropoutOptions } from '../../src/models/dropout.js'
import { dropoutName } from '../../src/index.js'

const options: DropoutOptions = {
  targets: ['a', 'b', 'pooler'],
  perText: ['pooler'],
  shapes: new Map(['a', 'b', 'pooler'].map(path => [`${path}.weight`, [3, 40]])),
  dropout: 0.2,
  seed: 5,
  step: 1,
}
const maskOf = (path: string, rows: readonly number[], batch: number, length: number, more: object = {}) =>
  floats(dropoutFeeds({ ...options, ...more }, rows, batch, length)[dropoutName(path)]!)

describe('dropout', () => {
  it('drops the asked share and keeps the mean', () => {
    const mask = maskOf('a', [0, 1, 2, 3], 4, 50)
    const dropped = mask.filter(value => value === 0).length / mask.length
    expect(Math.abs(dropped - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / mask.length))
    expect(new Set(mask)).toEqual(new Set([0, 1.25]))
  })

  it('gives a row the same mask whatever stands beside it and however far it is padded', () => {
    const together = maskOf('a', [7, 9], 4, 16)
    expect(together.subarray(16 * 40, 18 * 40)).toEqual(maskOf('a', [9], 1, 2))
    expect(maskOf('pooler', [7, 9], 2, 16).subarray(40)).toEqual(maskOf('pooler', [9], 1, 2))
  })

  it('gives every row, layer, step and seed a mask of its own', () => {
    const masks = [
      maskOf('a', [7], 1, 8),
      maskOf('a', [8], 1, 8),
      maskOf('b', [7], 1, 8),
      maskOf('a', [7], 1, 8, { step: 2 }),
      maskOf('a', [7], 1, 8, { seed: 6 }),
    ]
    expect(new Set(masks.map(String)).size).toBe(masks.length)
  })
})
