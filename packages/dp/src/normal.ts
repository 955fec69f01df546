/**
 * e^(x^2) erfc(x) for x >= 0, and the error function, to about 2e-16 relative.
 *
 * Rational approximations of W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23
 * (1969), with the coefficients of its public implementation in SPECFUN.
 */
const smallTop = [3.1611237438705656, 1.1386415415105016e2, 3.77485237685302021e2, 3.20937758913846947e3]
const smallBottom = [2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3]
const middleTop = [
  5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2, 8.8195222124176909e2,
  1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
]
const middleBottom = [
  1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
]
const largeTop = [
  3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
  6.58749161529837803e-4,
]
const largeBottom = [
  2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
]

function ratio(top: readonly number[], first: number, bottom: readonly number[], x: number): number {
  const last = top.length - 1
  let above = first * x
  let below = x
  for (let i = 0; i < last; i++) {
    above = (above + top[i]!) * x
    below = (below + bottom[i]!) * x
  }
  return (above + top[last]!) / (below + bottom[last]!)
}

/** erf(x) for |x| <= 0.46875. */
const smallErf = (x: number): number => x * ratio(smallTop, 1.85777706184603153e-1, smallBottom, x * x)

/** e^(x^2), with the square split so that its rounding does not grow in the exponent. */
function expSquare(x: number, sign: 1 | -1): number {
  const head = Math.trunc(x * 16) / 16
  return Math.exp(sign * head * head) * Math.exp(sign * (x - head) * (x + head))
}

/** e^(x^2) erfc(x) for x >= 0. */
export function erfcx(x: number): number {
  if (x <= 0.46875) return expSquare(x, 1) * (1 - smallErf(x))
  if (x <= 4) return ratio(middleTop, 2.15311535474403846e-8, middleBottom, x)
  const w = 1 / (x * x)
  return (1 / Math.sqrt(Math.PI) - w * ratio(largeTop, 1.63153871373020978e-2, largeBottom, w)) / x
}

/** The complementary error function, with full relative accuracy in the upper tail. */
export function erfc(x: number): number {
  if (Math.abs(x) <= 0.46875) return 1 - smallErf(x)
  // Beyond 27 it is below the smallest double; infinity times zero would not be a number.
  if (Math.abs(x) > 30) return x > 0 ? 0 : 2
  const tail = expSquare(Math.abs(x), -1) * erfcx(Math.abs(x))
  return x > 0 ? tail : 2 - tail
}

/** P[Z <= x] of a standard normal Z. */
export const normalCdf = (x: number): number => 0.5 * erfc(-x * Math.SQRT1_2)

/** The x with P[Z <= x] = p, for 0 < p < 1, by bisection of the smaller tail. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p)
  let low = -40
  let high = 0
  while (true) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return middle
    if (normalCdf(middle) < p) low = middle
    else high = middle
  }
}

/** P[Z > x] of a standard normal Z, with full relative accuracy far out. */
export const normalTail = (x: number): number => 0.5 * erfc(x * Math.SQRT1_2)
