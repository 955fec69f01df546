import { nextWord, type WordSource } from '../keystream.js'
import type { Rational } from './rational.js'

// Exact samplers: random words and whole numbers in, whole numbers out. Nothing is rounded on the way, so what comes out
// has exactly the stated distribution, and no lattice of floating-point numbers shows what was there before the noise
// (Mironov 2012). Canonne, Kamath, Steinke 2020, arXiv 2004.00010, algorithms 1 to 3.
// Running time depends on what is drawn: do not publish how long a release took.

// num * 2^32 stays below 2^53, where doubles hold whole numbers exactly.
const small = 2 ** 21

/** True with probability num/den, for 0 <= num and den > 0; always when num >= den. */
export function bernoulli(num: bigint, den: bigint, words: WordSource): boolean {
  if (num >= den) return true
  if (den <= small) return bernoulliSmall(Number(num), Number(den), words)
  // Compares a random binary fraction with num/den, 32 bits at a time.
  let rest = num
  while (rest > 0n) {
    const scaled = rest << 32n
    const digit = scaled / den
    const drawn = nextWord(words)
    const expected = Number(digit)
    if (drawn !== expected) return drawn < expected
    rest = scaled - digit * den
  }
  return false
}

/** The same for whole doubles with den <= 2^21. */
function bernoulliSmall(num: number, den: number, words: WordSource): boolean {
  if (num >= den) return true
  let rest = num
  while (rest > 0) {
    const scaled = rest * 4_294_967_296
    const left = scaled % den
    // A multiple of den, so that the division is exact.
    const digit = (scaled - left) / den
    const drawn = nextWord(words)
    if (drawn !== digit) return drawn < digit
    rest = left
  }
  return false
}

/** Uniform in 0 ... n - 1, for n >= 1. */
export function uniformBelow(n: bigint, words: WordSource): bigint {
  const bits = (n - 1n).toString(2).length
  const count = Math.ceil(bits / 32)
  const surplus = 32 * count - bits
  while (true) {
    let drawn = BigInt(nextWord(words) >>> surplus)
    for (let i = 1; i < count; i++) drawn = (drawn << 32n) | BigInt(nextWord(words))
    if (drawn < n) return drawn
  }
}

/** The same for a whole double up to 2^32. */
function uniformSmall(n: number, words: WordSource): number {
  const surplus = Math.clz32(n - 1)
  // A shift by 32 is a shift by 0: below 1 there is only 0.
  if (n === 1) return 0
  while (true) {
    const drawn = nextWord(words) >>> surplus
    if (drawn < n) return drawn
  }
}

/** True with probability e^(-num/den), for num >= 0 and den > 0. */
export function bernoulliExp(num: bigint, den: bigint, words: WordSource): boolean {
  let rest = num
  for (; rest >= den; rest -= den) if (!bernoulliExpSmall(1, 1, words)) return false
  // The series of e^-x: the number of successes of Bernoulli(x/k), k = 1, 2, ... is even with probability e^-x.
  let k = 1n
  while (bernoulli(rest, den * k, words)) k++
  return k % 2n === 1n
}

/** The same for whole doubles with num <= den <= 2^16. */
function bernoulliExpSmall(num: number, den: number, words: WordSource): boolean {
  let k = 1
  // At num = den the first draw always succeeds. k stays below 32 but with probability 1/32!, about 2^-118.
  while (den * k <= small ? bernoulliSmall(num, den * k, words) : bernoulli(BigInt(num), BigInt(den * k), words)) k++
  return k % 2 === 1
}

/**
 * A whole number x with probability proportional to e^(-|x|/b), b = num/den > 0.
 *
 * Its variance is about 2 b^2. With b = sensitivity / epsilon it makes a whole-numbered result epsilon-private.
 */
export function discreteLaplace({ num, den }: Rational, words: WordSource): bigint {
  while (true) {
    const magnitude = geometric(num, den, words)
    const isNegative = (nextWord(words) & 1) === 1
    // Zero has only one sign: with both it would come up twice as often.
    if (!(isNegative && magnitude === 0n)) return isNegative ? -magnitude : magnitude
  }
}

/** x >= 0 with probability proportional to e^(-x den/num). */
function geometric(num: bigint, den: bigint, words: WordSource): bigint {
  let part: bigint
  if (num <= 65_536n) {
    const n = Number(num)
    let u = uniformSmall(n, words)
    while (!bernoulliExpSmall(u, n, words)) u = uniformSmall(n, words)
    part = BigInt(u)
  } else {
    part = uniformBelow(num, words)
    while (!bernoulliExp(part, num, words)) part = uniformBelow(num, words)
  }
  let whole = 0n
  while (bernoulliExpSmall(1, 1, words)) whole++
  const drawn = part + whole * num
  return den === 1n ? drawn : drawn / den
}

/**
 * A function that draws whole numbers x with probability proportional to e^(-x^2 / 2 sigma^2), sigma^2 = num/den > 0.
 *
 * Draws from a discrete Laplace distribution of scale floor(sigma) + 1 and accepts with the ratio of the two.
 */
export function discreteGaussian({ num, den }: Rational, words: WordSource): () => bigint {
  const t = squareRoot(num / den) + 1n
  const laplace: Rational = { num: t, den: 1n }
  // (|y| - sigma^2/t)^2 / (2 sigma^2), times den^2 t^2 above and below.
  const bottom = 2n * num * den * t * t
  return () => {
    while (true) {
      const drawn = discreteLaplace(laplace, words)
      const distance = (drawn < 0n ? -drawn : drawn) * den * t - num
      if (bernoulliExp(distance * distance, bottom, words)) return drawn
    }
  }
}

/** floor(sqrt(n)) by Newton's method, from above. */
export function squareRoot(n: bigint): bigint {
  if (n < 2n) return n
  let root = 1n << BigInt(Math.ceil(n.toString(2).length / 2))
  while (true) {
    const next = (root + n / root) / 2n
    if (next >= root) return root
    root = next
  }
}
