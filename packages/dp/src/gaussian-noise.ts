import { keystream, type StreamOptions } from './keystream.js'
import { fillWithNoise } from './ziggurat.js'

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
 * A draw is a ziggurat normal of 53 random bits. Draws of a few bits, or as fine as the numbers that they are added to, lie on a
 * lattice by which a noisy result can tell what it was before the noise. In a Float32Array a draw is rounded to 24 bits, and each
 * number of that precision, down to some 1e-8 of the standard deviation, stands for many draws: their lattice cannot be seen. In a
 * Float64Array each value is (g1 + g2 + g3 + g4) / 2 of four draws, which blurs it (Holohan, Braghin 2021, arXiv 2107.10138,
 * section 5.1). Both are mitigations and no exact samplers: values follow N(0, 1) up to rounding, and what is computed with them is
 * rounded again. For statistics that are published there are discrete mechanisms, such as `addNoise`.
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
      fillWithNoise(target, wordsOf(step))
      return target
    },
  }
}
