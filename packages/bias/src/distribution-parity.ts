import { codeOutOfRange, invalidInput, lengthsDiffer } from './errors.js'
import { demographicParity, equalizedOdds, type Gap } from './gaps.js'
import { countGroups, type GroupCoding } from './group-counts.js'
import { groupRates } from './rates.js'

export interface ClassParity {
  readonly positiveClass: number
  readonly demographicParity: Gap
  readonly equalizedOdds: Gap
}

export interface MulticlassParity {
  /** One against the rest, for every class. */
  readonly perClass: readonly ClassParity[]
  /** Mean over classes; null as soon as one class has none. */
  readonly macroDemographicParity: number | null
  readonly macroEqualizedOdds: number | null
  /** Per group: total variation ½ Σ |P_g(k) - P(k)| of its predicted classes from those of all rows; null without rows. */
  readonly totalVariation: readonly (number | null)[]
}

/** Parity with more than two classes. @throws BIAS-E001, BIAS-E002 as `countGroups` */
export function multiclassParity(
  labels: Int32Array,
  predicted: Int32Array,
  { names, codes }: GroupCoding,
  classes: number,
): MulticlassParity {
  const table = new Float64Array(names.length * classes)
  const perClass = Array.from({ length: classes }, (_, positiveClass) => {
    const counts = countGroups({ labels, predicted, groups: codes, groupCount: names.length, positiveClass })
    const groups = groupRates(names, counts)
    return {
      positiveClass,
      demographicParity: demographicParity('difference', groups),
      equalizedOdds: equalizedOdds('difference', groups),
    }
  })
  for (let row = 0; row < predicted.length; row++) {
    const guess = predicted[row]!
    if (!(guess >= 0 && guess < classes)) throw codeOutOfRange('class', guess, classes)
    table[codes[row]! * classes + guess]!++
  }
  const all = Array.from({ length: classes }, (_, k) =>
    names.reduce((sum, _name, g) => sum + table[g * classes + k]!, 0),
  )
  const macro = (gaps: readonly Gap[]): number | null =>
    gaps.some(({ value }) => value === null) ? null : gaps.reduce((sum, { value }) => sum + value!, 0) / gaps.length
  return {
    perClass,
    macroDemographicParity: macro(perClass.map(one => one.demographicParity)),
    macroEqualizedOdds: macro(perClass.map(one => one.equalizedOdds)),
    totalVariation: names.map((_, g) => {
      const own = table.subarray(g * classes, (g + 1) * classes)
      const n = own.reduce((sum, one) => sum + one, 0)
      return n === 0 ? null : own.reduce((sum, one, k) => sum + Math.abs(one / n - all[k]! / predicted.length), 0) / 2
    }),
  }
}

/** Wasserstein-1 distance of two samples: the area between their distribution functions; null when one is empty. */
export function wasserstein(a: Float64Array, b: Float64Array): number | null {
  if (a.length === 0 || b.length === 0) return null
  const [x, y] = [a.slice().sort(), b.slice().sort()]
  let [i, j, area] = [0, 0, 0]
  let last = Math.min(x[0]!, y[0]!)
  while (i < x.length || j < y.length) {
    const next = Math.min(x[i] ?? Infinity, y[j] ?? Infinity)
    area += Math.abs(i / x.length - j / y.length) * (next - last)
    while (x[i] === next) i++
    while (y[j] === next) j++
    last = next
  }
  return area
}

export interface RegressionGroup {
  readonly group: string
  readonly n: number
  readonly mean: number
  /** Mean prediction minus mean truth. */
  readonly residualBias: number
  /** Mean squared error. */
  readonly loss: number
  /** Of the group's predictions from those of all other rows; null when there are none. */
  readonly wasserstein: number | null
}

export interface RegressionParity {
  readonly groups: readonly RegressionGroup[]
  /** Largest minus smallest mean prediction; null with fewer than two groups. */
  readonly meanDifference: number | null
  /** Bounded group loss: the largest loss of a group; null without rows. */
  readonly worstLoss: number | null
}

/** Parity of numeric predictions. @throws BIAS-E001 when lengths differ; BIAS-E008 when a number is not finite */
export function regressionParity(
  truth: Float64Array,
  predicted: Float64Array,
  { names, codes }: GroupCoding,
): RegressionParity {
  if (truth.length !== predicted.length) throw lengthsDiffer(truth.length, predicted.length)
  if (truth.length !== codes.length) throw lengthsDiffer(truth.length, codes.length)
  if (![truth, predicted].every(column => column.every(Number.isFinite)))
    throw invalidInput('a number to compare is not finite', 'remove or mend such rows')
  const groups = names.map((group, g): RegressionGroup => {
    const own = predicted.filter((_, row) => codes[row] === g)
    const right = truth.filter((_, row) => codes[row] === g)
    const sum = (f: (row: number) => number): number => own.reduce((all, _, row) => all + f(row), 0) / own.length
    return {
      group,
      n: own.length,
      mean: sum(row => own[row]!),
      residualBias: sum(row => own[row]! - right[row]!),
      loss: sum(row => (own[row]! - right[row]!) ** 2),
      wasserstein: wasserstein(
        own,
        predicted.filter((_, row) => codes[row] !== g),
      ),
    }
  })
  const means = groups.map(one => one.mean)
  return {
    groups,
    meanDifference: groups.length < 2 ? null : Math.max(...means) - Math.min(...means),
    worstLoss: groups.length === 0 ? null : Math.max(...groups.map(one => one.loss)),
  }
}
