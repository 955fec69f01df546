import { randomFillSync } from 'node:crypto'
import { keystream, type WordSource } from '../keystream.js'

const block = 16_384

/** Random words of the operating system's generator, for noise that nobody can draw again. */
export function systemWords(): WordSource {
  return {
    words: new Uint32Array(block),
    used: block,
    refill() {
      randomFillSync(this.words)
      this.used = 0
    },
  }
}

/** Where a mechanism takes its randomness from. */
export interface RandomOptions {
  /**
   * 32 bytes that make a release repeatable, for tests. Whoever knows them can take the noise off again, so a release made
   * with it protects nobody and says so in `random`.
   */
  readonly unsafeSeed?: Uint8Array
}

/** The source for a release, and what to say of it. @throws DP-E010 for a seed that is not 32 bytes */
export const wordsFor = ({ unsafeSeed }: RandomOptions): { words: WordSource; random: 'csprng' | 'unsafe-seed' } =>
  unsafeSeed === undefined
    ? { words: systemWords(), random: 'csprng' }
    : { words: keystream({ secret: unsafeSeed, stream: 'mechanism' })(0), random: 'unsafe-seed' }
