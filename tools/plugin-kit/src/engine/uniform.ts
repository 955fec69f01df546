import { randomBytes } from 'node:crypto'

let pool = randomBytes(1 << 16)
let at = 0

/** Uniform in [0, 1) with 53 bits. */
export function cryptoUniform(): number {
  if (at + 8 > pool.length) {
    pool = randomBytes(1 << 16)
    at = 0
  }
  const high = pool.readUInt32LE(at) >>> 5
  const low = pool.readUInt32LE(at + 4) >>> 6
  at += 8
  return (high * 2 ** 26 + low) / 2 ** 53
}
