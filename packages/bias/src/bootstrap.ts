import { invalidInput } from './errors.js'
import type { GroupCounts } from './group-counts.js'
import type { Interval } from './intervals.js'
import { normalQuantile } from './normal.js'
import { resample, type Random } from './random.js'
import { normalCdf } from './special-functions.js'

/** Any number that the counts of the groups determine; null where it is undefined. */
export type Statistic = (groups: readonly GroupCounts[]) => number | null

export interface BootstrapInterval {
  readonly interval: Interval
  readonly method: 'bootstrap-percentile' | 'bootstrap-bca'
  readonly replicates: number
  /** Share of replicates in which the statistic was undefined; they are in neither tail. */
  readonly undefinedShare: number
}

export interface BootstrapSettings {
  readonly confidence: number
  readonly replicates: number
  readonly method: 'percentile' | 'bca'
}

/** The seven exclusive cells: tp, fp, fn, tn given the right class, tn given a wrong one, unlabelled selected and not. */
export const cellsOf = (counts: GroupCounts): readonly number[] => {
  const { rows, selected, truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts
  const unlabelledSelected = selected - tp - fp
  const rightNegatives = counts.correct - tp
  return [
    tp,
    fp,
    fn,
    rightNegatives,
    tn - rightNegatives,
    unlabelledSelected,
    rows - tp - fp - fn - tn - unlabelledSelected,
  ]
}

const countsOf = ([tp, fp, fn, right, wrong, selected, notSelected]: readonly number[]): GroupCounts => ({
  rows: tp! + fp! + fn! + right! + wrong! + selected! + notSelected!,
  selected: tp! + fp! + selected!,
  truePositives: tp!,
  falsePositives: fp!,
  falseNegatives: fn!,
  trueNegatives: right! + wrong!,
  correct: tp! + right!,
})

/**
 * Bootstrap interval of any statistic of the counts. Each group's cells are drawn anew as Multinomial(n_g, cells / n_g),
 * groups independent: exactly the row bootstrap within groups, without touching a row, and no group is ever lost.
 *
 * A cell that is empty stays empty in every replicate. A range never contains 0: pair it with `rangeUnderEquality`.
 *
 * @returns null when the statistic is undefined, or defined in fewer than half of the replicates
 * @throws BIAS-E008 when there are fewer than 100 replicates, or the confidence is not in (0, 1)
 * @see Efron 1987, JASA 82(397), section 3 for BCa; the acceleration is the jackknife over non-empty cells
 */
export function bootstrap(
  groups: readonly GroupCounts[],
  statistic: Statistic,
  { confidence, replicates, method }: BootstrapSettings,
  random: Random,
): BootstrapInterval | null {
  if (!(Number.isInteger(replicates) && replicates >= 100))
    throw invalidInput('a bootstrap needs at least 100 replicates', 'pass a whole number of replicates, such as 2000')
  if (!(confidence > 0 && confidence < 1)) throw invalidInput('a confidence is not in (0, 1)', 'pass one such as 0.95')
  const estimate = statistic(groups)
  if (estimate === null) return null
  const cells = groups.map(cellsOf)
  const drawn = cells.map(one => [...one])
  const values: number[] = []
  for (let replicate = 0; replicate < replicates; replicate++) {
    cells.forEach((one, group) => resample(one, random, drawn[group]!))
    const value = statistic(drawn.map(countsOf))
    if (value !== null) values.push(value)
  }
  if (values.length * 2 < replicates) return null
  values.sort((a, b) => a - b)
  const at = (q: number): number => {
    const place = Math.min(values.length - 1, Math.max(0, q * (values.length - 1)))
    const below = Math.floor(place)
    return values[below]! + (place - below) * ((values[below + 1] ?? values[below]!) - values[below]!)
  }
  const tail = (1 - confidence) / 2
  const [low, high] = method === 'percentile' ? [tail, 1 - tail] : bcaLevels(cells, statistic, estimate, values, tail)
  return {
    interval: [at(low), at(high)],
    method: method === 'percentile' ? 'bootstrap-percentile' : 'bootstrap-bca',
    replicates,
    undefinedShare: 1 - values.length / replicates,
  }
}

function bcaLevels(
  cells: readonly (readonly number[])[],
  statistic: Statistic,
  estimate: number,
  values: readonly number[],
  tail: number,
): readonly [number, number] {
  // Ties count half: with few rows many replicates equal the estimate.
  const below = values.reduce((sum, value) => sum + (value < estimate ? 1 : value === estimate ? 0.5 : 0), 0)
  const share = Math.min(1 - 0.5 / values.length, Math.max(0.5 / values.length, below / values.length))
  const bias = normalQuantile(share)
  const left: { value: number; weight: number }[] = []
  cells.forEach((one, group) =>
    one.forEach((weight, cell) => {
      if (weight < 1) return
      const without = cells.map((other, i) => (i === group ? other.map((n, j) => (j === cell ? n - 1 : n)) : other))
      const value = statistic(without.map(countsOf))
      if (value !== null) left.push({ value, weight })
    }),
  )
  const total = left.reduce((sum, { weight }) => sum + weight, 0)
  const mean = left.reduce((sum, { value, weight }) => sum + value * weight, 0) / total
  const moment = (power: number): number =>
    left.reduce((sum, { value, weight }) => sum + weight * (mean - value) ** power, 0)
  const spread = moment(2)
  const acceleration = spread > 0 ? moment(3) / (6 * spread ** 1.5) : 0
  const level = (z: number): number => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
  return [level(normalQuantile(tail)), level(-normalQuantile(tail))]
}
