import { keystream, type StreamOptions } from './keystream.js'
import { fillWithHalfSums } from './ziggurat.js'

/** Standard normal noise that can be replayed by whoever holds the secret, and predicted by nobody else. */
export interface GaussianNoise {
  /**
   * Fills `target` with independent draws from N(0, 1) and returns it.
   *
   * The draws depend on the secret, the stream's name, `step` and their place in `target` alone. A step must be used for
   * one release only: the same noise on two different sums cancels out in their difference.
   *
   * @param step whole number of at least 0. @throws DP-E005 otherwise
   */
  fill<Target extends Float32Array | Float64Array>(target: Target, step: number): Target
}

/**
 * Gaussian noise from a cryptographic keystream (AES-256-CTR).
 *
 * Each value is (g1 + g2 + g3 + g4) / 2 of four independent ziggurat normals of 53 random bits each. The sum blurs the
 * lattice of single floating-point draws, by which a noisy result can otherwise tell what it was before the noise
 * (Holohan, Braghin 2021, arXiv 2107.10138, section 5.1). It is a mitigation and not an exact sampler: values are doubles,
 * rounded to single precision in a Float32Array, and follow N(0, 1) up to rounding.
 *
 * @throws DP-E010 unless the secret has 32 bytes and the stream a name
 * @example
 *   const noise = gaussianNoise({ secret: randomBytes(32), stream: 'training noise' })
 *   noise.fill(new Float32Array(1000), 7)    // the same 1000 numbers whenever step 7 is asked for
 */
export function gaussianNoise(options: StreamOptions): GaussianNoise {
  const wordsOf = keystream(options)
  return {
    fill(target, step) {
      fillWithHalfSums(target, wordsOf(step))
      return target
    },
  }
}
