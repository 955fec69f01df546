/** Two 32-bit halves of a 64-bit hash, written into `into` so that the hot path allocates nothing. */
export type Hash64 = Uint32Array

export const newHash = (): Hash64 => new Uint32Array(2)

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. @see Appleby 2011, public domain */
function finish(x: number): number {
  let h = x
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * Hashes a text in two lanes over its UTF-16 units. Not keyed and not cryptographic: it spreads values over registers, and
 * somebody who chooses values can make them collide.
 */
export function hashText(text: string, into: Hash64): void {
  let [a, b] = [0x9747b28c, 0x1b873593]
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(rotate(a ^ Math.imul(unit, 0xcc9e2d51), 15), 5) + 0xe6546b64
    b = Math.imul(rotate(b ^ Math.imul(unit, 0x1b873593), 13), 5) + 0x38495ab5
  }
  const x = a ^ text.length
  const y = finish(b ^ Math.imul(text.length, 0x9e3779b1))
  into[0] = finish(x + Math.imul(y, 0x85ebca6b))
  into[1] = finish(y + Math.imul(into[0]!, 0xc2b2ae35))
}
