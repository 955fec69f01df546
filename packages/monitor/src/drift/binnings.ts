import { quantileEdges } from './quantile-bins.js'
import type { ZeroRule } from './divergences.js'
import type { JointSample } from './joint-sample.js'

/**
 * Who says where the bins are.
 *
 * - `refDeciles`: interior deciles of the reference, without repetitions; outer bins are open. Shares floored at 1e-4.
 * - `evidently`: Sturges' number of equal widths over both samples together when the reference has more than 20 distinct
 *   values, else one bin per value. Evidently's zero rule.
 * - `nannyml`: Doane's number of equal widths over the reference; what lies outside goes to one more bin, in which the
 *   reference has nothing.
 */
export type BinningConvention = 'refDeciles' | 'evidently' | 'nannyml'

/** Two histograms over the same bins, with all that another needs to make them again. */
export interface Binned {
  readonly convention: BinningConvention
  /**
   * `interior`: n edges make n + 1 bins, outer ones open. `outer`: n + 1 edges make n bins, and one more for what lies
   * outside under `nannyml`. `values`: one bin for each distinct value. A value on an edge goes right, but the last outer
   * edge belongs to the last bin.
   */
  readonly kind: 'interior' | 'outer' | 'values'
  /** Ascending; the values themselves where `kind` is `values`. */
  readonly edges: readonly number[]
  readonly zeroRule: ZeroRule
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

/** Bins two samples of numbers. Both must have a row. */
export function binned(joint: JointSample, convention: BinningConvention): Binned {
  switch (convention) {
    case 'refDeciles':
      return {
        convention,
        ...overInterior(joint, quantileEdges(expanded(joint.values, joint.reference), 10)),
        zeroRule: 'floor-1e-4',
      }
    case 'evidently': {
      const distinct = joint.reference.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0)
      const bins = Math.ceil(Math.log2(joint.referenceRows + joint.currentRows) + 1)
      return {
        convention,
        ...(distinct > 20 ? overOuter(joint, equalWidths(joint.values, bins), false) : overValues(joint)),
        zeroRule: 'evidently',
      }
    }
    case 'nannyml': {
      const values = joint.values.filter((_, i) => joint.reference[i]! > 0)
      const weights = joint.reference.filter(weight => weight > 0)
      return {
        convention,
        ...overOuter(joint, equalWidths(values, doaneBins(values, weights, joint.referenceRows)), true),
        zeroRule: 'none',
      }
    }
    default:
      return convention satisfies never
  }
}

/** Evidently's bins for the Hellinger distance of numbers: Sturges over the list of distinct values of both samples. */
export const hellingerBins = (joint: JointSample): Binned => ({
  convention: 'evidently',
  ...overOuter(joint, equalWidths(joint.values, Math.ceil(Math.log2(joint.values.length) + 1)), false),
  zeroRule: 'none',
})

type Histograms = Pick<Binned, 'kind' | 'edges' | 'reference' | 'current'>

function expanded(values: Float64Array, weights: Float64Array): Float64Array {
  const rows = new Float64Array(weights.reduce((sum, weight) => sum + weight, 0))
  let at = 0
  values.forEach((value, i) => rows.fill(value, at, (at += weights[i]!)))
  return rows
}

/** `bins + 1` edges from the least to the largest value, as NumPy's linspace places them. */
export function equalWidths(values: Float64Array, bins: number): readonly number[] {
  let [low, high] = [values[0]!, values.at(-1)!]
  if (low === high) [low, high] = [low - 0.5, high + 0.5]
  const step = (high - low) / bins
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * step))
}

/** @see Doane 1976, The American Statistician 30(4) */
function doaneBins(values: Float64Array, weights: Float64Array, n: number): number {
  if (n < 3) return 1
  const moment = (power: number, centre: number): number =>
    values.reduce((sum, value, i) => sum + weights[i]! * (value - centre) ** power, 0) / n
  const mean = moment(1, 0)
  const deviation = Math.sqrt(moment(2, mean))
  if (deviation === 0) return 1
  const skewness = Math.abs(moment(3, mean) / deviation ** 3)
  const spread = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)))
  return Math.ceil(1 + Math.log2(n) + Math.log2(1 + skewness / spread))
}

function overInterior(joint: JointSample, edges: readonly number[]): Histograms {
  const [reference, current] = [zeros(edges.length + 1), zeros(edges.length + 1)]
  let bin = 0
  joint.values.forEach((value, i) => {
    while (bin < edges.length && edges[bin]! <= value) bin++
    reference[bin]! += joint.reference[i]!
    current[bin]! += joint.current[i]!
  })
  return { kind: 'interior', edges, reference, current }
}

function overOuter(joint: JointSample, edges: readonly number[], hasOutside: boolean): Histograms {
  const bins = edges.length - 1
  const [reference, current] = [zeros(bins), zeros(bins)]
  let [bin, outside] = [0, 0]
  joint.values.forEach((value, i) => {
    if (value < edges[0]! || value > edges[bins]!) {
      outside += joint.current[i]!
      return
    }
    while (bin < bins - 1 && edges[bin + 1]! <= value) bin++
    reference[bin]! += joint.reference[i]!
    current[bin]! += joint.current[i]!
  })
  return hasOutside && outside > 0
    ? { kind: 'outer', edges, reference: [...reference, 0], current: [...current, outside] }
    : { kind: 'outer', edges, reference, current }
}

const overValues = ({ values, reference, current }: JointSample): Histograms => ({
  kind: 'values',
  edges: [...values],
  reference: [...reference],
  current: [...current],
})

const zeros = (length: number): number[] => new Array<number>(length).fill(0)
