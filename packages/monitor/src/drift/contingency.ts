import { chiSquareTail } from '../statistics/chi-square.js'
import { homogeneity, type Homogeneity } from './stability.js'

/**
 * Evidently's chi-square: the reference, scaled to the current number of rows, is taken as exact expectation. It is
 * anti-conservative, because the reference is a sample too; here to reproduce its numbers.
 *
 * @returns null when a sample is empty, or there is one category only; p is 0 where the reference lacks a category
 */
export function evidentlyChiSquare(reference: readonly number[], current: readonly number[]): Homogeneity | null {
  const [all, now] = [reference, current].map(counts => counts.reduce((sum, count) => sum + count, 0))
  const used = reference.flatMap((count, i) => (count + current[i]! > 0 ? [[count, current[i]!] as const] : []))
  if (all === 0 || now === 0 || used.length < 2) return null
  const scale = now! / all!
  const statistic = used.reduce((sum, [r, c]) => sum + (c - r * scale) ** 2 / (r * scale), 0)
  const degreesOfFreedom = used.length - 1
  return {
    statistic,
    degreesOfFreedom,
    p: Number.isFinite(statistic) ? chiSquareTail(statistic, degreesOfFreedom) : 0,
  }
}

/** Cramér's V of sample against category, from 0 to 1. @returns null where the chi-square test has nothing to compare */
export function cramersV(reference: readonly number[], current: readonly number[]): number | null {
  const test = homogeneity([reference, current])
  const rows = [...reference, ...current].reduce((sum, count) => sum + count, 0)
  // The table has two rows, so the smaller of rows - 1 and columns - 1 is 1.
  return test && Math.sqrt(test.statistic / rows)
}
