/** The digit at a place, NaN where there is none. Far faster than `Number` of a character. */
const digitAt = (digits: string, at: number): number => {
  const digit = digits.charCodeAt(at) - 0x30
  return digit >= 0 && digit <= 9 ? digit : NaN
}

/** Sum of digits times weights. Weights end before the digits do: the rest does not count. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += digitAt(digits, i) * weights[i]!
  return sum
}

/** Whether digits satisfy ISO/IEC 7064 MOD 11,10, the last of them being the check digit. */
export function isMod11And10Valid(digits: string): boolean {
  let product = 10
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (product + digitAt(digits, i)) % 10 || 10
    product = (2 * sum) % 11
  }
  return (11 - product) % 10 === Number(digits.at(-1))
}

/** The check character of digits by ISO/IEC 7064 MOD 11-2: a digit, or X for ten. */
export function mod11And2(digits: string): string {
  let sum = 0
  for (let i = 0; i < digits.length; i++) sum = ((sum + digitAt(digits, i)) * 2) % 11
  const check = (12 - sum) % 11
  return check === 10 ? 'X' : String(check)
}

/** Multiplication in the dihedral group of ten elements. */
const times = (a: number, b: number): number =>
  a < 5 ? (b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5) : b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 5) % 5

const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

/** Whether digits satisfy Verhoeff's scheme, the last of them being the check digit. */
export function isVerhoeffValid(digits: string): boolean {
  let check = 0
  for (let i = 0; i < digits.length; i++) {
    let digit = digitAt(digits, digits.length - 1 - i)
    for (let power = i % 8; power > 0; power--) digit = permutation[digit]!
    check = times(check, digit)
  }
  return check === 0
}

/** Remainder of a number of any length. */
export function remainder(digits: string, modulus: number): number {
  let value = 0
  for (let i = 0; i < digits.length; i++) value = (value * 10 + digitAt(digits, i)) % modulus
  return value
}
