import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { poissonSampler } from '../src/index.js'
import { keystream, nextWord, type WordSource } from '../src/keystream.js'
import { draw } from '../src/poisson-sampler.js'
import { codeOf, secretOf } from './support.js'

const options = { secret: secretOf(4), stream: 'sampling' }
const sampler = poissonSampler(options)

describe('Poisson sampling', () => {
  it('takes a unit exactly when its 64 bits are below floor(q 2^64)', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ min: 1e-9, max: 1, noNaN: true }), fc.constantFrom(1, 0.5, 2 ** -40, 1 - 2 ** -53)),
        fc.integer({ min: 0, max: 1e9 }),
        (q, step) => {
          const threshold = exactTimes2To64(q)
          const source = keystream(options)(step)
          const expected: number[] = []
          for (let unit = 0; unit < 300; unit++) {
            const first = BigInt(nextWord(source))
            // A second word is taken where it decides, and nowhere else.
            const second = first === threshold >> 32n ? BigInt(nextWord(source)) : 0n
            if (((first << 32n) | second) < threshold) expected.push(unit)
          }
          expect([...sampler.sample(300, q, step)]).toEqual(expected)
        },
      ),
    )
  })

  it('draws the line at the last of the 64 bits', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -60, max: 1 - 2 ** -53, noNaN: true }), q => {
        const threshold = exactTimes2To64(q)
        const beside = [threshold - 1n, threshold, threshold + 1n, threshold - (1n << 32n), threshold + (1n << 32n)]
        const possible = beside.filter(bits => bits >= 0n && bits < 1n << 64n)
        const source = wordsOf(possible, threshold)
        const drawn = draw(source, possible.length, q)
        expect([...drawn]).toEqual([...possible.keys()].filter(i => possible[i]! < threshold))
        expect(source.used).toBe(source.words.length)
      }),
    )
  })

  it('draws batches whose sizes have the mean and variance of the binomial distribution', () => {
    const [units, q, steps] = [2000, 0.03, 4000]
    const sizes = Array.from({ length: steps }, (_, step) => sampler.sample(units, q, step).length)
    const mean = sizes.reduce((sum, size) => sum + size, 0) / steps
    const variance = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / (steps - 1)
    const expected = units * q * (1 - q)
    // Five standard errors each: a false alarm in two million.
    expect(Math.abs(mean - units * q)).toBeLessThan(5 * Math.sqrt(expected / steps))
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / steps))
  })

  it('takes every unit equally often, and pairs independently', () => {
    const [units, q, steps] = [40, 0.2, 20_000]
    const single = new Float64Array(units)
    let neighbours = 0
    for (let step = 0; step < steps; step++) {
      const drawn = sampler.sample(units, q, step)
      for (const [i, unit] of drawn.entries()) {
        single[unit]!++
        if (i > 0 && drawn[i - 1] === unit - 1) neighbours++
      }
    }
    for (const count of single) expect(Math.abs(count - steps * q)).toBeLessThan(5 * Math.sqrt(steps * q * (1 - q)))
    const pairs = steps * (units - 1)
    // Pairs overlap, which triples the variance at most.
    expect(Math.abs(neighbours - pairs * q * q)).toBeLessThan(5 * Math.sqrt(3 * pairs * q * q))
  })

  it('draws empty batches when they come up, and everybody at probability 1', () => {
    const sizes = Array.from({ length: 200 }, (_, step) => sampler.sample(10, 0.01, step).length)
    expect(sizes.filter(size => size === 0).length).toBeGreaterThan(150)
    expect(sampler.sample(0, 0.5, 0)).toEqual(new Int32Array(0))
    expect(sampler.sample(1000, 1, 3)).toEqual(Int32Array.from({ length: 1000 }, (_, i) => i))
  })

  it('draws the same batch for a step whatever was drawn before, and decides each unit on its own', () => {
    const again = poissonSampler(options)
    again.sample(50_000, 0.5, 8)
    const whole = sampler.sample(10_000, 0.1, 7)
    expect(again.sample(10_000, 0.1, 7)).toEqual(whole)
    expect(again.sample(5000, 0.1, 7)).toEqual(whole.filter(unit => unit < 5000))
  })

  it('refuses numbers out of range', async () => {
    for (const q of [0, -1, 1.5, Number.NaN]) expect(await codeOf(() => sampler.sample(10, q, 0))).toBe('DP-E003')
    for (const units of [-1, 0.5, 2 ** 31]) expect(await codeOf(() => sampler.sample(units, 0.5, 0))).toBe('DP-E005')
    expect(await codeOf(() => sampler.sample(10, 0.5, -1))).toBe('DP-E005')
  })
})

/** The words of these numbers: two where the first is that of the threshold, else one. */
const wordsOf = (numbers: readonly bigint[], threshold: bigint): WordSource => ({
  words: Uint32Array.from(
    numbers.flatMap(bits => {
      const [first, second] = [bits >> 32n, bits & 0xffffffffn]
      return first === threshold >> 32n ? [Number(first), Number(second)] : [Number(first)]
    }),
  ),
  used: 0,
  refill: () => expect.fail('more words were asked for than there are'),
})

/** floor(q 2^64) by the bits of the double. */
function exactTimes2To64(q: number): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, q)
  const bits = view.getBigUint64(0)
  const exponent = Number(bits >> 52n) - 1075 + 64
  const mantissa = (bits & ((1n << 52n) - 1n)) | (1n << 52n)
  return exponent >= 0 ? mantissa << BigInt(exponent) : mantissa >> BigInt(-exponent)
}
