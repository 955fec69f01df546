import { proportionAtLeast, proportionAtMost } from '../beta.js'
import { invalidConfidence, invalidCount, invalidParameter } from '../errors.js'

/** How much likelier a model finds a text that was put into its training than texts of the same kind that were not. */
export interface Exposure {
  /** Bits: how many times halving the guesses at random would have to be done to come so far. */
  readonly bits: number
  /** Contains the exposure over all texts of the kind, with the stated confidence; the upper end may be infinite. */
  readonly interval: readonly [low: number, high: number]
  readonly confidence: number
  /** Texts that it was compared with. */
  readonly references: number
}

const fewest = 100

/**
 * Exposure of a canary: -log2 of the share of texts of its kind that the model finds at least as likely.
 *
 * The share is estimated from reference texts drawn from the same distribution as the canary, independently of training; so no
 * more than log2(references + 1) bits can be seen. About 1 bit is what a text that was never trained on has.
 *
 * @param loss of the canary under the model, smaller for likelier texts
 * @param references losses of at least 100 reference texts
 * @throws DP-E005 with fewer, DP-E017; DP-E018 for a loss that is not a number
 * @see Carlini et al. 2019, arXiv 1802.08232, definition 5 and section 4.2
 */
export function canaryExposure(loss: number, references: Float64Array, confidence = 0.95): Exposure {
  if (Number.isNaN(loss) || references.some(Number.isNaN))
    throw invalidParameter('a loss', Number.NaN, 'a number, or infinite')
  if (references.length < fewest) throw invalidCount('the number of reference texts', references.length, fewest)
  if (!(confidence > 0 && confidence < 1)) throw invalidConfidence(confidence)
  const asLikely = references.reduce((count, reference) => count + (reference <= loss ? 1 : 0), 0)
  const alpha = (1 - confidence) / 2
  const low = proportionAtLeast(asLikely, references.length, alpha)
  const high = proportionAtMost(asLikely, references.length, alpha)
  return {
    bits: -Math.log2((asLikely + 1) / (references.length + 1)),
    interval: [Math.max(0, -Math.log2(high)), low === 0 ? Infinity : -Math.log2(low)],
    confidence,
    references: references.length,
  }
}

/** How a canary ranks among every text of its kind. */
export interface ExactExposure {
  /** log2(size) - log2(rank), from 0 to log2(size). */
  readonly bits: number
  /** 1 for the text that the model finds likeliest; equally likely ones come before the canary. */
  readonly rank: number
  /** Texts of the kind, the canary included. */
  readonly size: number
}

/**
 * Exposure of a canary where the losses of all other texts of its kind are known, so that nothing is estimated.
 *
 * @param loss of the canary under the model, smaller for likelier texts
 * @param others losses of every other text of the kind, at least one
 * @throws DP-E005 without any; DP-E018 for a loss that is not a number
 * @see Carlini et al. 2019, arXiv 1802.08232, definition 3
 */
export function exactExposure(loss: number, others: Float64Array): ExactExposure {
  if (Number.isNaN(loss) || others.some(Number.isNaN))
    throw invalidParameter('a loss', Number.NaN, 'a number, or infinite')
  if (others.length === 0) throw invalidCount('the number of other texts', 0, 1)
  const rank = 1 + others.reduce((count, other) => count + (other <= loss ? 1 : 0), 0)
  const size = others.length + 1
  return { bits: Math.log2(size) - Math.log2(rank), rank, size }
}
