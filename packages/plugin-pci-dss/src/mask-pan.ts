/**
 * A card number as it may be shown (PCI DSS 3.4.1): at most the issuer's first digits and the last four. Numbers shorter
 * than 13 digits are masked as a whole, because little of them would stay hidden.
 *
 * @param first digits shown at the start, 0 to 8; 6 unless given
 */
export function maskPan(pan: string, first: number = 6): string {
  const digits = pan.replace(/\D/g, '')
  if (digits.length < 13) return '*'.repeat(digits.length)
  const shown = Math.max(0, Math.min(8, Math.trunc(first)))
  return digits.slice(0, shown) + '*'.repeat(digits.length - shown - 4) + digits.slice(-4)
}
