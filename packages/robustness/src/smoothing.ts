import { normalDraw, type RadiusFacts, type RadiusShares, type Random } from '@attestry/core'
import { likeliest, type AttackedModel } from './attacked-model.js'
import { sharesOf, type AttackSpace } from './attack-space.js'
import { certifiedRadius } from './certified-radius.js'
import { tooSmall, type GroupMembers } from './groups.js'
import { share } from './statistics.js'

export interface SmoothingTask {
  readonly model: AttackedModel
  readonly space: AttackSpace
  /** Class of each row; -1 where it is not known, then the row is left out. */
  readonly labels: Int32Array
  /** Rows that radii are looked for. */
  readonly rows: readonly number[]
  /** Standard deviation of the noise, as a share of the declared range. */
  readonly sigma: number
  /** Noisy copies per row: for choosing the class, and for the bound. */
  readonly selectionSamples: number
  readonly samples: number
  /** Probability that a radius does not hold. */
  readonly alpha: number
  readonly confidence: number
  /** Groups that are told of by themselves, by places of rows in the space. Default none. */
  readonly groups?: readonly GroupMembers[]
  /** Smallest group that is assessed. Default 10. */
  readonly minGroup?: number
  readonly random: Random
}

/** A row for which a class was certain enough has a radius. */
interface Certificate {
  readonly row: number
  readonly radius: number | null
  readonly isRight: boolean
}

/** Copies that are sent to the model at once. */
const copiesPerCall = 4096

/**
 * L2 radii within which the smoothed model (the most frequent answer under Gaussian noise on all numbers) keeps its class.
 * They hold for the smoothed model, against changes of numbers alone, each with probability at least 1 - alpha.
 *
 * @throws ROBUST-E002
 * @see Cohen, Rosenfeld, Kolter 2019, arXiv 1902.02918, Algorithm CERTIFY
 */
export async function smoothing(task: SmoothingTask): Promise<RadiusFacts> {
  const { labels, sigma, selectionSamples, samples, alpha } = task
  const rows = task.rows.filter(row => labels[row]! >= 0)
  const certificates: Certificate[] = []
  for (const row of rows) {
    // The class is chosen on other samples than the bound, or the bound would not hold.
    const chosen = indexOfMost(await answers(task, row, selectionSamples))
    const successes = (await answers(task, row, samples))[chosen]!
    const radius = certifiedRadius({ successes, trials: samples, alpha, sigma })
    certificates.push({ row, radius, isRight: chosen === labels[row] })
  }
  return {
    norm: 'l2',
    sigma,
    alpha,
    selectionSamples,
    samples,
    ...sharesOfRadii(certificates, task, 0),
    groups: (task.groups ?? []).flatMap(({ attribute, group, rows: members }) => {
      const own = certificates.filter(({ row }) => members.includes(row))
      return own.length === 0 ? [] : [{ attribute, group, ...sharesOfRadii(own, task, task.minGroup ?? 10) }]
    }),
  }
}

function sharesOfRadii(
  certificates: readonly Certificate[],
  { sigma, confidence }: SmoothingTask,
  minGroup: number,
): RadiusShares {
  const rows = certificates.length
  const certain = certificates.flatMap(({ radius }) => radius ?? []).sort((a, b) => a - b)
  const isSmall = rows < minGroup
  const heldAt = (radius: number): number =>
    certificates.filter(one => one.isRight && one.radius !== null && one.radius >= radius).length
  return {
    rows,
    abstained: rows - certain.length,
    medianRadius: isSmall || certain.length === 0 ? null : certain[Math.floor((certain.length - 1) / 2)]!,
    points: [0, 0.5, 1, 1.5, 2, 2.5, 3].map(times => ({
      radius: times * sigma,
      accuracy: isSmall ? tooSmall(rows, minGroup) : share(heldAt(times * sigma), rows, confidence),
    })),
  }
}

/** How often each class was the answer for noisy copies of a row. */
async function answers(
  { model, space, sigma, random }: SmoothingTask,
  row: number,
  copies: number,
): Promise<readonly number[]> {
  const counts = new Array<number>(model.classes).fill(0)
  for (let done = 0; done < copies; done += copiesPerCall) {
    const rows = new Array<number>(Math.min(copiesPerCall, copies - done)).fill(row)
    const shares = sharesOf(space, rows)
    // No clipping to the declared range here: the theorem is about noise that is Gaussian everywhere.
    for (let at = 0; at < shares.length; at++) shares[at]! += sigma * normalDraw(random)
    for (const found of likeliest(await model.probabilities(space.inputs(rows, shares)), model.classes))
      counts[found]!++
  }
  return counts
}

const indexOfMost = (counts: readonly number[]): number => counts.indexOf(Math.max(...counts))
