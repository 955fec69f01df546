import type { MeasuredValue, Random } from '@attestry/core'

export interface IntervalSettings {
  /** In (0, 1), such as 0.95. */
  readonly confidence: number
  readonly random: Random
}

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** The value below which a share `q` of the sorted values lies, linear between two of them. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below]!
  return below + 1 < sorted.length ? low + (place - below) * (sorted[below + 1]! - low) : low
}

const replicates = 1000
const fewest = 5

/**
 * A statistic of some units (rows), with a percentile bootstrap interval over the units (Efron 1979).
 *
 * @param statistic of the units whose numbers are given; null where it is not defined
 * @param reason why there is no value, when there is none
 */
export function measured(
  units: number,
  statistic: (drawn: ArrayLike<number>) => number | null,
  { confidence, random }: IntervalSettings,
  reason = 'no rows',
): MeasuredValue {
  const value = units === 0 ? null : statistic(Array.from({ length: units }, (_, i) => i))
  if (value === null) return { value: null, interval: null, n: units, reason }
  if (units < fewest) return { value, interval: null, n: units, reason: `no interval over fewer than ${fewest} rows` }
  const drawn = new Int32Array(units)
  const values: number[] = []
  for (let i = 0; i < replicates; i++) {
    for (let unit = 0; unit < units; unit++) drawn[unit] = Math.floor(random() * units)
    const replicate = statistic(drawn)
    if (replicate !== null) values.push(replicate)
  }
  values.sort((a, b) => a - b)
  const tail = (1 - confidence) / 2
  return { value, interval: [quantile(values, tail), quantile(values, 1 - tail)], n: units }
}

/** The mean of one number per row, with its interval. */
export const measuredMean = (values: ArrayLike<number>, settings: IntervalSettings, reason?: string): MeasuredValue =>
  measured(
    values.length,
    drawn => {
      let sum = 0
      for (let i = 0; i < drawn.length; i++) sum += values[drawn[i]!]!
      return sum / drawn.length
    },
    settings,
    reason,
  )

/** Ranks from 0; equal values share the mean of theirs. */
export function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const found = new Array<number>(values.length).fill(0)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++
    for (let i = from; i <= to; i++) found[order[i]!] = (from + to) / 2
    from = to + 1
  }
  return found
}

/** Pearson's correlation; null when one side does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  const [meanA, meanB] = [mean(a), mean(b)]
  let [both, first, second] = [0, 0, 0]
  for (const [i, value] of a.entries()) {
    both += (value - meanA) * (b[i]! - meanB)
    first += (value - meanA) ** 2
    second += (b[i]! - meanB) ** 2
  }
  return first > 0 && second > 0 ? both / Math.sqrt(first * second) : null
}

/** Spearman's rank correlation; null when one side does not vary. */
export const rankCorrelation = (a: readonly number[], b: readonly number[]): number | null =>
  correlation(ranks(a), ranks(b))
