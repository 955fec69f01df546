import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keystream } from '../src/keystream.js'
import {
  bernoulli,
  bernoulliExp,
  discreteGaussian,
  discreteLaplace,
  squareRoot,
  uniformBelow,
} from '../src/mechanisms/exact-samplers.js'
import { systemWords } from '../src/mechanisms/random-words.js'
import { ceiling, exactRational, roundedUp } from '../src/mechanisms/rational.js'
import { massOf, misfit, tally } from './fits.js'
import { secretOf } from './support.js'

const wordsOf = (seed: number) => keystream({ secret: secretOf(seed), stream: 'test' })(0)
const words = wordsOf(1)
const chance = (p: number) =>
  new Map([
    ['true', p],
    ['false', 1 - p],
  ])

describe('the exact samplers', () => {
  it.each([
    [1n, 3n],
    [0n, 5n],
    [5n, 5n],
    [1n, 1n << 40n],
    [(1n << 70n) / 3n, 1n << 70n],
  ])('draw true with probability %d/%d', (num, den) => {
    const p = Number(num) / Number(den)
    expect(
      misfit(
        tally(100_000, () => bernoulli(num, den, words)),
        chance(p),
      ),
    ).toBeLessThan(5)
  })

  it.each([
    [0n, 1n],
    [1n, 1n],
    [1n, 3n],
    [7n, 2n],
    [123_456_789_012_345n, 100_000_000_000_000n],
  ])('draw true with probability e^-(%d/%d)', (num, den) => {
    const p = Math.exp(-Number(num) / Number(den))
    expect(
      misfit(
        tally(100_000, () => bernoulliExp(num, den, words)),
        chance(p),
      ),
    ).toBeLessThan(5)
  })

  it.each([1, 2, 3, 17, 1000])('draw uniformly below %d', n => {
    const even = new Map(Array.from({ length: n }, (_, i) => [String(i), 1 / n]))
    expect(
      misfit(
        tally(100_000, () => uniformBelow(BigInt(n), words)),
        even,
      ),
    ).toBeLessThan(5)
  })

  it('draw uniformly below a number of many words', () => {
    const n = 3n << 70n
    const thirds = new Map(['0', '1', '2'].map(third => [third, 1 / 3]))
    expect(
      misfit(
        tally(100_000, () => uniformBelow(n, words) >> 70n),
        thirds,
      ),
    ).toBeLessThan(5)
  })

  it.each([
    [1n, 2n],
    [1n, 1n],
    [10n, 3n],
    [1n << 18n, 3n << 16n],
  ])('draw the discrete Laplace distribution of scale %d/%d', (num, den) => {
    const b = Number(num) / Number(den)
    const mass = massOf(300, x => Math.exp(-Math.abs(x) / b))
    expect(
      misfit(
        tally(200_000, () => discreteLaplace({ num, den }, words)),
        mass,
      ),
    ).toBeLessThan(5)
  })

  it.each([
    [1n, 4n],
    [1n, 1n],
    [10n, 3n],
    [400n, 1n],
    [(9n << 60n) + 1n, 1n << 60n],
  ])('draw the discrete Gaussian distribution of variance %d/%d', (num, den) => {
    const variance = Number(num) / Number(den)
    const mass = massOf(300, x => Math.exp(-(x * x) / 2 / variance))
    expect(misfit(tally(200_000, discreteGaussian({ num, den }, words)), mass)).toBeLessThan(5)
  })

  it('draw wide Gaussians of the right shape', () => {
    const sigma = 2 ** 24
    const draw = discreteGaussian({ num: 1n << 48n, den: 1n }, words)
    // P[|Z| <= 1] and P[|Z| <= 2] of a normal Z.
    const within = new Map([
      ['1', 0.6826894921370859],
      ['2', 0.2718102439667652],
      ['3', 0.045500263896358],
    ])
    const band = (): number => Math.min(3, Math.ceil(Math.abs(Number(draw())) / sigma))
    expect(misfit(tally(200_000, band), within)).toBeLessThan(5)
  })

  it('read the same random bits to the same answer on the fast and on the long path', () => {
    const fast = wordsOf(2)
    const long = wordsOf(2)
    for (let i = 0; i < 20_000; i++) {
      const den = BigInt(1 + (i % 1999))
      const num = BigInt(i) % den
      expect(bernoulli(num, den, fast)).toBe(bernoulli(num << 60n, den << 60n, long))
      expect(fast.used).toBe(long.used)
    }
  })

  it('never give the same noise twice', () => {
    const draw = (): bigint[] =>
      Array.from({ length: 20 }, discreteGaussian({ num: 1n << 80n, den: 1n }, systemWords()))
    const [first, second] = [draw(), draw()]
    expect(new Set([...first, ...second]).size).toBe(40)
  })
})

describe('whole-number arithmetic', () => {
  it('finds the square root', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 200n }), n => {
        const root = squareRoot(n)
        return root * root <= n && (root + 1n) * (root + 1n) > n
      }),
    )
  })

  it('turns a double into the ratio that it is', () => {
    for (const [value, num, den] of [
      [0, 0n, 1n],
      [0.75, 3n, 4n],
      [6, 6n, 1n],
      [2 ** -1074, 1n, 1n << 1074n],
      [2 ** 1000, 1n << 1000n, 1n],
    ] as const)
      expect(exactRational(value)).toEqual({ num, den })
    const moderate = fc.double({ min: 1e-200, max: 1e100, noNaN: true })
    fc.assert(
      fc.property(moderate, value => {
        const { num, den } = exactRational(value)
        // Both fit a double exactly here, as den is a power of two.
        return Number(num) / Number(den) === value
      }),
    )
  })

  it('rounds noise scales up, never down', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 90n }), fc.bigInt({ min: 1n, max: 1n << 90n }), (num, den) => {
        const up = roundedUp({ num, den })
        const isAtLeast = up.num * den >= num * up.den
        const isNext = (up.num - 1n) * den < num * up.den
        return isAtLeast && isNext && ceiling({ num, den }) * den >= num
      }),
    )
  })
})
