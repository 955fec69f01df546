import { invalidCount } from './errors.js'
import { probability } from './events.js'
import { keystream, nextWord, type StreamOptions, type WordSource } from './keystream.js'

/** Draws the batches that the accountant's bound is proved for. */
export interface PoissonSampler {
  /**
   * The indices, ascending, of the units drawn in a step: each of 0 ... `units` - 1 independently with the sampling
   * probability. The batch size is random and may be 0: such a step is still a step, with noise alone.
   *
   * The probability is exact to 2^-64: a unit is in when its 64 random bits are below floor(q 2^64). The later 32 of them
   * are only drawn where the first 32 leave it open. Whether one unit is drawn does not depend on the others, nor on what
   * was drawn before.
   *
   * @throws DP-E003 unless `samplingProbability` lies in (0, 1]; DP-E005 for an invalid number of units or step
   */
  sample(units: number, samplingProbability: number, step: number): Int32Array
}

const two32 = 4_294_967_296
const mostUnits = 2 ** 31 - 1

/**
 * A Poisson sampler over a cryptographic keystream.
 *
 * @throws DP-E010 unless the secret has 32 bytes and the stream a name
 * @example
 *   const sampler = poissonSampler({ secret: randomBytes(32), stream: 'training batches' })
 *   sampler.sample(60_000, 0.004, 7)    // about 240 indices
 */
export function poissonSampler(options: StreamOptions): PoissonSampler {
  const wordsOf = keystream(options)
  return {
    sample(units, samplingProbability, step) {
      if (!(Number.isSafeInteger(units) && units >= 0 && units <= mostUnits))
        throw invalidCount('the number of units', units, 0)
      return draw(wordsOf(step), units, probability(samplingProbability))
    },
  }
}

/**
 * A unit is drawn when two words, as one number of 64 bits, are below floor(q 2^64). The first word decides all but one
 * case in 2^32; the second is taken from the source in that case alone.
 */
export function draw(source: WordSource, units: number, q: number): Int32Array {
  // Multiplying by a power of two and taking the fraction are exact in doubles.
  const scaled = q * two32
  const high = Math.floor(scaled)
  const low = Math.floor((scaled - high) * two32)
  let drawn = new Int32Array(Math.ceil(units * q + 6 * Math.sqrt(units * q) + 16))
  let count = 0
  for (let unit = 0; unit < units; unit++) {
    const first = nextWord(source)
    if (first > high || (first === high && nextWord(source) >= low)) continue
    if (count === drawn.length) {
      const larger = new Int32Array(2 * drawn.length)
      larger.set(drawn)
      drawn = larger
    }
    drawn[count++] = unit
  }
  return drawn.slice(0, count)
}
