import type { Sampling, TrainingPlan } from '@attestry/core'
import { isWithinReach, type ClippedCount, type NormStep } from '@attestry/dp'
import type { Weights } from './architecture.js'
import {
  normMoved,
  notAccounted,
  notFinite,
  nothingChanged,
  notPerExample,
  otherBatches,
  wrongNoise,
} from './errors.js'

/** Sums over a sample of the noise that was fed: enough to check its mean and variance. */
export interface NoiseTally {
  /** Numbers fed, all of them. */
  draws: number
  /** Numbers looked at. */
  sampled: number
  sum: number
  squares: number
}

export const noNoise = (): NoiseTally => ({ draws: 0, sampled: 0, sum: 0, squares: 0 })

const sampleSize = 1024

/** Counts a step's noise and looks at its first 1,024 numbers. */
export function tally(noise: Float32Array, into: NoiseTally): void {
  into.draws += noise.length
  const size = Math.min(noise.length, sampleSize)
  into.sampled += size
  for (let i = 0; i < size; i++) {
    const z = noise[i]!
    into.sum += z
    into.squares += z * z
  }
}

/** Counts the one draw of a step's count. @throws TRAIN-E010 when it is none */
export function tallyOne(noise: number, into: NoiseTally): void {
  if (!(Number.isFinite(noise) && noise !== 0))
    throw wrongNoise(`the count of unclipped gradients got the noise ${noise}`)
  into.draws++
  into.sampled++
  into.sum += noise
  into.squares += noise * noise
}

const standardErrors = 5

/** How many standard deviations a mean of squares of normals is off 1, by the approximation of Wilson and Hilferty. */
const spreadScore = (spread: number, freedom: number): number =>
  (Math.cbrt(spread) - 1 + 2 / (9 * freedom)) / Math.sqrt(2 / (9 * freedom))

/**
 * The noise of the counts has one draw for each step, with the mean and variance of a standard normal, for any number of steps.
 *
 * @throws TRAIN-E010
 */
export function checkNoiseOfCount({ draws, sum, squares }: NoiseTally, steps: number): number {
  if (draws !== steps) throw wrongNoise(`${draws} noise draws for the counts of ${steps} steps`)
  const variance = squares / draws
  if (!(Math.abs(spreadScore(variance, draws)) <= standardErrors))
    throw wrongNoise(`the noise of the counts has variance ${variance.toPrecision(4)}, not 1, over ${draws} draws`)
  if (!(Math.abs(sum / draws) <= standardErrors / Math.sqrt(draws)))
    throw wrongNoise(`the noise of the counts has mean ${(sum / draws).toPrecision(3)}, not 0, over ${draws} draws`)
  return variance
}

/**
 * The clipping norm moved as a noisy count over the public batch moves it: the count is read back off the two norms. Nothing can
 * be read where the norm is at the end of its reach.
 *
 * @throws TRAIN-E021
 */
export function checkNormMoved(
  before: number,
  after: number,
  { examples, clipped }: ClippedCount,
  step: NormStep,
): void {
  const { first, batch, noise } = step
  const { quantile, learningRate, countNoise } = step.adaptiveClipping
  if (!isWithinReach(after, first)) throw normMoved(`the norm went from ${before} to ${after}, out of its reach`)
  if (!isWithinReach(after * (1 + 1e-9), first) || !isWithinReach(after * (1 - 1e-9), first)) return
  const share = quantile - Math.log(after / before) / learningRate
  const found = (share - 1 / 2) * batch
  const expected = examples / 2 - clipped + countNoise * noise
  if (!(Math.abs(found - expected) <= 1e-9 * (batch / learningRate + Math.abs(expected))))
    throw normMoved(
      `the norm went from ${before} to ${after}, as if a count were off by ${Math.abs(found - expected).toPrecision(3)} examples`,
    )
}

/**
 * The noise has as many draws as steps and parameters ask for, and its mean and variance are those of a standard normal,
 * to 5 standard errors.
 *
 * @throws TRAIN-E010
 */
export function checkNoise({ draws, sampled, sum, squares }: NoiseTally, steps: number, parameters: number): number {
  if (draws !== steps * parameters)
    throw wrongNoise(`${draws} noise draws for ${steps} steps of ${parameters} parameters`)
  const variance = squares / sampled
  const mean = sum / sampled
  if (!(Math.abs(variance - 1) <= standardErrors * Math.sqrt(2 / sampled)))
    throw wrongNoise(`the noise has variance ${variance.toPrecision(4)}, not 1, over ${sampled} draws`)
  if (!(Math.abs(mean) <= standardErrors / Math.sqrt(sampled)))
    throw wrongNoise(`the noise has mean ${mean.toPrecision(3)}, not 0, over ${sampled} draws`)
  return variance
}

/**
 * The standard deviation of what noise did to the gradient sums, measured on one step that was run with and without it.
 *
 * @param differences what the noise changed, in units of the clipped sum, one per parameter element
 * @param planned sigma · C
 * @param noise what was fed, standard normal, in the same order
 * @returns the measured standard deviation
 * @throws TRAIN-E010 when it is further from the plan than 5 standard errors, or moved the sums by another factor than sigma · C
 */
export function checkNoiseEffect(differences: readonly Float32Array[], planned: number, noise: Float32Array): number {
  let count = 0
  let squares = 0
  let product = 0
  let energy = 0
  for (const values of differences)
    for (const value of values) {
      const z = noise[count++]!
      squares += value * value
      product += value * z
      energy += z * z
    }
  // The factor has no sampling error of its own: what is left over is rounding, or noise that was not fed.
  const left = Math.max(0, squares - (product * product) / energy)
  const factor = product / energy / planned
  if (!(Math.abs(factor - 1) <= 1e-3 + (standardErrors * Math.sqrt(left / count / energy)) / planned))
    throw wrongNoise(
      `noise moved the gradient sums by ${(factor * planned).toPrecision(4)} times what was fed, the plan says ${planned.toPrecision(4)}`,
    )
  const ratio = squares / count / planned ** 2
  // A little more room than sampling error alone: differences of 32-bit numbers carry rounding.
  if (!(Math.abs(ratio - 1) <= standardErrors * Math.sqrt(2 / count) + 1e-3))
    throw wrongNoise(
      `noise moved the gradient sums by a standard deviation of ${Math.sqrt(squares / count).toPrecision(4)}, the plan says ${planned.toPrecision(4)}`,
    )
  return Math.sqrt(squares / count)
}

interface ClippedSum {
  readonly sums: Readonly<Record<string, Float32Array>>
  readonly norms: readonly number[]
}

const parity = 1e-4

/**
 * A few examples as one batch and one by one have the same norms and the same sum of clipped gradients, and no single
 * clipped gradient is longer than weight or bound allow.
 *
 * @throws TRAIN-E013
 */
export function checkPerExample(together: ClippedSum, alone: readonly ClippedSum[], clippingNorm: number): void {
  for (const [i, { norms, sums }] of alone.entries()) {
    const [expected, found] = [norms[0]!, together.norms[i]!]
    if (!(Math.abs(found - expected) <= parity * Math.max(expected, 1e-6)))
      throw notPerExample(`example ${i + 1} has gradient norm ${found} in the batch and ${expected} alone`)
    const length = Math.hypot(...Object.values(sums).map(values => lengthOf(values)))
    if (!(length <= clippingNorm))
      throw notPerExample(`a clipped gradient has length ${length}, the bound is ${clippingNorm}`)
  }
  for (const [name, sum] of Object.entries(together.sums)) {
    let difference = 0
    for (let i = 0; i < sum.length; i++) {
      let expected = 0
      for (const { sums } of alone) expected += sums[name]![i]!
      difference = Math.max(difference, Math.abs(sum[i]! - expected))
    }
    if (!(difference <= parity * clippingNorm))
      throw notPerExample(`the clipped sum of '${name}' differs from a loop over its examples by ${difference}`)
  }
}

function lengthOf(values: Float32Array): number {
  let squares = 0
  for (const value of values) squares += value * value
  return Math.sqrt(squares)
}

// The probability of a false alarm is at most e^-14.3, about one in a million, as for 5 standard errors of a normal.
const rarity = 14.3

/**
 * Batch sizes over the run agree with independent draws: their total, by Bernstein's inequality, and from 30 steps on
 * their spread, by the Wilson-Hilferty approximation of chi-square with degrees of freedom reduced for the kurtosis.
 *
 * @throws TRAIN-E012
 */
export function checkBatchSizes(sizes: readonly number[], rows: number, samplingProbability: number): void {
  const mean = rows * samplingProbability
  const variance = mean * (1 - samplingProbability)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const expected = mean * sizes.length
  const allowed =
    variance === 0 ? 1e-9 * expected : rarity / 3 + Math.sqrt((rarity / 3) ** 2 + 2 * rarity * variance * sizes.length)
  if (!(Math.abs(total - expected) <= allowed))
    throw otherBatches(`${total} examples were drawn in ${sizes.length} steps, ${Math.round(expected)} are expected`)
  if (sizes.length < 30 || variance === 0) return
  const spread = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / sizes.length / variance
  const freedom = (sizes.length * 2) / (2 + 1 / variance)
  if (!(Math.abs(spreadScore(spread, freedom)) <= standardErrors))
    throw otherBatches(`the batch sizes vary ${spread.toPrecision(3)} times as much as Poisson samples do`)
}

/**
 * The batch sizes of a run are those of its sampler: of Poisson draws, or exactly the batch (its rest at the end of a pass).
 *
 * @throws TRAIN-E012
 */
export function checkBatches(
  sizes: readonly number[],
  { rows, batch, sampling }: { readonly rows: number; readonly batch: number; readonly sampling: Sampling },
): void {
  if (sampling.sampler === 'poisson') return checkBatchSizes(sizes, rows, sampling.samplingProbability)
  for (const [i, size] of sizes.entries()) {
    const from = sampling.sampler === 'shuffled' ? (i % sampling.stepsPerEpoch) * batch : 0
    const expected = Math.min(batch, rows - from)
    if (size !== expected) throw otherBatches(`step ${i + 1} drew ${size} examples, its sampler gives ${expected}`)
  }
}

/**
 * @param mustMove the weights that every sound run changes; by default all
 * @throws TRAIN-E008 for such a weight that is as it was, TRAIN-E009 for one that is not finite
 */
export function checkWeights(
  before: Weights,
  after: Weights,
  steps: number,
  mustMove: (name: string) => boolean = () => true,
): void {
  for (const [name, values] of Object.entries(after)) {
    if (!values.every(Number.isFinite)) throw notFinite(name)
    if (mustMove(name) && values.every((value, i) => value === before[name]![i])) throw nothingChanged(name, steps)
  }
}

/** @throws TRAIN-E011 */
export function checkAccounted(plan: Pick<TrainingPlan, 'privacy'>, done: number, accounted: number): void {
  if (plan.privacy && done !== accounted) throw notAccounted(done, accounted)
}

/**
 * Watches what steps draw: examples of the data, in order, none twice in a step, and none twice in a shuffled pass. A run that goes
 * on in the middle of a pass watches the rest of it.
 *
 * @throws TRAIN-E012
 */
export function drawGuard(rows: number, sampling: Sampling): (drawn: Int32Array, step: number) => void {
  let [pass, seen] = [-1, new Uint8Array()]
  return (drawn, step) => {
    let last = -1
    for (const row of drawn) {
      if (!(row > last && row < rows)) throw otherBatches(`step ${step} drew an example twice, or one that is none`)
      last = row
    }
    if (sampling.sampler !== 'shuffled') return
    const now = Math.floor((step - 1) / sampling.stepsPerEpoch)
    if (now !== pass) [pass, seen] = [now, new Uint8Array(rows)]
    for (const row of drawn) {
      if (seen[row] === 1) throw otherBatches(`step ${step} drew an example that its pass has had`)
      seen[row] = 1
    }
  }
}
