/** Years that a text about people is likely to mean. */
export const earliestYear = 1900
export const latestYear = 2099

/** A year of four digits within range, or of two: 30 to 99 in the last century, 00 to 29 in this one. */
export function fullYear(value: number, digits: number): number | undefined {
  if (digits === 2) return value >= 30 ? 1900 + value : 2000 + value
  return value >= earliestYear && value <= latestYear ? value : undefined
}
