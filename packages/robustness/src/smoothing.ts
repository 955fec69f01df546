import { normalDraw, type MeasuredValue, type RadiusFacts, type Random } from '@attestry/core'
import { likeliest, type AttackedModel } from './attacked-model.js'
import { sharesOf, type AttackSpace } from './attack-space.js'
import { certifiedRadius } from './certified-radius.js'
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
  readonly random: Random
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
  const radii: { readonly radius: number; readonly isRight: boolean }[] = []
  let abstained = 0
  for (const row of rows) {
    // The class is chosen on other samples than the bound, or the bound would not hold.
    const chosen = indexOfMost(await answers(task, row, selectionSamples))
    const successes = (await answers(task, row, samples))[chosen]!
    const radius = certifiedRadius({ successes, trials: samples, alpha, sigma })
    if (radius === null) abstained++
    else radii.push({ radius, isRight: chosen === labels[row] })
  }
  const sorted = radii.map(({ radius }) => radius).sort((a, b) => a - b)
  return {
    norm: 'l2',
    sigma,
    alpha,
    selectionSamples,
    samples,
    rows: rows.length,
    abstained,
    medianRadius: sorted.length === 0 ? null : sorted[Math.floor((sorted.length - 1) / 2)]!,
    points: [0, 0.5, 1, 1.5, 2, 2.5, 3].map(times => ({
      radius: times * sigma,
      accuracy: heldAt(radii, times * sigma, rows.length, task.confidence),
    })),
  }
}

const heldAt = (
  radii: readonly { readonly radius: number; readonly isRight: boolean }[],
  radius: number,
  rows: number,
  confidence: number,
): MeasuredValue => share(radii.filter(one => one.isRight && one.radius >= radius).length, rows, confidence)

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
