/**
 * The privacy loss ln(P/Q) of one release, for neighbouring data sets that give it the distributions P and Q, as far as
 * accounting needs it.
 */
export interface PrivacyLoss {
  /** Where outcomes have a mass of their own: a distance of losses of which a grid should have a whole number of cells. */
  readonly spacing?: number
  /** An interval that holds the loss but for about these parts of P's mass below and above it. */
  extent(tails: { readonly below: number; readonly above: number }): readonly [low: number, high: number]
  /** The masses of P and Q on `count` cells of the loss, the first from `low` on, each `width` wide. */
  masses(low: number, width: number, count: number): LossMasses
}

/** Masses of P and Q, cell by cell, and what lies below the first and above the last cell. */
export interface LossMasses {
  readonly p: Float64Array
  readonly q: Float64Array
  readonly below: { readonly p: number; readonly q: number }
  readonly above: { readonly p: number; readonly q: number }
  /** Single outcomes beside a density, which are in no cell: at the ends of the loss. */
  readonly points?: readonly (Masses & { readonly loss: number })[]
}

/** Both orders of neighbours: P has the unit and Q lacks it, and the other way round. */
export interface BothWays {
  readonly removing: PrivacyLoss
  readonly adding: PrivacyLoss
}

/** P and Q exchanged, which turns the sign of the loss and so the order of the cells. */
export const exchanged = ({ p, q, below, above, points }: LossMasses): LossMasses => ({
  p: q.reverse(),
  q: p.reverse(),
  below: { p: above.q, q: above.p },
  above: { p: below.q, q: below.p },
  ...(points && { points: points.map(point => ({ loss: -point.loss, p: point.q, q: point.p })).reverse() }),
})

/** What P and Q have in a place. */
export type Masses = LossMasses['below']

/** The cell that a loss lies in; on an edge but for rounding, the cell that begins there. */
export const cellOf = (loss: number, low: number, width: number): number => Math.floor((loss - low) / width + 1e-9)
