import { codeOutOfRange, lengthsDiffer } from './errors.js'

/** Group names, and each row's index into them. */
export interface GroupCoding {
  /** Sorted, distinct. */
  readonly names: readonly string[]
  readonly codes: Int32Array
}

/** Numbers the groups of an attribute in the order of their names. A missing value keeps the name it was given. */
export function encodeGroups(values: readonly string[]): GroupCoding {
  const seen = new Map<string, number>()
  const codes = new Int32Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const name = values[row]!
    let code = seen.get(name)
    if (code === undefined) seen.set(name, (code = seen.size))
    codes[row] = code
  }
  const names = [...seen.keys()].sort()
  const rank = new Int32Array(seen.size)
  names.forEach((name, place) => {
    rank[seen.get(name)!] = place
  })
  for (let row = 0; row < codes.length; row++) codes[row] = rank[codes[row]!]!
  return { names, codes }
}

/** Cells of two attributes: cell `i · b.names.length + j` holds the rows of group i of `a` and group j of `b`. */
export function crossCodes(a: GroupCoding, b: GroupCoding): Int32Array {
  if (a.codes.length !== b.codes.length) throw lengthsDiffer(a.codes.length, b.codes.length)
  return a.codes.map((code, row) => code * b.names.length + b.codes[row]!)
}

/** Everything that hard predictions tell about one group. Rows whose truth is not known count in `rows` and `selected`. */
export interface GroupCounts {
  readonly rows: number
  /** Rows predicted to be of the positive class. */
  readonly selected: number
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
  /** Rows of a known class that were given that class, of all classes. */
  readonly correct: number
}

export interface CountInput {
  /** Class of each row; negative when it is not known. */
  readonly labels: Int32Array
  /** Predicted class of each row. */
  readonly predicted: Int32Array
  /** Group of each row, in 0 … groupCount - 1. */
  readonly groups: Int32Array
  readonly groupCount: number
  /** The class whose rate is a selection. */
  readonly positiveClass: number
}

const cells = 7
const unlabelled = 4
const correct = 6

/**
 * Counts each group in one pass; every rate, interval and gap of this package is computed from these counts.
 *
 * @throws BIAS-E001 when the arrays differ in length
 * @throws BIAS-E002 when a row names a group outside 0 … groupCount - 1
 */
export function countGroups(input: CountInput): readonly GroupCounts[] {
  const { labels, predicted, groups, groupCount, positiveClass } = input
  const rows = labels.length
  if (predicted.length !== rows) throw lengthsDiffer(rows, predicted.length)
  if (groups.length !== rows) throw lengthsDiffer(rows, groups.length)
  const counts = new Float64Array(groupCount * cells)
  for (let row = 0; row < rows; row++) {
    const group = groups[row]!
    if (!(group >= 0 && group < groupCount)) throw codeOutOfRange('group', group, groupCount)
    const label = labels[row]!
    const guess = predicted[row]!
    const isSelected = guess === positiveClass ? 1 : 0
    // tn, fp, fn, tp, then not selected and selected without a label.
    const cell = (label < 0 ? unlabelled : label === positiveClass ? 2 : 0) + isSelected
    counts[group * cells + cell]!++
    if (label === guess && label >= 0) counts[group * cells + correct]!++
  }
  return Array.from({ length: groupCount }, (_, group) => {
    const at = (cell: number): number => counts[group * cells + cell]!
    const [tn, fp, fn, tp] = [at(0), at(1), at(2), at(3)]
    return {
      rows: tn + fp + fn + tp + at(unlabelled) + at(unlabelled + 1),
      selected: fp + tp + at(unlabelled + 1),
      truePositives: tp,
      falsePositives: fp,
      falseNegatives: fn,
      trueNegatives: tn,
      correct: at(correct),
    }
  })
}
