import type { PredictionTable } from '@attestry/core'
import { binOf, quantileEdges } from '../drift/quantile-bins.js'
import { notComparable } from '../errors.js'

/** What is counted: fixed by the reference, so that windows of any length and any origin can be added up. */
export interface Frame {
  readonly classes: readonly string[]
  readonly positiveClass: number
  /** Interior edges of the bins of the positive class's probability. */
  readonly scoreEdges: readonly number[]
  /** Known groups of each attribute, most frequent first; all others are counted together. */
  readonly groups: Readonly<Record<string, readonly string[]>>
}

/** Counts of one group. */
export interface GroupTally {
  readonly rows: number
  readonly selected: number
  /** Rows whose truth is known. */
  readonly labelled: number
  readonly correct: number
}

/** Everything that is kept of a window. Its size depends on the frame, never on the number of rows. */
export interface WindowCounts {
  readonly rows: number
  /** Rows whose score is no number from 0 to 1. */
  readonly invalidScores: number
  readonly scores: readonly number[]
  /** Rows by predicted class. */
  readonly predicted: readonly number[]
  readonly labelled: number
  readonly correct: number
  /** By attribute: one entry per known group, and a last one for all others. */
  readonly attributes: Readonly<Record<string, readonly GroupTally[]>>
}

const scoreBins = 10
const knownGroups = 200

/** The frame of a reference: deciles of its scores, its classes and its groups. */
export function frameOf(reference: PredictionTable, positiveClass: number): Frame {
  const scores = scoresOf(reference, positiveClass).filter(isScore)
  return {
    classes: reference.classes,
    positiveClass,
    scoreEdges: quantileEdges(scores, scoreBins),
    groups: Object.fromEntries(
      Object.entries(reference.groups).map(([attribute, values]) => [attribute, mostFrequent(values, knownGroups)]),
    ),
  }
}

const scoresOf = ({ probabilities, rowIds, classes }: PredictionTable, positiveClass: number): Float64Array =>
  Float64Array.from(rowIds, (_, row) => probabilities[row * classes.length + positiveClass] ?? Number.NaN)

const isScore = (score: number): boolean => score >= 0 && score <= 1

function mostFrequent(values: readonly string[], limit: number): readonly string[] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([value]) => value)
}

/**
 * Counts a table in one pass.
 *
 * @throws MONITOR-E002 when classes or group columns are not those of the frame, or columns differ in length
 */
export function countWindow(table: PredictionTable, frame: Frame): WindowCounts {
  checkShape(table, frame)
  const { labels, predicted, rowIds } = table
  const scores = new Array<number>(frame.scoreEdges.length + 1).fill(0)
  const byClass = new Array<number>(frame.classes.length).fill(0)
  let [invalidScores, labelled, correct] = [0, 0, 0]
  scoresOf(table, frame.positiveClass).forEach(score => {
    if (isScore(score)) scores[binOf(frame.scoreEdges, score)]!++
    else invalidScores++
  })
  for (let row = 0; row < rowIds.length; row++) {
    byClass[predicted[row]!]!++
    if (labels[row]! >= 0) labelled++
    if (labels[row]! >= 0 && labels[row] === predicted[row]) correct++
  }
  return {
    rows: rowIds.length,
    invalidScores,
    scores,
    predicted: byClass,
    labelled,
    correct,
    attributes: Object.fromEntries(
      Object.entries(frame.groups).map(([attribute, known]) => [
        attribute,
        tallyGroups(table, table.groups[attribute]!, known, frame.positiveClass),
      ]),
    ),
  }
}

function tallyGroups(
  { labels, predicted }: PredictionTable,
  values: readonly string[],
  known: readonly string[],
  positiveClass: number,
): readonly GroupTally[] {
  const places = new Map(known.map((name, place) => [name, place]))
  const tallies = Array.from({ length: known.length + 1 }, () => ({ rows: 0, selected: 0, labelled: 0, correct: 0 }))
  values.forEach((value, row) => {
    const tally = tallies[places.get(value) ?? known.length]!
    tally.rows++
    if (predicted[row] === positiveClass) tally.selected++
    if (labels[row]! >= 0) tally.labelled++
    if (labels[row]! >= 0 && labels[row] === predicted[row]) tally.correct++
  })
  return tallies
}

function checkShape({ classes, labels, predicted, rowIds, groups }: PredictionTable, frame: Frame): void {
  if (classes.length !== frame.classes.length || classes.some((name, place) => name !== frame.classes[place]))
    throw notComparable(`${classes.length} classes against ${frame.classes.length}, or other names`)
  const lengths = [labels.length, predicted.length]
  for (const attribute of Object.keys(frame.groups)) {
    const values = groups[attribute]
    if (!values) throw notComparable(`group column '${attribute}' is missing`)
    lengths.push(values.length)
  }
  const odd = lengths.find(length => length !== rowIds.length)
  if (odd !== undefined) throw notComparable(`columns have ${rowIds.length} and ${odd} rows`)
  const guess = predicted.find(one => one < 0 || one >= classes.length)
  if (guess !== undefined) throw notComparable(`a row is predicted to be class number ${guess} of ${classes.length}`)
}

/** Counts of both windows together: the same as counting their rows at once. Both must have the same frame. */
export const mergeCounts = (a: WindowCounts, b: WindowCounts): WindowCounts => ({
  rows: a.rows + b.rows,
  invalidScores: a.invalidScores + b.invalidScores,
  scores: a.scores.map((count, bin) => count + b.scores[bin]!),
  predicted: a.predicted.map((count, one) => count + b.predicted[one]!),
  labelled: a.labelled + b.labelled,
  correct: a.correct + b.correct,
  attributes: Object.fromEntries(
    Object.entries(a.attributes).map(([attribute, tallies]) => [
      attribute,
      tallies.map((tally, group) => {
        const other = b.attributes[attribute]![group]!
        return {
          rows: tally.rows + other.rows,
          selected: tally.selected + other.selected,
          labelled: tally.labelled + other.labelled,
          correct: tally.correct + other.correct,
        }
      }),
    ]),
  ),
})
