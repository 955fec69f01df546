import { describe, expect, it, vi } from 'vitest'
import { keystream, nextWord, type WordSource } from '../src/keystream.js'
import { fillWithNoise, plainNormal, standardNormal, tail } from '../src/ziggurat.js'
import { expectedBeyond, faults } from './looks-normal.js'
import { secretOf } from './support.js'

const source = keystream({ secret: secretOf(9), stream: 'ziggurat' })(0)
const draws = Float64Array.from({ length: 1_000_000 }, () => standardNormal(source))

describe('a draw beyond the edge at 3.654', () => {
  it('falls off as the normal distribution does there', () => {
    const n = 50_000
    const beyond = Float64Array.from({ length: n }, () => tail(source))
    for (const x of [3.7, 4, 4.3, 5]) {
      const share = expectedBeyond(x, 1) / expectedBeyond(3.6541528853610088, 1)
      const count = beyond.filter(value => value > x).length
      // Five standard errors: a false alarm in two million.
      expect(Math.abs(count - n * share)).toBeLessThan(5 * Math.sqrt(n * share * (1 - share)) + 1)
    }
  })
})

describe('the quick form of a draw', () => {
  /** Draws `n` times with both forms; `note` is told how many words each draw took, NaN where a block ended within it. */
  function inTurns(quick: WordSource, plain: WordSource, n: number, note: (taken: number) => void = () => {}): void {
    for (let i = 0; i < n; i++) {
      const before = { words: quick.words, used: quick.used }
      const [ours, theirs] = [standardNormal(quick), plainNormal(plain)]
      if (!Object.is(ours, theirs)) expect.fail(`draw ${i}: ${ours} instead of ${theirs}`)
      if (quick.used !== plain.used) expect.fail(`draw ${i} took other words`)
      note(quick.words === before.words ? quick.used - before.used : Number.NaN)
    }
  }

  it('equals the plain form value for value and word for word: in boxes, wedges, the tail and across blocks', () => {
    const words = keystream({ secret: secretOf(9), stream: 'forms' })
    const [quick, plain] = [words(0), words(0)]
    const seen = { box: 0, other: 0, border: 0 }
    inTurns(quick, plain, 1_000_000, taken => {
      seen[Number.isNaN(taken) ? 'border' : taken === 2 ? 'box' : 'other']++
    })
    expect(seen.other).toBeGreaterThan(5000)
    expect(seen.border).toBeGreaterThan(20)
  })

  it('does so wherever a block ends within a draw', () => {
    // Blocks of an odd number of words end after the first word of a draw, and within wedges and tails.
    for (const size of [1, 2, 3, 5, 7, 101]) {
      const [quick, plain] = [short(size), short(size)]
      inTurns(quick, plain, 30_000)
    }
  })

  it('does so for every layer, sign and edge of the 53 bits', () => {
    // The words that follow decide a wedge or the tail for the draw, and for the draws after it.
    const after = Array.from({ length: 64 }, (_, i) => [0x9e3779b9 * (i + 1), 0x85ebca6b * (i + 1)]).flat()
    for (let low9 = 0; low9 < 512; low9++)
      for (const high of [0, 1, 0x0fffff, 0x1ff000, 0x1ffffe, 0x1fffff])
        for (const second of [0, 1, 0x80000000, 0xffffffff]) {
          const given = Uint32Array.from([high * 2048 + low9, second, ...after])
          const sources = [0, 1].map(() => ({ words: given, used: 0, refill: () => expect.fail('too few words') }))
          inTurns(sources[0]!, sources[1]!, 1)
        }
  })

  it.each([
    ['half sums of four', () => new Float64Array(5000), (source: WordSource) => halfSum(source)],
    ['single draws, rounded', () => new Float32Array(20_000), (source: WordSource) => Math.fround(plainNormal(source))],
  ])('fills with %s that equal plain draws, wherever a block ends', (_, target, plainValue) => {
    const values = target()
    for (const size of [1, 2, 3, 7, 8, 9, 101, 65_536]) {
      const [quick, plain] = [short(size), short(size)]
      fillWithNoise(values, quick)
      for (const [i, value] of values.entries()) {
        const expected = plainValue(plain)
        if (!Object.is(value, expected)) expect.fail(`blocks of ${size}, value ${i}: ${value} instead of ${expected}`)
      }
      expect([quick.used, quick.words]).toEqual([plain.used, plain.words])
    }
  })

  it('does so for every layer and sign at the end of its box, in double and in single precision', () => {
    // Neighbours of the first place outside: the other three draws of the value and a wedge take the words behind.
    const after = Array.from({ length: 64 }, (_, i) => [0x9e3779b9 * (i + 1), 0x85ebca6b * (i + 1)]).flat()
    const seen = { inside: 0, outside: 0 }
    for (let low9 = 0; low9 < 512; low9++) {
      const first = firstOutside(low9 & 255)
      for (const place of [0n, 1n, first - 1n, first, first + 1n, 2n ** 53n - 1n]) {
        if (place < 0n) continue
        const given = Uint32Array.from([Number(place >> 32n) * 2048 + low9, Number(place & 0xffffffffn), ...after])
        const source = (): WordSource => ({ words: given, used: 0, refill: () => expect.fail('too few words') })
        const [sum, double, one, single] = [source(), source(), source(), source()]
        const [expected, expectedOne] = [halfSum(sum), Math.fround(plainNormal(one))]
        const [doubles, singles] = [new Float64Array(1), new Float32Array(1)]
        fillWithNoise(doubles, double)
        fillWithNoise(singles, single)
        if (!Object.is(doubles[0], expected))
          expect.fail(`layer ${low9}, place ${place}: ${doubles[0]}, not ${expected}`)
        if (!Object.is(singles[0], expectedOne))
          expect.fail(`layer ${low9}, place ${place}: ${singles[0]}, not ${expectedOne}`)
        expect([double.used, single.used]).toEqual([sum.used, one.used])
        if (place < first) seen.inside++
        else seen.outside++
      }
    }
    expect(seen.inside).toBeGreaterThan(1000)
    expect(seen.outside).toBeGreaterThan(1000)
  })

  it('makes the same values where there is no WebAssembly', async () => {
    const secret = secretOf(9)
    const words = keystream({ secret, stream: 'without' })
    const targets = (): readonly [Float32Array, Float64Array] => [new Float32Array(10_000), new Float64Array(10_000)]
    const quick = targets().map(target => (fillWithNoise(target, words(1)), target))
    vi.stubGlobal('WebAssembly', undefined)
    vi.resetModules()
    const again = await import('../src/ziggurat.js')
    const slow = targets().map(target => (again.fillWithNoise(target, words(1)), target))
    expect((await import('../src/noise-kernel.js')).noiseKernel({ ends: noLayers, heights: noLayers })).toBeUndefined()
    vi.unstubAllGlobals()
    expect(slow).toEqual(quick)
  })

  const noLayers = new Float64Array(257)

  const halfSum = (source: WordSource): number =>
    (plainNormal(source) + plainNormal(source) + plainNormal(source) + plainNormal(source)) * 0.5

  /** The first place of 53 bits that the plain form takes for outside the box, found by halving. */
  function firstOutside(layer: number): bigint {
    const takesTwoWords = (place: bigint): boolean => {
      // A wedge or the tail would ask for a third word.
      const given = Uint32Array.from([Number(place >> 32n) * 2048 + layer, Number(place & 0xffffffffn)])
      const source: WordSource = {
        words: given,
        used: 0,
        refill() {
          throw new RangeError('a third word')
        },
      }
      try {
        plainNormal(source)
        return true
      } catch {
        return false
      }
    }
    let [inside, outside] = [-1n, 2n ** 53n]
    while (outside - inside > 1n) {
      const middle = (inside + outside) / 2n
      if (takesTwoWords(middle)) inside = middle
      else outside = middle
    }
    return outside
  }

  /** The words of one keystream in blocks of `size`. */
  function short(size: number): WordSource {
    const long = keystream({ secret: secretOf(9), stream: 'short blocks' })(size)
    const source: WordSource = {
      words: new Uint32Array(0),
      used: 0,
      refill() {
        source.words = Uint32Array.from({ length: size }, () => nextWord(long))
        source.used = 0
      },
    }
    return source
  }
})

describe('a single draw', () => {
  it('follows the normal distribution', () => {
    expect(faults(draws)).toEqual([])
  })

  it('goes on beyond the edge of the ziggurat at 3.654 as the normal distribution does, on both sides', () => {
    for (const x of [3.5, 3.66, 4, 4.3])
      for (const side of [1, -1]) {
        const expected = expectedBeyond(x, draws.length) / 2
        const beyond = draws.filter(value => value * side > x).length
        // Five standard errors of a Poisson count: a false alarm in two million.
        expect(Math.abs(beyond - expected)).toBeLessThan(5 * Math.sqrt(expected))
      }
  })

  it('shows no seam where one layer of the ziggurat meets the next', () => {
    // The outermost edges, by Marsaglia and Tsang's recurrence: a fault in a wedge shows as a step there.
    for (const [low, high] of [
      [3.35, 3.55],
      [3.1, 3.2],
      [0.2, 0.22],
      [0, 0.05],
    ] as const) {
      const expected = expectedBeyond(low, draws.length) - expectedBeyond(high, draws.length)
      const inside = draws.filter(value => Math.abs(value) > low && Math.abs(value) <= high).length
      expect(Math.abs(inside - expected)).toBeLessThan(5 * Math.sqrt(expected))
    }
  })
})
