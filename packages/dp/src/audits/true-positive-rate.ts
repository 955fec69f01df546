import { proportionAtLeast, proportionAtMost } from '../beta.js'
import { invalidConfidence, invalidParameter, unusableScores } from '../errors.js'

/** How many members an attack finds when it may take few others for one. */
export interface TruePositiveRate {
  /** The share of non-members that may be taken for a member. */
  readonly falsePositiveRate: number
  /** The share of members found at the threshold that keeps to it. */
  readonly truePositiveRate: number
  /** Clopper-Pearson's, each side at half the error probability. The threshold comes from the non-members alone. */
  readonly interval: readonly [number, number]
  /** With the same bound: non-members above the threshold, in the population rather than among these. */
  readonly falsePositiveRateAtMost: number
  /** Rows that score above this are guessed to be members. */
  readonly threshold: number
  readonly members: number
  readonly nonMembers: number
}

/**
 * The share of members that score above all but `falsePositiveRate` of the non-members.
 *
 * An attack that is sure of a few people harms them even if it is useless on average, which an AUC does not show. With
 * fewer than 1 / falsePositiveRate non-members no false positive is allowed, and `falsePositiveRateAtMost` says how little
 * that proves.
 *
 * @param falsePositiveRate in (0, 1), such as 0.001
 * @throws DP-E016 without scores on a side, or for a NaN; DP-E018, DP-E017 for a rate or confidence out of range
 * @see Carlini et al. 2022, arXiv 2112.03570, section III; Clopper, Pearson 1934
 */
export function truePositiveRate(
  memberScores: ArrayLike<number>,
  nonMemberScores: ArrayLike<number>,
  falsePositiveRate: number,
  confidence = 0.95,
): TruePositiveRate {
  if (!(falsePositiveRate > 0 && falsePositiveRate < 1))
    throw invalidParameter('the false positive rate', falsePositiveRate, 'a number strictly between 0 and 1')
  if (!(confidence > 0 && confidence < 1)) throw invalidConfidence(confidence)
  const members = memberScores.length
  const nonMembers = nonMemberScores.length
  if (members === 0 || nonMembers === 0)
    throw unusableScores(`there are ${members} scores of members and ${nonMembers} of others`)
  for (const scores of [memberScores, nonMemberScores])
    if (Array.from(scores).some(Number.isNaN)) throw unusableScores('a score is NaN')
  // The first non-member that must not be taken for a member; 0.29 * 100 is below 29 in floating point.
  const allowed = Math.min(nonMembers - 1, Math.floor(falsePositiveRate * nonMembers + 1e-9))
  const threshold = Float64Array.from(nonMemberScores).sort()[nonMembers - 1 - allowed]!
  const hits = countAbove(memberScores, threshold)
  const alpha = (1 - confidence) / 2
  return {
    falsePositiveRate,
    truePositiveRate: hits / members,
    interval: [proportionAtLeast(hits, members, alpha), proportionAtMost(hits, members, alpha)],
    falsePositiveRateAtMost: proportionAtMost(countAbove(nonMemberScores, threshold), nonMembers, alpha),
    threshold,
    members,
    nonMembers,
  }
}

const countAbove = (scores: ArrayLike<number>, threshold: number): number =>
  Array.from(scores).reduce((count, score) => count + (score > threshold ? 1 : 0), 0)
