/** A ratio of whole numbers, `den` above 0; not necessarily in lowest terms. */
export interface Rational {
  readonly num: bigint
  readonly den: bigint
}

const one = 1n << 52n

/** The value of a finite double of at least 0 as a ratio, exactly: every double is a whole number times a power of two. */
export function exactRational(value: number): Rational {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0) & ((1n << 63n) - 1n)
  const biased = bits >> 52n
  const fraction = bits & (one - 1n)
  const [digits, exponent] = biased === 0n ? [fraction, -1074n] : [fraction | one, biased - 1075n]
  if (digits === 0n) return { num: 0n, den: 1n }
  if (exponent >= 0n) return { num: digits << exponent, den: 1n }
  const shared = trailingZeros(digits, -exponent)
  return { num: digits >> shared, den: 1n << (-exponent - shared) }
}

function trailingZeros(digits: bigint, most: bigint): bigint {
  let zeros = 0n
  while (zeros < most && ((digits >> zeros) & 1n) === 0n) zeros++
  return zeros
}

/** The least whole number that is not below a ratio of at least 0. */
export const ceiling = ({ num, den }: Rational): bigint => (num + den - 1n) / den

/** `a / b`, for b above 0. */
export const quotient = (a: Rational, b: Rational): Rational => ({ num: a.num * b.den, den: a.den * b.num })

/**
 * The least multiple of 2^-20 that is not below a ratio, as a ratio: noise scales are rounded up, so that there is never less
 * noise than was asked for.
 */
export const roundedUp = ({ num, den }: Rational): Rational => ({
  num: ceiling({ num: num << 20n, den }),
  den: 1n << 20n,
})
