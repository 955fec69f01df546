const z95 = 1.959963984540054

/**
 * The 95 % score interval of a proportion, within [0, 1].
 *
 * @see Wilson 1927, Journal of the American Statistical Association 22, 209
 */
export function wilson(hits: number, n: number): readonly [low: number, high: number] {
  if (n === 0) return [0, 1]
  const p = hits / n
  const z2 = z95 ** 2
  const middle = p + z2 / (2 * n)
  const half = z95 * Math.sqrt((p * (1 - p) + z2 / (4 * n)) / n)
  const scale = 1 + z2 / n
  // Rounding must not put the ends on the wrong side of the proportions 0 and 1.
  return [hits === 0 ? 0 : (middle - half) / scale, hits === n ? 1 : (middle + half) / scale]
}
