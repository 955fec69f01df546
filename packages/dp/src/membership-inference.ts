import { truePositiveRate } from './audits/true-positive-rate.js'
import { proportionAtLeast, proportionAtMost } from './beta.js'
import { invalidConfidence, invalidDelta, unusableScores } from './errors.js'
import { normalQuantile } from './normal.js'

export interface MembershipOptions {
  /** Of the interval and of the lower bound; 0.95 by default. */
  readonly confidence?: number
  /** The delta at which the lower bound on epsilon is stated; 0 by default. */
  readonly delta?: number
}

/** How a lower bound on epsilon was found. */
export interface EpsilonLowerBound {
  /** Epsilon is at least this at `delta`, with the stated confidence; 0 when nothing could be shown. */
  readonly epsilon: number
  readonly delta: number
  readonly confidence: number
  /** `member`: scores of at least `threshold` were guessed to be members. `non-member`: scores below it, not to be. */
  readonly guess: 'member' | 'non-member'
  readonly threshold: number
  /** Lower bound on how often the guess is right about those it is meant for. */
  readonly hitRateAtLeast: number
  /** Upper bound on how often it is wrong about the others. */
  readonly falseAlarmRateAtMost: number
  /** Rows of the half that the bound was measured on; the threshold was chosen on the other half. */
  readonly members: number
  readonly nonMembers: number
}

export interface MembershipInference {
  /** Chance that a member scores above a non-member, ties counted half; 0.5 when the attack learns nothing. */
  readonly auc: number
  /** By DeLong's variance, cut to [0, 1]. */
  readonly aucInterval: readonly [number, number]
  readonly confidence: number
  /** Largest share of members found while at most 1 % of non-members are taken for one. */
  readonly truePositiveRateAtOnePercent: number
  /** Of that share, by Clopper and Pearson. */
  readonly truePositiveRateInterval: readonly [number, number]
  readonly epsilonLowerBound: EpsilonLowerBound
  readonly members: number
  readonly nonMembers: number
}

/**
 * Attacks a model with its own scores: can one tell, from how well a row is predicted, whether it was trained on?
 *
 * The attack compares one number per row with a threshold. A stronger attacker (shadow models, white box) can find more,
 * so a low value proves nothing; a high one refutes a claim. The bound on epsilon takes rows as independent. Rows of one
 * trained model share that model, so that the stated confidence is nominal there, and exact over repeated runs.
 *
 * @param memberScores one per row trained on, larger for rows that look trained on, such as minus the loss
 * @param nonMemberScores one per row of the same distribution that was not trained on
 * @throws DP-E016 for fewer than two scores on a side or a NaN; DP-E017, DP-E002 for options out of range
 * @see DeLong, DeLong, Clarke-Pearson 1988 (interval); Nasr et al. 2021, arXiv 2101.04535 (bound on epsilon)
 */
export function membershipInference(
  memberScores: ArrayLike<number>,
  nonMemberScores: ArrayLike<number>,
  { confidence = 0.95, delta = 0 }: MembershipOptions = {},
): MembershipInference {
  if (!(confidence > 0 && confidence < 1)) throw invalidConfidence(confidence)
  if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
  const members = checked(memberScores, 'members')
  const nonMembers = checked(nonMemberScores, 'non-members')
  const found = truePositiveRate(members, nonMembers, 0.01, confidence)
  return {
    ...areaUnderCurve(members, nonMembers, confidence),
    confidence,
    truePositiveRateAtOnePercent: found.truePositiveRate,
    truePositiveRateInterval: found.interval,
    epsilonLowerBound: epsilonLowerBound(members, nonMembers, confidence, delta),
    members: members.length,
    nonMembers: nonMembers.length,
  }
}

function checked(scores: ArrayLike<number>, who: string): Float64Array {
  const values = Float64Array.from(scores)
  if (values.length < 2) throw unusableScores(`there are ${values.length} scores of ${who}`)
  if (values.some(Number.isNaN)) throw unusableScores(`a score of the ${who} is NaN`)
  return values
}

function areaUnderCurve(
  members: Float64Array,
  nonMembers: Float64Array,
  confidence: number,
): Pick<MembershipInference, 'auc' | 'aucInterval'> {
  const m = members.length
  const n = nonMembers.length
  const joint = midranks(Float64Array.from([...members, ...nonMembers]))
  const own = midranks(members)
  const others = midranks(nonMembers)
  // For each member the share of non-members below it, and for each non-member the share of members above it.
  const above = own.map((rank, i) => (joint[i]! - rank) / n)
  const below = others.map((rank, j) => 1 - (joint[m + j]! - rank) / m)
  const auc = mean(above)
  const variance = sampleVariance(above) / m + sampleVariance(below) / n
  if (variance === 0) {
    // All ranks agree, so DeLong sees no spread; bounds as if each row of the smaller side were one trial.
    const trials = Math.min(m, n)
    const hits = Math.round(auc * trials)
    const alpha = (1 - confidence) / 2
    return { auc, aucInterval: [proportionAtLeast(hits, trials, alpha), proportionAtMost(hits, trials, alpha)] }
  }
  const margin = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance)
  return { auc, aucInterval: [Math.max(0, auc - margin), Math.min(1, auc + margin)] }
}

/** Ranks from 1, ties sharing the mean of their places. */
function midranks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => compare(values[a]!, values[b]!))
  const ranks = new Float64Array(values.length)
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + end + 1) / 2
    start = end
  }
  return ranks
}

// Infinite scores (a probability of 0) compare too; their difference would be NaN.
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

function sampleVariance(values: Float64Array): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

/** A threshold with the number of members and non-members that score at least it. */
interface Cut {
  readonly threshold: number
  readonly members: number
  readonly nonMembers: number
}

/** One cut per distinct score, from the highest down. */
function cuts(members: Float64Array, nonMembers: Float64Array): Cut[] {
  const high = members.toSorted().reverse()
  const low = nonMembers.toSorted().reverse()
  const found: Cut[] = []
  let i = 0
  let j = 0
  while (i < high.length || j < low.length) {
    const threshold = Math.max(high[i] ?? -Infinity, low[j] ?? -Infinity)
    while (i < high.length && high[i]! >= threshold) i++
    while (j < low.length && low[j]! >= threshold) j++
    found.push({ threshold, members: i, nonMembers: j })
  }
  return found
}

/**
 * ln((hit rate - delta) / false alarm rate) with Clopper-Pearson bounds on both rates, each at half the error probability.
 *
 * Any threshold test against an (epsilon, delta)-private model obeys hit rate <= e^epsilon false alarm rate + delta. The
 * threshold, and whether members or non-members are guessed, are chosen on the even rows; the bound comes from the odd rows.
 */
function epsilonLowerBound(
  members: Float64Array,
  nonMembers: Float64Array,
  confidence: number,
  delta: number,
): EpsilonLowerBound {
  const even = (_: number, i: number): boolean => i % 2 === 0
  const odd = (_: number, i: number): boolean => i % 2 === 1
  const { guess, threshold } = bestTest(members.filter(even), nonMembers.filter(even), delta)

  const evaluated = { members: members.filter(odd), nonMembers: nonMembers.filter(odd) }
  const [meant, others] =
    guess === 'member' ? [evaluated.members, evaluated.nonMembers] : [evaluated.nonMembers, evaluated.members]
  const isGuessed = (score: number): boolean => (guess === 'member' ? score >= threshold : score < threshold)
  const alpha = (1 - confidence) / 2
  const hitRateAtLeast = proportionAtLeast(meant.filter(isGuessed).length, meant.length, alpha)
  const falseAlarmRateAtMost = proportionAtMost(others.filter(isGuessed).length, others.length, alpha)
  return {
    epsilon: logRatio(hitRateAtLeast, falseAlarmRateAtMost, delta),
    delta,
    confidence,
    guess,
    threshold,
    hitRateAtLeast,
    falseAlarmRateAtMost,
    members: evaluated.members.length,
    nonMembers: evaluated.nonMembers.length,
  }
}

const logRatio = (hitRate: number, falseAlarmRate: number, delta: number): number =>
  hitRate > delta ? Math.max(0, Math.log((hitRate - delta) / falseAlarmRate)) : 0

// Standard errors by which a rate is marked down when choosing among many thresholds: the best of many by chance is not
// the best. The bound itself does not depend on it.
const caution = 3

function bestTest(
  members: Float64Array,
  nonMembers: Float64Array,
  delta: number,
): Pick<EpsilonLowerBound, 'guess' | 'threshold'> {
  const m = members.length
  const n = nonMembers.length
  // Wilson's bounds stand in for the exact ones: choosing well is all that is needed here, and they are cheap.
  const promise = (hits: number, of: number, alarms: number, ofOthers: number): number =>
    logRatio(wilson(hits, of, -caution), wilson(alarms, ofOthers, caution), delta)
  let best: { guess: 'member' | 'non-member'; threshold: number; worth: number } | undefined
  for (const cut of cuts(members, nonMembers))
    for (const [guess, worth] of [
      ['member', promise(cut.members, m, cut.nonMembers, n)],
      ['non-member', promise(n - cut.nonMembers, n, m - cut.members, m)],
    ] as const)
      if (!best || worth > best.worth) best = { guess, threshold: cut.threshold, worth }
  return best!
}

/** Wilson's score bound of a proportion, upper for z > 0 and lower for z < 0. */
function wilson(hits: number, n: number, z: number): number {
  const share = hits / n
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  return Math.min(1, Math.max(Number.MIN_VALUE, (share + (z * z) / (2 * n) + spread) / (1 + (z * z) / n)))
}
