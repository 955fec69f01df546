import { describe, expect, it } from 'vitest'
import { gaussianNoise } from '../src/index.js'
import { expectedBeyond, faults } from './looks-normal.js'
import { codeOf, secretOf } from './support.js'

const noise = gaussianNoise({ secret: secretOf(1), stream: 'noise' })
const draws = noise.fill(new Float64Array(200_000), 0)

describe('Gaussian noise', () => {
  it('has mean 0, variance 1 and the shape of the normal distribution', () => {
    expect(faults(draws)).toEqual([])
    expect(faults(noise.fill(new Float32Array(200_000), 1))).toEqual([])
  })

  it.each([
    ['double', new Float64Array(1_000_000)],
    ['single', new Float32Array(1_000_000)],
  ])('has the tails of the normal distribution in %s precision', (_, target) => {
    const many = noise.fill(target, 2)
    for (const x of [3, 3.7, 4]) {
      const expected = expectedBeyond(x, many.length)
      const beyond = many.filter(value => Math.abs(value) > x).length
      // Five standard errors of a Poisson count: a false alarm in two million.
      expect(Math.abs(beyond - expected)).toBeLessThan(5 * Math.sqrt(expected))
    }
  })

  it('is the same for a step whatever was drawn before, and for a longer fill', () => {
    const fresh = gaussianNoise({ secret: secretOf(1), stream: 'noise' })
    fresh.fill(new Float64Array(12_345), 7)
    fresh.fill(new Float32Array(3), 0)
    expect(fresh.fill(new Float64Array(1000), 0)).toEqual(draws.slice(0, 1000))
    expect(fresh.fill(new Float32Array(1000), 0)).toEqual(noise.fill(new Float32Array(200_000), 0).slice(0, 1000))
  })

  it('gives the numbers of stream version 1, so that a recorded step can be replayed', () => {
    // Printed by the first version of this package. Any draw that takes other words shifts all that follow.
    for (const [place, value] of [
      [0, 1.6771527261524364],
      [1, -0.5760061022622326],
      [1000, -0.43702836446829707],
      [50000, 0.44715778446852705],
      [199999, 0.4314048335119349],
    ] as const)
      expect(draws[place]).toBeCloseTo(value, 12)
  })

  it('leaves no gap between the numbers of single precision', () => {
    // As many of the 2^19 numbers from 1 to 1 + 2^-4 are met by 2^24 draws as if each could be.
    const seen = new Set<number>()
    const target = new Float32Array(2 ** 20)
    for (let step = 0; step < 16; step++)
      for (const value of noise.fill(target, step)) if (value >= 1 && value < 1 + 2 ** -4) seen.add(value)
    const numbers = 2 ** 19
    const each = (expectedBeyond(1, 2 ** 24) - expectedBeyond(1 + 2 ** -4, 2 ** 24)) / 2 / numbers
    const share = 1 - Math.exp(-each)
    // Five standard errors: a false alarm in two million. With every other number missing it were a fifth less.
    expect(Math.abs(seen.size - numbers * share)).toBeLessThan(5 * Math.sqrt(numbers * share * (1 - share)))
  })

  it('is unrelated between steps, names and secrets', () => {
    const first = draws.slice(0, 100_000)
    for (const [options, step] of [
      [{ secret: secretOf(1), stream: 'noise' }, 1],
      [{ secret: secretOf(1), stream: 'noise' }, 2 ** 33],
      [{ secret: secretOf(1), stream: 'other' }, 0],
      [{ secret: secretOf(2), stream: 'noise' }, 0],
    ] as const) {
      const second = gaussianNoise(options).fill(new Float64Array(100_000), step)
      const products = first.reduce((sum, x, i) => sum + x * second[i]!, 0)
      // Five standard errors: a false alarm in two million.
      expect(Math.abs(products / Math.sqrt(first.length))).toBeLessThan(5)
    }
  })

  it('never repeats a value within a step', () => {
    expect(new Set(draws).size).toBe(draws.length)
  })

  it('refuses a short secret, a nameless stream and a broken step', async () => {
    expect(await codeOf(() => gaussianNoise({ secret: new Uint8Array(31), stream: 'noise' }))).toBe('DP-E010')
    expect(await codeOf(() => gaussianNoise({ secret: secretOf(1), stream: '' }))).toBe('DP-E010')
    for (const step of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(await codeOf(() => noise.fill(new Float64Array(1), step))).toBe('DP-E005')
  })
})

describe('the checks on noise', () => {
  it('catch half the noise', () => {
    expect(faults(draws.map(x => x / 2))).toContain('variance')
  })

  it.each([
    ['one per cent less noise', (x: number) => x * 0.99],
    ['a mean of a fiftieth', (x: number) => x + 0.02],
    ['a cut at two and a half', (x: number) => Math.max(-2.5, Math.min(2.5, x))],
    ['noise rounded to quarters', (x: number) => Math.round(x * 4) / 4],
    ['no negative noise', (x: number) => Math.abs(x)],
  ])('catch %s', (_, broken) => {
    expect(faults(draws.map(broken))).not.toEqual([])
  })

  it('catch noise that is drawn once and used twice', () => {
    expect(faults(draws.map((_, i) => draws[i - (i % 2)]!))).toContain('serial correlation')
  })
})
