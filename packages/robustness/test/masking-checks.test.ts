import { describe, expect, it } from 'vitest'
import { maskingChecks, type Standing } from '../src/masking-checks.js'

/** As it is when nothing is masked. */
const sound: Standing = {
  attacked: 100,
  noise: 95,
  oneStep: 60,
  manySteps: 50,
  moreSteps: 50,
  search: 52,
  wholeRange: 0,
  wholeRangeSearch: 0,
  curve: [90, 80, 50, 20],
}
const failing = (more: Partial<Standing>): readonly string[] =>
  maskingChecks({ ...sound, ...more })
    .filter(({ isPassed }) => !isPassed)
    .map(({ check }) => check)

describe('masking checks', () => {
  it('pass for attacks that are in order, and for what chance alone moves', () => {
    expect(failing({})).toEqual([])
    expect(failing({ oneStep: 48, search: 48, moreSteps: 48, wholeRange: 2, curve: [80, 82] })).toEqual([])
  })

  it.each<[string, Partial<Standing>]>([
    ['many steps are no weaker than one', { oneStep: 47 }],
    ['gradients are no weaker than a search without them', { search: 47 }],
    ['gradients are no weaker than random noise', { noise: 47 }],
    ['twice the steps find little more', { moreSteps: 47 }],
    ['over the whole range gradients miss little that a search finds', { wholeRange: 10, wholeRangeSearch: 7 }],
    ['a stronger attack is no weaker', { curve: [80, 83] }],
  ])('%s: fails by itself', (check, more) => {
    expect(failing(more)).toEqual([check])
  })

  it('let a class stand over the whole range when a search finds nothing either', () => {
    expect(failing({ wholeRange: 100, wholeRangeSearch: 100 })).toEqual([])
  })

  it('all fail when there was no row to attack', () => {
    const none = { attacked: 0, noise: 0, oneStep: 0, manySteps: 0, moreSteps: 0, search: 0 }
    expect(failing({ ...none, curve: [0] })).toHaveLength(6)
  })
})
