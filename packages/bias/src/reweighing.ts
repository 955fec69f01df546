import { encodeGroups } from './group-counts.js'
import { emptyCells, lengthsDiffer } from './errors.js'

/**
 * Weights that make label and group independent in the weighted data: expected count over observed count,
 * w(g, y) = n_g · n_y / (n · n_gy).
 *
 * Any number of groups and classes. One weight per row; they sum to the number of rows, so their mean is 1. What they
 * promise is parity of the *weighted data*, not of a model trained on it.
 *
 * @throws BIAS-E001 when the arrays differ in length
 * @throws BIAS-E004 when some combination of group and class has no row: no weights can then do it
 * @see Kamiran and Calders 2012, Knowledge and Information Systems 33(1), section 4.2
 */
export function reweighingWeights(labels: readonly string[], groups: readonly string[]): Float64Array {
  if (labels.length !== groups.length) throw lengthsDiffer(labels.length, groups.length)
  const label = encodeGroups(labels)
  const group = encodeGroups(groups)
  const classes = label.names.length
  const rows = labels.length

  const inClass = new Float64Array(classes)
  const inGroup = new Float64Array(group.names.length)
  const inBoth = new Float64Array(classes * group.names.length)
  for (let row = 0; row < rows; row++) {
    const [g, y] = [group.codes[row]!, label.codes[row]!]
    inGroup[g]!++
    inClass[y]!++
    inBoth[g * classes + y]!++
  }
  const empty = inBoth.reduce((count, cell) => count + (cell === 0 ? 1 : 0), 0)
  if (empty > 0) throw emptyCells(empty, inBoth.length)

  return Float64Array.from(labels, (_, row) => {
    const [g, y] = [group.codes[row]!, label.codes[row]!]
    return (inGroup[g]! * inClass[y]!) / (rows * inBoth[g * classes + y]!)
  })
}
