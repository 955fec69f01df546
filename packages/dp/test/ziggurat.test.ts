import { describe, expect, it } from 'vitest'
import { keystream } from '../src/keystream.js'
import { standardNormal, tail } from '../src/ziggurat.js'
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
