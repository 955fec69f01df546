import type { CodedColumn } from './coded-column.js'
import { groupSizes } from './equivalence-classes.js'
import { groupRows } from './group-rows.js'
import type { RecodedColumn } from './recoded-column.js'

/** What generalisation and suppression cost. A suppressed row counts as lost whole in each of the shares. */
export interface InformationLoss {
  readonly suppressedRows: number
  readonly suppressedShare: number
  /** Normalised certainty penalty, mean over cells, from 0 to 1 (Xu et al. 2006). */
  readonly certainty: number
  /** Generalisation loss, mean over cells, from 0 to 1 (Iyengar 2002; Nergiz and Clifton 2007). */
  readonly generalisation: number
  /**
   * Non-uniform entropy: bits that the labels leave open about the values, over the bits that the values hold, from 0 to 1
   * (de Waal and Willenborg 1999).
   */
  readonly entropy: number
  /** Sum of the squared class sizes, and of all rows for each suppressed row (Bayardo and Agrawal 2005). */
  readonly discernibility: number
  /** Rows per class over k: 1 is the best that k allows (LeFevre et al. 2006). */
  readonly averageClassSize: number
}

/** Measures a release against the table that it was made from. */
export function informationLoss(
  original: readonly CodedColumn[],
  recoded: readonly RecodedColumn[],
  isKept: Uint8Array,
  k: number,
): InformationLoss {
  const rows = isKept.length
  const kept = isKept.reduce((sum, one) => sum + one, 0)
  const suppressedRows = rows - kept
  const cells = rows * recoded.length
  let [certainty, generalisation, open, all] = [0, 0, 0, 0]
  recoded.forEach((column, place) => {
    for (let row = 0; row < rows; row++) {
      const label = column.labels[column.labelOf[row]!]!
      certainty += isKept[row] ? label.certainty : 1
      generalisation += isKept[row] ? label.generalisation : 1
    }
    const bits = openBits(original[place]!, column, isKept)
    open += bits.open
    all += bits.all
  })
  const { sizes } = keptClasses(recoded, isKept, kept)
  return {
    suppressedRows,
    suppressedShare: suppressedRows / rows,
    certainty: certainty / cells,
    generalisation: generalisation / cells,
    entropy: all === 0 ? 0 : open / all,
    discernibility: sizes.reduce((sum, size) => sum + size * size, 0) + suppressedRows * rows,
    averageClassSize: kept / sizes.length / k,
  }
}

function keptClasses(recoded: readonly RecodedColumn[], isKept: Uint8Array, kept: number): { sizes: number[] } {
  const columns = recoded.map(({ labels, labelOf }) => ({
    codes: labelOf.filter((_, row) => isKept[row]),
    size: labels.length,
  }))
  return { sizes: [...groupSizes(groupRows(columns, kept))] }
}

/** For each kept row -log2 of the share of its value among the rows with its label; for a suppressed one, among all rows. */
function openBits(original: CodedColumn, recoded: RecodedColumn, isKept: Uint8Array): { open: number; all: number } {
  const rows = isKept.length
  const values = new Int32Array(original.values.length)
  for (const code of original.codes) values[code]!++
  const labels = new Int32Array(recoded.labels.length)
  const pairs = new Map<number, number>()
  const pairOf = (row: number): number => recoded.labelOf[row]! * original.values.length + original.codes[row]!
  for (let row = 0; row < rows; row++)
    if (isKept[row]) {
      labels[recoded.labelOf[row]!]!++
      pairs.set(pairOf(row), (pairs.get(pairOf(row)) ?? 0) + 1)
    }
  let [open, all] = [0, 0]
  for (let row = 0; row < rows; row++) {
    const whole = Math.log2(rows / values[original.codes[row]!]!)
    all += whole
    open += isKept[row] ? Math.log2(labels[recoded.labelOf[row]!]! / pairs.get(pairOf(row))!) : whole
  }
  return { open, all }
}
