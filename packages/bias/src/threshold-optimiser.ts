import { groupTooSmall, invalidInput, lengthsDiffer, tooFewGroups } from './errors.js'
import { encodeGroups } from './group-counts.js'
import type { Random } from './random.js'

export type ThresholdConstraint = 'demographic-parity' | 'equalized-odds'

/**
 * How one group is decided: with probability `share` by the first threshold, otherwise by the second; then, with
 * probability `ignored`, replaced by a coin that selects with probability `constant`. Selected when score >= threshold.
 */
export interface GroupThreshold {
  readonly group: string
  readonly thresholds: readonly [first: number, second: number]
  readonly share: number
  readonly ignored: number
  readonly constant: number
}

export interface FittedThresholds {
  readonly constraint: ThresholdConstraint
  readonly groups: readonly GroupThreshold[]
  /** On the fitting rows, in expectation over the coin. */
  readonly accuracy: number
}

interface Point {
  readonly x: number
  readonly y: number
  readonly threshold: number
}

interface Curve {
  readonly group: string
  readonly positives: number
  readonly negatives: number
  /** Hull of (false positive rate, true positive rate), or of (selection rate, accuracy gain). */
  readonly hull: readonly Point[]
}

/**
 * Thresholds per group, randomised between two, that hold the constraint exactly in expectation on the fitting rows at the
 * highest accuracy on a grid of 1001 points. It needs the group of a person at the time of decision, which may not be
 * available or not permitted, and parity does not carry over when scores drift by group.
 *
 * @param labels 1 for the positive class, 0 for others
 * @throws BIAS-E001 when lengths differ; BIAS-E007 with fewer than two groups; BIAS-E008 on a bad score or label
 * @throws BIAS-E009 when a group has fewer than `minimumRows` positives or negatives
 * @see Hardt, Price and Srebro 2016, NIPS, sections 3 and 4
 */
export function fitThresholds(
  scores: Float64Array,
  labels: Int32Array,
  groups: readonly string[],
  constraint: ThresholdConstraint,
  minimumRows = 30,
): FittedThresholds {
  if (scores.length !== labels.length) throw lengthsDiffer(scores.length, labels.length)
  if (scores.length !== groups.length) throw lengthsDiffer(scores.length, groups.length)
  if (!scores.every(Number.isFinite) || !labels.every(label => label === 0 || label === 1))
    throw invalidInput('a score is not finite or a label is not 0 or 1', 'leave out rows whose class is not known')
  const { names, codes } = encodeGroups(groups)
  if (names.length < 2) throw tooFewGroups(names.length)
  const curves = names.map((group, code) => {
    const rows = Array.from(codes.keys()).filter(row => codes[row] === code)
    const positives = rows.filter(row => labels[row] === 1).length
    const negatives = rows.length - positives
    if (Math.min(positives, negatives) < minimumRows) throw groupTooSmall(group, positives, negatives, minimumRows)
    const sorted = rows.sort((a, b) => scores[b]! - scores[a]!)
    return curveOf(group, sorted, scores, labels, positives, negatives, constraint)
  })
  const grid = Array.from({ length: 1001 }, (_, i) => i / 1000)
  const rowsOf = curves.reduce((sum, one) => sum + one.positives + one.negatives, 0)
  const positives = curves.reduce((sum, one) => sum + one.positives, 0)
  // Right decisions at x: the hull's own gain, or true positives plus true negatives on the lowest of the hulls.
  const right = (x: number): number => {
    const heights = curves.map(one => heightAt(one.hull, x).y)
    return constraint === 'equalized-odds'
      ? positives * Math.min(...heights) + (rowsOf - positives) * (1 - x)
      : curves.reduce((sum, one, i) => sum + one.negatives + heights[i]!, 0)
  }
  const best = grid.reduce((top, x) => (right(x) > right(top) ? x : top))
  const lowest = Math.min(...curves.map(one => heightAt(one.hull, best).y))
  return {
    constraint,
    accuracy: right(best) / rowsOf,
    groups: curves.map(({ group, hull }) => {
      const { y, first, second, share } = heightAt(hull, best)
      // Towards the diagonal (x, x), which a coin reaches without a look at the score.
      const ignored = constraint === 'equalized-odds' && y > lowest ? (y - lowest) / (y - best) : 0
      return { group, thresholds: [first.threshold, second.threshold], share, ignored, constant: best }
    }),
  }
}

function curveOf(
  group: string,
  sorted: readonly number[],
  scores: Float64Array,
  labels: Int32Array,
  positives: number,
  negatives: number,
  constraint: ThresholdConstraint,
): Curve {
  const points: Point[] = [{ x: 0, y: 0, threshold: Infinity }]
  let [tp, fp] = [0, 0]
  sorted.forEach((row, i) => {
    if (labels[row] === 1) tp++
    else fp++
    const threshold = scores[row]!
    if (i + 1 < sorted.length && scores[sorted[i + 1]!] === threshold) return
    points.push(
      constraint === 'equalized-odds'
        ? { x: fp / negatives, y: tp / positives, threshold }
        : { x: (tp + fp) / sorted.length, y: tp - fp, threshold },
    )
  })
  const hull: Point[] = []
  for (const point of points) {
    while (hull.length > 1 && isBelow(hull.at(-2)!, hull.at(-1)!, point)) hull.pop()
    hull.push(point)
  }
  return { group, positives, negatives, hull }
}

/** Whether the middle point is not above the line between the others. */
const isBelow = (a: Point, middle: Point, b: Point): boolean =>
  (middle.x - a.x) * (b.y - a.y) >= (middle.y - a.y) * (b.x - a.x)

function heightAt(hull: readonly Point[], x: number): { y: number; first: Point; second: Point; share: number } {
  const next = Math.max(
    1,
    hull.findIndex((point, i) => i > 0 && point.x >= x),
  )
  const [first, second] = [hull[next - 1]!, hull[next]!]
  const share = second.x > first.x ? (second.x - x) / (second.x - first.x) : 0
  return { y: share * first.y + (1 - share) * second.y, first, second, share }
}

/** The probability that a row of this score and group is selected: what the promise of parity is about. */
export function selectionProbability(
  { thresholds: [first, second], share, ignored, constant }: GroupThreshold,
  score: number,
): number {
  const byScore = (score >= first ? share : 0) + (score >= second ? 1 - share : 0)
  return ignored * constant + (1 - ignored) * byScore
}

/**
 * Decides rows: 1 for selected. Randomised, so keep the seed of `random` with the decisions.
 *
 * @throws BIAS-E001 when lengths differ; BIAS-E008 when a row is of a group that was not fitted
 */
export function applyThresholds(
  fitted: FittedThresholds,
  scores: Float64Array,
  groups: readonly string[],
  random: Random,
): Int32Array {
  if (scores.length !== groups.length) throw lengthsDiffer(scores.length, groups.length)
  const rules = new Map(fitted.groups.map(rule => [rule.group, rule]))
  return Int32Array.from(scores, (score, row) => {
    const rule = rules.get(groups[row]!)
    if (!rule) throw invalidInput('a row is of a group without a fitted threshold', 'fit on rows of every group')
    return random() < selectionProbability(rule, score) ? 1 : 0
  })
}
