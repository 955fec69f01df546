/** Shares of a histogram, which sum to 1. An empty histogram has none. */
export function sharesOf(counts: readonly number[]): readonly number[] | null {
  const all = counts.reduce((sum, count) => sum + count, 0)
  return all === 0 ? null : counts.map(count => count / all)
}

/** What an empty bin counts as where a logarithm would be infinite. */
export type ZeroRule =
  /** As it is. */
  | 'none'
  /** At least 1e-4, the other shares unchanged. */
  | 'floor-1e-4'
  /** Within each sample a millionth of the smallest positive share when that is at most 1e-4, else 1e-4. */
  | 'evidently'

/** Shares with the zero rule applied; nothing is renormalised. */
export function withoutZeros(shares: readonly number[], rule: ZeroRule): readonly number[] {
  if (rule === 'none') return shares
  if (rule === 'floor-1e-4') return shares.map(share => Math.max(share, 1e-4))
  const smallest = Math.min(...shares.filter(share => share > 0))
  const fill = smallest <= 1e-4 ? smallest / 1e6 : 1e-4
  return shares.map(share => (share === 0 ? fill : share))
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** Population stability index, Σ (r - c) ln(r / c): symmetric, and infinite where one share of a bin is 0. */
export const stabilityIndex = (r: readonly number[], c: readonly number[]): number =>
  total(r.map((share, bin) => (share === c[bin] ? 0 : (share - c[bin]!) * Math.log(share / c[bin]!))))

/** Kullback-Leibler divergence of the first from the second, Σ r ln(r / c) in nats, of shares brought to sum 1. */
export function kullbackLeibler(r: readonly number[], c: readonly number[]): number {
  const [all, now] = [total(r), total(c)]
  return total(r.map((share, bin) => (share === 0 ? 0 : (share / all) * Math.log(share / all / (c[bin]! / now)))))
}

/** Jensen-Shannon **distance**, the root of the divergence: from 0 to 1 in base 2, to √ln 2 in base e. */
export function jensenShannon(r: readonly number[], c: readonly number[], base: 2 | 'e'): number {
  const middle = r.map((share, bin) => (share + c[bin]!) / 2)
  const nats = (kullbackLeibler(r, middle) + kullbackLeibler(c, middle)) / 2
  return Math.sqrt(Math.max(0, base === 2 ? nats / Math.LN2 : nats))
}

/** Hellinger distance, √(1 - Σ √(r c)), from 0 to 1. */
export const hellinger = (r: readonly number[], c: readonly number[]): number =>
  Math.sqrt(Math.max(0, 1 - total(r.map((share, bin) => Math.sqrt(share * c[bin]!)))))

/** Total variation distance, ½ Σ |r - c|, from 0 to 1. */
export const totalVariation = (r: readonly number[], c: readonly number[]): number =>
  total(r.map((share, bin) => Math.abs(share - c[bin]!))) / 2

/** Largest difference of a share, from 0 to 1. */
export const largestDifference = (r: readonly number[], c: readonly number[]): number =>
  r.reduce((most, share, bin) => Math.max(most, Math.abs(share - c[bin]!)), 0)
