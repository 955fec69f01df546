import type { Proportion } from './intervals.js'
import { logGamma } from './special-functions.js'

export interface Shrinkage {
  /** Mean of the rates' distribution. */
  readonly mean: number
  /** Rows that the mean is worth: large when groups differ little more than by chance. At most 1e6. */
  readonly strength: number
  /** (count + strength · mean) / (of + strength), in the order given. */
  readonly rates: readonly number[]
}

/**
 * Empirical Bayes estimates of the rates of many groups: small groups are drawn towards the common mean.
 *
 * Beta-binomial with mean m and strength α, fitted by maximum likelihood.
 *
 * @returns null when fewer than two groups have rows
 * @see Efron and Morris 1975, JASA 70(350), for the idea
 */
export function shrinkRates(groups: readonly Proportion[]): Shrinkage | null {
  const present = groups.filter(({ of }) => of > 0)
  if (present.length < 2) return null
  const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b)
  const likelihood = (mean: number, strength: number): number => {
    const [a, b] = [mean * strength, (1 - mean) * strength]
    const base = logBeta(a, b)
    return present.reduce((sum, { count, of }) => sum + logBeta(count + a, of - count + b) - base, 0)
  }
  const pooled = present.reduce((sum, { count }) => sum + count, 0) / present.reduce((sum, { of }) => sum + of, 0)
  if (pooled === 0 || pooled === 1) return { mean: pooled, strength: 1e6, rates: groups.map(() => pooled) }
  let mean = pooled
  let logStrength = Math.log(10)
  for (let round = 0; round < 15; round++) {
    logStrength = maximise(Math.log(0.01), Math.log(1e6), x => likelihood(mean, Math.exp(x)))
    mean = maximise(1e-6, 1 - 1e-6, x => likelihood(x, Math.exp(logStrength)))
  }
  const strength = Math.exp(logStrength)
  return { mean, strength, rates: groups.map(({ count, of }) => (count + strength * mean) / (of + strength)) }
}

const golden = (Math.sqrt(5) - 1) / 2

function maximise(from: number, to: number, f: (x: number) => number): number {
  let [low, high] = [from, to]
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)]
  let [atLeft, atRight] = [f(left), f(right)]
  for (let i = 0; i < 40; i++)
    if (atLeft > atRight) {
      ;[high, right, atRight] = [right, left, atLeft]
      left = high - golden * (high - low)
      atLeft = f(left)
    } else {
      ;[low, left, atLeft] = [left, right, atRight]
      right = low + golden * (high - low)
      atRight = f(right)
    }
  return (low + high) / 2
}
