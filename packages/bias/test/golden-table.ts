import type { Cells } from './tables.js'

interface GoldenGaps {
  readonly cells: Readonly<Record<string, Cells>>
  readonly demographicParityDifference: number
  readonly demographicParityRatio: number
  readonly equalizedOddsDifference: number
  readonly equalizedOddsRatio: number
}

/**
 * Confusion counts by sex of a logistic regression on the UCI Adult test set (own predictions, 16,281 rows), and the gaps
 * that fairlearn 0.15.0 gives for those rows.
 */
export const adultBySex: GoldenGaps = {
  cells: { Female: [305, 103, 285, 4728], Male: [1992, 749, 1264, 6855] },
  demographicParityDifference: 0.17713124018422322,
  demographicParityRatio: 0.2981958159793272,
  equalizedOddsDifference: 0.09484445925123897,
  equalizedOddsRatio: 0.21645143915063456,
}

/** The same by race: five groups. */
export const adultByRace: GoldenGaps = {
  cells: {
    'Amer-Indian-Eskimo': [9, 4, 10, 136],
    'Asian-Pac-Islander': [85, 25, 48, 322],
    Black: [86, 43, 93, 1339],
    Other: [10, 2, 15, 108],
    White: [2107, 778, 1383, 9678],
  },
  demographicParityDifference: 0.14740566037735847,
  demographicParityRatio: 0.3567753001715266,
  equalizedOddsDifference: 0.23909774436090225,
  equalizedOddsRatio: 0.24435615798083662,
}

/** German credit, age over 25 against the rest: rows and weights as AIF360 gives them (GermanDataset, Reweighing). */
export const germanByAge = {
  privileged: { rows: 810, favourable: 590 },
  unprivileged: { rows: 190, favourable: 110 },
  weights: {
    privilegedFavourable: 0.9610169491525423,
    privilegedUnfavourable: 1.1045454545454545,
    unprivilegedFavourable: 1.209090909090909,
    unprivilegedUnfavourable: 0.7125,
  },
}
