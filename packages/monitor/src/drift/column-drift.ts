import { holm } from '../statistics/proportions.js'
import { binned, type Binned, type BinningConvention } from './binnings.js'
import { cramersV, evidentlyChiSquare } from './contingency.js'
import {
  hellinger,
  jensenShannon,
  kullbackLeibler,
  largestDifference,
  sharesOf,
  stabilityIndex,
  totalVariation,
  withoutZeros,
} from './divergences.js'
import type { JointSample } from './joint-sample.js'
import { homogeneity } from './stability.js'
import { cramerVonMises, kolmogorovSmirnov, mannWhitney, wasserstein, welch, type TestResult } from './two-sample.js'

/** Limits at which a difference of distributions counts as drift. */
export interface DriftLimits {
  /** Population stability index. */
  readonly psi: number
  /** Jensen-Shannon distance in base 2. */
  readonly jensenShannon: number
  /** Wasserstein distance over the reference's standard deviation; of numbers only. */
  readonly wassersteinNormed: number
}

export const defaultDriftLimits: DriftLimits = { psi: 0.2, jensenShannon: 0.1, wassersteinNormed: 0.1 }

/** How far a column has moved: sizes that decide, and tests that accompany them. */
export interface ColumnDrift {
  readonly kind: 'number' | 'category'
  readonly referenceRows: number
  readonly currentRows: number
  readonly sizes: {
    readonly psi: number
    /** Of the reference from the current sample, in nats; null where a current bin is empty and the zero rule is `none`. */
    readonly kullbackLeibler: number | null
    readonly jensenShannonBase2: number
    readonly jensenShannonBaseE: number
    readonly hellinger: number
    readonly totalVariation: number
    readonly largestDifference: number
    /** Of numbers only. */
    readonly wasserstein?: number
    readonly wassersteinNormed?: number
    /** Of categories only; null for one category. */
    readonly cramersV?: number | null
  }
  readonly tests: {
    readonly kolmogorovSmirnov?: TestResult
    readonly cramerVonMises?: TestResult
    readonly mannWhitney?: TestResult
    readonly welch?: TestResult
    /** Both samples random. */
    readonly chiSquare?: { readonly statistic: number; readonly p: number; readonly degreesOfFreedom: number }
    /** The reference taken as exact. */
    readonly chiSquareEvidently?: { readonly statistic: number; readonly p: number; readonly degreesOfFreedom: number }
  }
  /** Without it the sizes mean nothing: other bins give other numbers. */
  readonly bins:
    | Pick<Binned, 'convention' | 'kind' | 'edges' | 'zeroRule'>
    | { readonly convention: 'categories'; readonly zeroRule: Binned['zeroRule']; readonly count: number }
  /** Every size that is at or over its limit. */
  readonly over: readonly (keyof DriftLimits)[]
}

/**
 * Drift of a column of numbers. @returns null when a sample is empty
 *
 * @see reference conventions: `BinningConvention`
 */
export function numberDrift(
  joint: JointSample,
  convention: BinningConvention = 'refDeciles',
  limits: DriftLimits = defaultDriftLimits,
): ColumnDrift | null {
  if (joint.referenceRows === 0 || joint.currentRows === 0) return null
  const bins = binned(joint, convention)
  const { raw, normed } = wasserstein(joint)!
  const sizes = { ...sizesOf(bins.reference, bins.current, bins.zeroRule), wasserstein: raw, wassersteinNormed: normed }
  const means = welch(joint)
  const { kind, edges, zeroRule } = bins
  return {
    kind: 'number',
    referenceRows: joint.referenceRows,
    currentRows: joint.currentRows,
    sizes,
    tests: {
      kolmogorovSmirnov: kolmogorovSmirnov(joint)!,
      cramerVonMises: cramerVonMises(joint)!,
      mannWhitney: mannWhitney(joint)!,
      ...(means && { welch: means }),
    },
    bins: { convention, kind, edges, zeroRule },
    over: over(sizes, limits),
  }
}

/** Counts by category, in any order. */
export type CategoryCounts = ReadonlyMap<string, number>

/** Both samples over the categories of either, reference first. */
export function jointCategories(reference: CategoryCounts, current: CategoryCounts): readonly [number[], number[]] {
  const names = [...new Set([...reference.keys(), ...current.keys()])].filter(
    name => (reference.get(name) ?? 0) + (current.get(name) ?? 0) > 0,
  )
  return [names.map(name => reference.get(name) ?? 0), names.map(name => current.get(name) ?? 0)]
}

/** Drift of a column of categories. @returns null when a sample is empty */
export function categoryDrift(
  reference: CategoryCounts,
  current: CategoryCounts,
  zeroRule: Binned['zeroRule'] = 'floor-1e-4',
  limits: DriftLimits = defaultDriftLimits,
): ColumnDrift | null {
  const [before, now] = jointCategories(reference, current)
  const [all, rows] = [total(before), total(now)]
  if (all === 0 || rows === 0) return null
  const sizes = { ...sizesOf(before, now, zeroRule), cramersV: cramersV(before, now) }
  const [chiSquare, chiSquareEvidently] = [homogeneity([before, now]), evidentlyChiSquare(before, now)]
  return {
    kind: 'category',
    referenceRows: all,
    currentRows: rows,
    sizes,
    tests: { ...(chiSquare && { chiSquare }), ...(chiSquareEvidently && { chiSquareEvidently }) },
    bins: { convention: 'categories', zeroRule, count: before.length },
    over: over(sizes, limits),
  }
}

function sizesOf(
  before: readonly number[],
  now: readonly number[],
  zeroRule: Binned['zeroRule'],
): ColumnDrift['sizes'] {
  const [r, c] = [sharesOf(before)!, sharesOf(now)!]
  const [rz, cz] = [withoutZeros(r, zeroRule), withoutZeros(c, zeroRule)]
  const divergence = kullbackLeibler(rz, cz)
  // An index over an empty bin is infinite without a zero rule; the floor keeps it a number, and is stated with the bins.
  const psi = stabilityIndex(rz, cz)
  return {
    psi: Number.isFinite(psi) ? psi : stabilityIndex(withoutZeros(r, 'floor-1e-4'), withoutZeros(c, 'floor-1e-4')),
    kullbackLeibler: Number.isFinite(divergence) ? divergence : null,
    jensenShannonBase2: jensenShannon(r, c, 2),
    jensenShannonBaseE: jensenShannon(r, c, 'e'),
    hellinger: hellinger(r, c),
    totalVariation: totalVariation(r, c),
    largestDifference: largestDifference(r, c),
  }
}

const over = (sizes: ColumnDrift['sizes'], limits: DriftLimits): readonly (keyof DriftLimits)[] => [
  ...(sizes.psi >= limits.psi ? (['psi'] as const) : []),
  ...(sizes.jensenShannonBase2 >= limits.jensenShannon ? (['jensenShannon'] as const) : []),
  ...((sizes.wassersteinNormed ?? 0) >= limits.wassersteinNormed ? (['wassersteinNormed'] as const) : []),
]

/** The p that accompanies a column's sizes: Kolmogorov-Smirnov for numbers, chi-square for categories. */
export const accompanyingP = ({ tests }: ColumnDrift): number => tests.kolmogorovSmirnov?.p ?? tests.chiSquare?.p ?? 1

/** Holm-adjusted p of every column, over all columns together. */
export function holmOverColumns(columns: Readonly<Record<string, ColumnDrift>>): Readonly<Record<string, number>> {
  const entries = Object.entries(columns)
  const adjusted = holm(entries.map(([, drift]) => accompanyingP(drift)))
  return Object.fromEntries(entries.map(([name], place) => [name, adjusted[place]!]))
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
