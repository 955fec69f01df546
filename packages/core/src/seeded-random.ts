/** Uniform on [0, 1). */
export type Random = () => number

/**
 * A seeded generator for sampling and shuffling: the same seed gives the same draws again. Not for keys or noise
 * that protects anybody.
 *
 * A Weyl sequence through the finaliser of MurmurHash3; 53 bits from two draws.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    return mix(state)
  }
  return () => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992
}

/** MurmurHash3's finaliser: 32 bits in, 32 well-mixed bits out. */
export function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** The numbers 0 to `count` - 1 in a random order (Fisher and Yates). */
export function shuffledOrder(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

/** `size` of the numbers 0 to `count` - 1 without repetition, in rising order; all of them when there are fewer. */
export const drawSome = (count: number, size: number, random: Random): readonly number[] =>
  shuffledOrder(count, random)
    .slice(0, size)
    .sort((a, b) => a - b)

/** A standard normal draw (Box and Muller 1958). */
export const normalDraw = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
