import { createCipheriv, hkdfSync } from 'node:crypto'
import { invalidCount, invalidSecret } from './errors.js'

/** A secret and a name: streams of different names are independent, streams of the same secret and name are equal. */
export interface StreamOptions {
  /** 32 secret bytes. Whoever knows them can take the noise off again. */
  readonly secret: Uint8Array
  /** What the stream is for, such as `noise` or `sampling`; never reused for another purpose. */
  readonly stream: string
}

/** Random words, read from `words` at `used`; `refill` replaces them once all are used. */
export interface WordSource {
  words: Uint32Array
  used: number
  refill(): void
}

// A short step should not pay for a long one's block, nor a long one for many calls of the cipher: blocks grow fourfold,
// from 4 KB to 64 KB; larger ones come from the operating system one by one, at up to half the cost of the cipher. Where a
// block ends does not change the words.
const firstBlock = 1024
const largestBlock = 16_384
const zeros = new Uint8Array(largestBlock * 4)

/**
 * A seekable stream of random 32-bit words: AES-256 in counter mode under a key derived from the secret and the name.
 *
 * Each step number starts a stream of its own at counter block (step, 0), so that what a step draws does not depend on
 * what was drawn before, and two steps never share a block (2^64 blocks of room each).
 *
 * @returns for a step (a whole number of at least 0) the source of its words
 * @throws DP-E010 unless the secret has 32 bytes and the stream a name; DP-E005 for an invalid step
 */
export function keystream({ secret, stream }: StreamOptions): (step: number) => WordSource {
  if (!(secret instanceof Uint8Array) || secret.length !== 32 || typeof stream !== 'string' || stream === '')
    throw invalidSecret(secret instanceof Uint8Array ? secret.length : typeof secret)
  const key = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), `attestry dp stream 1: ${stream}`, 32))
  return step => {
    if (!(Number.isSafeInteger(step) && step >= 0)) throw invalidCount('the step', step, 0)
    const counter = new Uint8Array(16)
    new DataView(counter.buffer).setBigUint64(0, BigInt(step))
    const cipher = createCipheriv('aes-256-ctr', key, counter)
    let count = firstBlock
    const source: WordSource = {
      words: new Uint32Array(0),
      used: 0,
      refill() {
        const bytes = cipher.update(zeros.subarray(0, 4 * count))
        source.words = new Uint32Array(bytes.buffer, bytes.byteOffset, count)
        source.used = 0
        count = Math.min(4 * count, largestBlock)
      },
    }
    return source
  }
}

/** The next word, uniform in [0, 2^32). */
export function nextWord(source: WordSource): number {
  if (source.used === source.words.length) source.refill()
  return source.words[source.used++]!
}
