import { calibrationBad } from './errors.js'

/**
 * From scores to probabilities: a line through points, level outside them. `scores` ascend strictly, `shares` never fall and
 * lie within [0, 1].
 */
export interface Calibration {
  readonly scores: readonly number[]
  readonly shares: readonly number[]
}

/** Believes the scores: for a model that was calibrated elsewhere. */
export const givenCalibration: Calibration = { scores: [0, 1], shares: [0, 1] }

const fewestRows = 30

/** A run of scores that share one level. */
interface Block {
  from: number
  to: number
  positive: number
  rows: number
}

/**
 * Isotonic calibration by pooling adjacent violators: the non-decreasing step function of least squared error. Its shares
 * add up to the positives that it was fitted on.
 *
 * @param scores from 0 to 1; what is not finite takes no part, together with its truth
 * @throws MONITOR-E311 for fewer than 30 rows, one outcome alone, or arrays of two lengths
 * @see Ayer et al. 1955, Annals of Mathematical Statistics 26(4); Zadrozny, Elkan 2002
 */
export function fitCalibration(scores: ArrayLike<number>, truths: ArrayLike<boolean>): Calibration {
  if (scores.length !== truths.length) throw calibrationBad(`${scores.length} scores for ${truths.length} truths`)
  const rows = Array.from(scores, (score, row) => ({ score, positive: truths[row] ? 1 : 0 }))
    .filter(({ score }) => Number.isFinite(score))
    .sort((a, b) => a.score - b.score)
  if (rows.length < fewestRows) throw calibrationBad(`there are ${rows.length} rows, of at least ${fewestRows}`)
  const positives = rows.reduce((sum, { positive }) => sum + positive, 0)
  if (positives === 0 || positives === rows.length) throw calibrationBad('all rows have the same outcome')
  return pointsOf(pooled(rows))
}

function pooled(rows: readonly { readonly score: number; readonly positive: number }[]): readonly Block[] {
  const blocks: Block[] = []
  for (const { score, positive } of rows) {
    const last = blocks.at(-1)
    // Equal scores share a level whatever their truth.
    if (last?.to === score) {
      last.positive += positive
      last.rows++
    } else blocks.push({ from: score, to: score, positive, rows: 1 })
    pool(blocks)
  }
  return blocks
}

/** Joins the last blocks while the one before lies at or above the one after. */
function pool(blocks: Block[]): void {
  for (let last = blocks.length - 1; last > 0; last--) {
    const [before, after] = [blocks[last - 1]!, blocks[last]!]
    if (before.positive * after.rows < after.positive * before.rows) return
    before.to = after.to
    before.positive += after.positive
    before.rows += after.rows
    blocks.pop()
  }
}

function pointsOf(blocks: readonly Block[]): Calibration {
  const points = blocks.flatMap(({ from, to, positive, rows }) => {
    const share = positive / rows
    return from === to ? [[from, share] as const] : [[from, share] as const, [to, share] as const]
  })
  return { scores: points.map(([score]) => score), shares: points.map(([, share]) => share) }
}

/** The calibrated probability of a finite score. */
export function calibrated({ scores, shares }: Calibration, score: number): number {
  let [low, high] = [0, scores.length - 1]
  if (score <= scores[low]!) return shares[low]!
  if (score >= scores[high]!) return shares[high]!
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (scores[middle]! <= score) low = middle
    else high = middle
  }
  const along = (score - scores[low]!) / (scores[high]! - scores[low]!)
  return shares[low]! + along * (shares[high]! - shares[low]!)
}
