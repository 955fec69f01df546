import { invalidBounds, invalidCategories, invalidCount, unknownAdjacency } from '../errors.js'
import type { Adjacency } from '@attestry/core'
import { isAdjacency } from '../events.js'
import type { WordSource } from '../keystream.js'
import { gridNoise, onGrid, type Bounds, type GridNoise, type NoiseTarget } from './grid-noise.js'
import { wordsFor, type RandomOptions } from './random-words.js'

/** What a statistic may spend. */
export interface StatisticOptions extends RandomOptions {
  /** Above 0. */
  readonly epsilon: number
  /** In [0, 1); 0 unless given, which asks for Laplace noise. More asks for Gaussian noise. */
  readonly delta?: number
  readonly adjacency: Adjacency
}

/** A noisy statistic: what it is, how it was made, and what it spent. One unit is one row. */
export interface Release<T> {
  readonly value: T
  readonly mechanism: GridNoise['mechanism']
  /** Standard deviation of the noise. */
  readonly sigma: number
  /** How far one row can move the result: L1 for Laplace, L2 for Gaussian noise. */
  readonly sensitivity: number
  /** Mean absolute value of the noise. */
  readonly expectedError: number
  readonly epsilon: number
  readonly delta: number
  readonly adjacency: Adjacency
  readonly random: 'csprng' | 'unsafe-seed'
}

/** The number of rows whose flag is set, with noise; may be negative. @throws DP-E001, DP-E002, DP-E043 */
export function noisyCount(flags: Iterable<boolean>, options: StatisticOptions): Release<number> {
  let count = 0
  for (const flag of flags) if (flag) count++
  return release(options, { l1: 1, l2: 1, coordinates: 1, width: 1 }, (step, draw) => {
    return Number(BigInt(count) * BigInt(1 / step) + draw()) * step
  })
}

/**
 * The sum of values that are clipped to declared bounds, with noise. A missing value (NaN) counts as the middle.
 *
 * One row moves it by at most max(|min|, |max|) when added or removed, and by max - min when replaced.
 *
 * @throws DP-E001, DP-E002, DP-E040, DP-E043
 */
export function noisySum(
  values: Iterable<number>,
  options: StatisticOptions & { readonly bounds: Bounds },
): Release<number> {
  const bounds = checkBounds(options.bounds)
  const width = bounds.max - bounds.min
  const isReplaced = checkAdjacency(options.adjacency) === 'replace-one'
  const most = isReplaced ? width : Math.max(Math.abs(bounds.min), Math.abs(bounds.max))
  return release(options, { l1: most, l2: most, coordinates: 1, width }, (step, draw) => {
    let sum = 0n
    for (const value of values) sum += onGrid(value, bounds, step)
    return Number(sum + draw()) * step
  })
}

/** A noisy mean and the releases that it was made of. */
export interface NoisyMean {
  /** Within the bounds. */
  readonly value: number
  /** The noisy sum of distances from the middle of the bounds. */
  readonly sum: Release<number>
  /** The noisy number of rows; null where it is public. */
  readonly count: Release<number> | null
  readonly epsilon: number
  readonly delta: number
}

/**
 * The mean of values that are clipped to declared bounds, with noise. A missing value (NaN) counts as the middle.
 *
 * When rows are replaced their number is public, and the sum alone gets noise. When they are added or removed the sum of
 * distances from the middle and the number of rows each get half of epsilon and delta; the quotient is post-processing.
 *
 * @throws DP-E001, DP-E002, DP-E040, DP-E043; DP-E005 without values
 */
export function noisyMean(
  values: readonly number[],
  options: StatisticOptions & { readonly bounds: Bounds },
): NoisyMean {
  const { min, max } = checkBounds(options.bounds)
  const { epsilon, delta = 0 } = options
  const isReplaced = checkAdjacency(options.adjacency) === 'replace-one'
  if (isReplaced && values.length === 0) throw invalidCount('the number of values', 0, 1)
  const middle = min + (max - min) / 2
  const part = isReplaced ? options : { ...options, epsilon: epsilon / 2, delta: delta / 2 }
  const sum = noisySum(
    values.map(value => value - middle),
    { ...part, bounds: { min: min - middle, max: max - middle } },
  )
  const count = isReplaced
    ? null
    : noisyCount(
        values.map(() => true),
        part,
      )
  const rows = Math.max(1, count?.value ?? values.length)
  return { value: Math.min(max, Math.max(min, middle + sum.value / rows)), sum, count, epsilon, delta }
}

/**
 * How often each declared category occurs, with noise; values that are not declared are not counted.
 *
 * One row moves one count by 1 when added or removed, and two counts when replaced.
 *
 * @throws DP-E001, DP-E002, DP-E043; DP-E044 unless at least two different categories are declared
 */
export function noisyHistogram(
  values: Iterable<string>,
  options: StatisticOptions & { readonly categories: readonly string[] },
): Release<ReadonlyMap<string, number>> {
  const counts = new Map(checkCategories(options.categories).map(category => [category, 0n]))
  for (const value of values) {
    const count = counts.get(value)
    if (count !== undefined) counts.set(value, count + 1n)
  }
  const moved = checkAdjacency(options.adjacency) === 'replace-one' ? 2 : 1
  const target = { l1: moved, l2: Math.sqrt(moved), coordinates: moved, width: 1 }
  return release(options, target, (step, draw) => {
    const perOne = BigInt(1 / step)
    return new Map([...counts].map(([category, count]) => [category, Number(count * perOne + draw()) * step]))
  })
}

type Shape = Omit<NoiseTarget, 'epsilon' | 'delta'>

function release<T>(
  options: StatisticOptions,
  shape: Shape,
  make: (step: number, draw: () => bigint) => T,
): Release<T> {
  const { epsilon, delta = 0 } = options
  const adjacency = checkAdjacency(options.adjacency)
  const noise = gridNoise({ ...shape, epsilon, delta })
  const { words, random }: { words: WordSource; random: 'csprng' | 'unsafe-seed' } = wordsFor(options)
  return {
    value: make(noise.step, noise.draw(words)),
    mechanism: noise.mechanism,
    sigma: noise.sigma,
    sensitivity: delta === 0 ? shape.l1 : shape.l2,
    expectedError: noise.expectedError,
    epsilon,
    delta,
    adjacency,
    random,
  }
}

export function checkAdjacency(adjacency: unknown): Adjacency {
  if (isAdjacency(adjacency)) return adjacency
  throw unknownAdjacency(adjacency)
}

export function checkBounds(bounds: Bounds | undefined): Bounds {
  if (typeof bounds !== 'object' || bounds === null) throw invalidBounds('they are not declared numbers')
  const width = bounds.max - bounds.min
  if (!(width > 1e-200 && Number.isFinite(width))) throw invalidBounds('they are not two numbers with min below max')
  return bounds
}

/** @throws DP-E044 */
export function checkCategories(categories: unknown): readonly string[] {
  if (!Array.isArray(categories)) throw invalidCategories('they are not a list')
  if (categories.length < 2 || new Set(categories).size !== categories.length)
    throw invalidCategories('they are not at least two different texts')
  return categories as readonly string[]
}
