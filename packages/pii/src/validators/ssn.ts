/** Numbers printed in advertisements, never valid since (Social Security Administration, "Misused"). */
const specimens = new Set(['078051120', '219099999'])

/**
 * Whether nine digits may be a US Social Security number: area not 000, 666 or 900 to 999, group not 00, serial not 0000
 * (20 CFR 422.103; no state check since randomisation in 2011).
 */
export function isSsnPossible(digits: string): boolean {
  if (!/^\d{9}$/.test(digits) || specimens.has(digits)) return false
  const area = Number(digits.slice(0, 3))
  return area !== 0 && area !== 666 && area < 900 && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000'
}
