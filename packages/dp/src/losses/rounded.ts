import type { LossGrid, Tails } from '../loss-grid.js'
import type { PrivacyLoss } from './privacy-loss.js'

/** A loss rounded to a grid, with its mean kept. */
export interface RoundedLoss {
  readonly grid: LossGrid
  /** By how much the mean of the grid may differ from that of the loss, because it is known to within this only. */
  readonly meanError: number
}

// Beyond this loss e^loss leaves the range of a double; there the mean of a cell is known to within half its width.
const largestExponent = 600

/** By how much sums of differences of masses may be off. */
const rounding = 1e-14

/** The cells of a loss but for its tails, centred on multiples of the width. */
export function centredCells(loss: PrivacyLoss, width: number, tails: Tails): { first: number; count: number } {
  const [low, high] = loss.extent(tails)
  const first = Math.round(low / width)
  return { first, count: Math.round(high / width) - first + 1 }
}

/**
 * The loss given that it lies in none of its tails, rounded to the middle of its cell, and shifted so that its mean stays.
 *
 * The mean of a cell follows from its masses: with u the distance from the middle c, q = sum of p e^-(c + u), so the sum of
 * p u is p - q e^c and between 0 and p h^2 / 8 e^(h/2) more, as 0 <= e^-u - 1 + u <= u^2 / 2 e^|u|. Half of that is added and
 * half is the error: composed T times it stays far below what rounding may move, as T h^2 does.
 *
 * @param infinite mass at an infinite loss, which stays there
 * @see Gopi, Lee, Wutschitz 2021, arXiv 2106.02848, algorithm 2
 */
export function roundedLoss(loss: PrivacyLoss, width: number, tails: Tails, infinite: number): RoundedLoss {
  const { first, count } = centredCells(loss, width, tails)
  const { p: mass, q, points = [] } = loss.masses((first - 0.5) * width, width, count)
  const perMass = ((width * width) / 16) * Math.exp(width / 2)
  let [total, shift, meanError] = [0, 0, 0]
  for (let j = 0; j < count; j++) {
    const p = mass[j]!
    if (p === 0) continue
    const middle = (first + j) * width
    const isKnown = middle <= largestExponent
    const error = isKnown ? p * perMass : (p * width) / 2
    if (isKnown) shift += p - q[j]! * Math.exp(middle) + error
    meanError += error
    total += p
  }
  for (const { loss: at, p } of points) {
    const j = Math.min(count - 1, Math.max(0, Math.round(at / width) - first))
    mass[j]! += p
    shift += p * (at - (first + j) * width)
    total += p
  }
  for (let j = 0; j < count; j++) mass[j]! *= (1 - infinite) / total
  return { grid: { origin: first * width + shift / total, mass, infinite }, meanError: meanError / total + rounding }
}
