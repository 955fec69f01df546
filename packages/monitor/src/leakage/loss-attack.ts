import type { PredictionTable } from '@attestry/core'
import { jointRows } from '../drift/joint-sample.js'
import { mannWhitney } from '../drift/two-sample.js'
import { changeOf, type Interval } from '../statistics/proportions.js'
import { exactBounds } from '../statistics/tails.js'

/** Hits among rows, with the Clopper-Pearson interval of 95% of their share. */
export interface Rate {
  readonly hits: number
  readonly of: number
  readonly value: number
  readonly interval: Interval
}

export interface LossAttack {
  readonly members: number
  readonly nonMembers: number
  /** Mean loss of the even members: rows with less are guessed to be members. */
  readonly threshold: number
  /** Members found, among the odd ones. */
  readonly truePositives: Rate
  /** Non-members taken for members. */
  readonly falsePositives: Rate
  /** How much more often members are guessed than others: 0 when nothing leaks, 1 at most. */
  readonly advantage: number
  /** Holds with at least 95%, because both rates have an interval of 97.5%. */
  readonly advantageInterval: Interval
  /** Of the hypothesis that both are guessed equally often; two-sided. */
  readonly advantageP: number
  /** Chance that a member has less loss than a non-member, ties counted half; 0.5 when nothing leaks. */
  readonly auc: number
  readonly aucInterval: Interval
  readonly aucP: number
  /** At the loss under which at most 1% of the even non-members lie, measured on the odd ones and on all members. */
  readonly atOnePercent: { readonly truePositives: Rate; readonly falsePositives: Rate }
}

/** With fewer rows on a side nothing is assessed. */
export const fewestSamples = 20

const z95 = 1.959963984540054

/**
 * Attacks a deployed model with the loss of rows: can one tell which of them it was trained on?
 *
 * Thresholds come from the even rows and rates from the odd rows, so that no rate profits from having chosen its threshold.
 * It is the weakest attack there is. A low value proves nothing about stronger ones; a high one shows a leak.
 *
 * @param members loss of rows that were trained on, in any order that does not depend on the loss
 * @param nonMembers loss of rows of the same distribution that were not
 * @returns null with fewer than 20 losses on a side; NaN is passed over
 * @see Yeom et al. 2018, arXiv 1709.01604; Carlini et al. 2022, arXiv 2112.03570 (low false-positive rates);
 *   Hanley, McNeil 1982, Radiology 143(1) (interval of the area)
 */
export function lossAttack(members: ArrayLike<number>, nonMembers: ArrayLike<number>): LossAttack | null {
  const [inside, outside] = [known(members), known(nonMembers)]
  if (Math.min(inside.length, outside.length) < fewestSamples) return null
  const threshold = mean(inside.filter(isEven))
  const truePositives = rateBelow(inside.filter(isOdd), threshold, 0.0125)
  const falsePositives = rateBelow(outside, threshold, 0.0125)
  const [found, taken] = [truePositives, falsePositives].map(({ hits, of }) => ({ count: hits, of }))
  const { difference, p } = changeOf(found!, taken!)!
  return {
    members: inside.length,
    nonMembers: outside.length,
    threshold,
    truePositives: rateBelow(inside.filter(isOdd), threshold),
    falsePositives: rateBelow(outside, threshold),
    advantage: difference,
    advantageInterval: [
      truePositives.interval[0] - falsePositives.interval[1],
      truePositives.interval[1] - falsePositives.interval[0],
    ],
    advantageP: p,
    ...area(inside, outside),
    atOnePercent: atOnePercent(inside, outside),
  }
}

/** Loss of each row whose truth is known: -ln of the probability of the true class, at most -ln 1e-12. */
export function lossesOf({ labels, classes, probabilities }: PredictionTable): Float64Array {
  const losses: number[] = []
  labels.forEach((label, row) => {
    if (label >= 0) losses.push(-Math.log(Math.max(1e-12, probabilities[row * classes.length + label]!)))
  })
  return Float64Array.from(losses)
}

const known = (losses: ArrayLike<number>): Float64Array => Float64Array.from(losses).filter(loss => !Number.isNaN(loss))
const isEven = (_: number, row: number): boolean => row % 2 === 0
const isOdd = (_: number, row: number): boolean => row % 2 === 1
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

function rateBelow(losses: Float64Array, threshold: number, alpha = 0.025): Rate {
  const hits = losses.reduce((sum, loss) => sum + (loss < threshold ? 1 : 0), 0)
  return { hits, of: losses.length, value: hits / losses.length, interval: exactBounds(hits, losses.length, alpha) }
}

function area(members: Float64Array, nonMembers: Float64Array): Pick<LossAttack, 'auc' | 'aucInterval' | 'aucP'> {
  const [m, n] = [members.length, nonMembers.length]
  const { statistic, p } = mannWhitney(jointRows(members, nonMembers))!
  const auc = 1 - statistic / (m * n)
  const [q1, q2] = [auc / (2 - auc), (2 * auc * auc) / (1 + auc)]
  const variance = (auc * (1 - auc) + (m - 1) * (q1 - auc * auc) + (n - 1) * (q2 - auc * auc)) / (m * n)
  const half = z95 * Math.sqrt(Math.max(0, variance))
  return { auc, aucInterval: [Math.max(0, auc - half), Math.min(1, auc + half)], aucP: p }
}

function atOnePercent(members: Float64Array, nonMembers: Float64Array): LossAttack['atOnePercent'] {
  const sorted = nonMembers.filter(isEven).sort()
  // Losses below this one are those of at most 1% of the even non-members.
  const threshold = sorted[Math.floor(sorted.length / 100)]!
  return {
    truePositives: rateBelow(members, threshold),
    falsePositives: rateBelow(nonMembers.filter(isOdd), threshold),
  }
}
