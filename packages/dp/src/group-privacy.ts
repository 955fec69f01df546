import type { PrivacySpent } from '@attestry/core'
import type { Accountant } from './accountant.js'
import { accountant } from './accountants.js'
import { invalidCount, invalidDelta } from './errors.js'

const smallestDelta = 1e-300

/**
 * Epsilon for groups of `size` units that are removed together, from the accountant of a single unit.
 *
 * If one unit costs (e, d), a group of k costs (k e, d (e^(k e) - 1) / (e^e - 1)). The d of one unit is searched so that the
 * group stays within `delta`. Without sampling, Gaussian releases are taken with the k-fold sensitivity instead, which is exact.
 * The bound grows fast with the size: to protect people with many rows, sample and clip people rather than rows.
 *
 * @returns infinite when no delta of a single unit suffices
 * @throws DP-E005 unless the size is a whole number of at least 1; DP-E002
 * @see Vadhan 2017, "The Complexity of Differential Privacy", lemma 2.2
 */
export function groupEpsilon(single: Accountant, size: number, delta: number): number {
  if (!(Number.isSafeInteger(size) && size >= 1)) throw invalidCount('the size of a group', size, 1)
  if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
  if (size === 1) return single.epsilon(delta).upper
  return Math.min(byLemma(single, size, delta), byScaling(single, size, delta))
}

function byLemma(single: Accountant, size: number, delta: number): number {
  if (delta === 0) return size * single.epsilon(0).upper
  const isEnough = (logOne: number): boolean => {
    const epsilon = single.epsilon(Math.exp(logOne)).upper
    return logOne + logGrowth(epsilon, size) <= Math.log(delta)
  }
  let high = Math.log(delta)
  let reach = Math.log(size)
  while (!isEnough(high - reach)) {
    reach *= 2
    if (high - reach < Math.log(smallestDelta)) return Infinity
  }
  let low = high - reach
  high -= reach === Math.log(size) ? 0 : reach / 2
  while (high - low > 0.01) {
    const middle = (low + high) / 2
    if (isEnough(middle)) low = middle
    else high = middle
  }
  return size * single.epsilon(Math.exp(low)).upper
}

/**
 * What a group of `size` units bears of a release that costs one of them (e, d): (k e, d (e^(k e) - 1) / (e^e - 1)), with a delta
 * of at most 1, which says nothing.
 *
 * The data with and without the group are k steps of one unit apart. Along them the chance of an outcome grows by the factor e^e
 * and then by d, k times over: d + d e^e + ... + d e^((k-1) e) in all. Exchanging units takes as many steps.
 *
 * @param size whole, at least 1
 * @see Vadhan 2017, "The Complexity of Differential Privacy", lemma 2.2
 */
export function groupCost({ epsilon, delta, adjacency }: PrivacySpent, size: number): PrivacySpent {
  if (size === 1) return { epsilon, delta, adjacency }
  const grown = delta === 0 ? 0 : Math.exp(Math.log(delta) + logGrowth(epsilon, size))
  return { epsilon: size * epsilon, delta: Math.min(1, grown), adjacency }
}

/** ln of (e^(k e) - 1) / (e^e - 1), which tends to ln k as e falls to 0. */
function logGrowth(epsilon: number, size: number): number {
  if (epsilon < 1e-12) return Math.log(size) + size * epsilon
  const logExpm1 = (x: number): number => x + Math.log(-Math.expm1(-x))
  return logExpm1(size * epsilon) - logExpm1(epsilon)
}

/** A group moves an unsampled Gaussian release k times as far as one unit. */
function byScaling(single: Accountant, size: number, delta: number): number {
  let group = accountant()
  for (const { event, count } of single.events) {
    const unsampled =
      event.kind === 'gaussian' || (event.kind === 'subsampled-gaussian' && event.samplingProbability === 1)
    if (!unsampled) return Infinity
    group = group.compose({ kind: 'gaussian', noiseMultiplier: event.noiseMultiplier / size }, count)
  }
  return group.epsilon(delta).upper
}
