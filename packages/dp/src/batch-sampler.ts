import type { Sampling } from '@attestry/core'
import { invalidCount } from './errors.js'
import { keystream, nextWord, type StreamOptions, type WordSource } from './keystream.js'
import { poissonSampler } from './poisson-sampler.js'

/** Draws the batches of a plan's sampler. */
export interface BatchSampler {
  /**
   * The indices, ascending, of the units of a step.
   *
   * @param step from 1 @throws DP-E003, DP-E005
   */
  sample(units: number, step: number): Int32Array
}

/**
 * The sampler that a plan names, over a cryptographic keystream: what a step draws follows from secret, stream and step alone, so a
 * run that goes on draws what it would have drawn.
 *
 * @param batch units of a step for the samplers with a fixed size; a last batch of a pass may hold fewer
 * @throws DP-E010 unless the secret has 32 bytes and the stream a name
 */
export function batchSampler(options: StreamOptions, sampling: Sampling, batch: number): BatchSampler {
  if (sampling.sampler === 'poisson') {
    const { sample } = poissonSampler(options)
    return { sample: (units, step) => sample(units, sampling.samplingProbability, step) }
  }
  const wordsOf = keystream({ ...options, stream: `${options.stream}: ${sampling.sampler}` })
  const check = (units: number, step: number): void => {
    if (!(Number.isSafeInteger(batch) && batch >= 1)) throw invalidCount('the size of a batch', batch, 1)
    if (!(Number.isSafeInteger(units) && units >= batch && units < 2 ** 31))
      throw invalidCount('the number of units', units, batch)
    if (!(Number.isSafeInteger(step) && step >= 1)) throw invalidCount('the step', step, 1)
  }
  if (sampling.sampler === 'fixed-size')
    return {
      sample(units, step) {
        check(units, step)
        return subset(wordsOf(step), units, batch)
      },
    }
  const { stepsPerEpoch } = sampling
  let pass: { readonly epoch: number; readonly order: Int32Array } | undefined
  return {
    sample(units, step) {
      check(units, step)
      const epoch = Math.floor((step - 1) / stepsPerEpoch)
      if (pass?.epoch !== epoch || pass.order.length !== units) pass = { epoch, order: shuffled(wordsOf(epoch), units) }
      const from = ((step - 1) % stepsPerEpoch) * batch
      return pass.order.slice(from, from + batch).sort()
    },
  }
}

/** Uniform in [0, below), below < 2^31: words that would favour the small numbers are passed over. */
function nextBelow(source: WordSource, below: number): number {
  const fair = 2 ** 32 - (2 ** 32 % below)
  while (true) {
    const word = nextWord(source)
    if (word < fair) return word % below
  }
}

/** Fisher and Yates. */
function shuffled(source: WordSource, units: number): Int32Array {
  const order = Int32Array.from({ length: units }, (_, i) => i)
  for (let i = units - 1; i > 0; i--) {
    const j = nextBelow(source, i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

/** Floyd: every subset of `size` is equally likely, for `size` draws. */
function subset(source: WordSource, units: number, size: number): Int32Array {
  const drawn = new Set<number>()
  for (let last = units - size; last < units; last++) {
    const one = nextBelow(source, last + 1)
    drawn.add(drawn.has(one) ? last : one)
  }
  return Int32Array.from(drawn).sort()
}
