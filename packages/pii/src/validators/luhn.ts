/** Whether a digit string satisfies the Luhn formula (ISO/IEC 7812-1, annex B). One random number in ten does. */
export function isLuhnValid(digits: string): boolean {
  let sum = 0
  let isDoubled = false
  for (let i = digits.length - 1; i >= 0; i--) {
    const digit = digits.charCodeAt(i) - 0x30
    sum += isDoubled ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit
    isDoubled = !isDoubled
  }
  return digits.length > 0 && sum % 10 === 0
}
