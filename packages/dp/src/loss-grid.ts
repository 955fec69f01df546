import type { PrivacyLoss } from './losses/privacy-loss.js'

/** A distribution of the privacy loss on a grid: `mass[j]` at the loss origin + j * width. */
export interface LossGrid {
  readonly origin: number
  readonly mass: Float64Array
  /** Mass of P at an infinite loss. */
  readonly infinite: number
}

/** How much of P's mass may lie below and above a grid. Both are counted, above as an infinite loss. */
export interface Tails {
  readonly below: number
  readonly above: number
}

// Beyond this loss e^loss times a mass of Q is no longer a number to reckon with; the mass of P alone is moved then.
const largestExponent = 600

/** How many cells a grid of a width needs. */
export function cellsNeeded(loss: PrivacyLoss, width: number, tails: Tails): number {
  const [low, high] = loss.extent(tails)
  return Math.ceil(high / width) - Math.floor(low / width)
}

/**
 * A distribution on the grid that dominates the loss: composed with anything, its delta is never smaller.
 *
 * The masses p and q of a cell go to its two ends so that both sums stay; the hockey-stick divergence is convex in e^epsilon,
 * so drawing it straight between grid points lies above it. What lies outside moves up: to the first point, or to infinity.
 *
 * @see Doroshenko, Ghazi, Kamath, Kumar, Manurangsi 2022, arXiv 2207.04380, algorithm 1
 */
export function gridAbove(loss: PrivacyLoss, width: number, tails: Tails): LossGrid {
  const first = Math.floor(loss.extent(tails)[0] / width)
  const count = cellsNeeded(loss, width, tails)
  const { p, q, below, above, points = [] } = loss.masses(first * width, width, count)
  for (const point of points) {
    const cell = Math.min(count - 1, Math.max(0, Math.floor(point.loss / width) - first))
    p[cell]! += point.p
    q[cell]! += point.q
  }
  const mass = new Float64Array(count + 1)
  mass[0] = below.p
  const step = -Math.expm1(-width)
  for (let i = 0; i < count; i++) {
    const low = (first + i) * width
    const wanted = low > largestExponent ? p[i]! : (p[i]! - Math.exp(low) * q[i]!) / step
    const up = Math.min(p[i]!, Math.max(0, wanted))
    mass[i]! += p[i]! - up
    mass[i + 1]! += up
  }
  return { origin: first * width, mass, infinite: above.p }
}

/** A mass as close to a grid point, in widths, lies on it but for rounding. */
const onPoint = 1e-9

/** Parts of a cell that are merged before they are laid on the grid: the finer, the tighter. */
const partsPerCell = 2

/**
 * A distribution on the grid that the loss dominates: composed with anything, its delta is never larger.
 *
 * Neighbouring outcomes are merged, from the lowest loss up, until the loss ln(p/q) of the merged outcome lies on a grid
 * point; an outcome that would overshoot is split by a coin. Both are post-processing, which cannot add to the loss
 * (Dwork, Roth 2014, proposition 2.1). What is left at the top, and what lies above it, moves down; what lies below is left out. Either only
 * lowers the loss.
 */
export function gridBelow(loss: PrivacyLoss, width: number, tails: Tails): LossGrid {
  const low = loss.extent(tails)[0]
  const count = cellsNeeded(loss, width, tails) + 1
  const { p: ps, q: qs, above, points = [] } = loss.masses(low, width / partsPerCell, count * partsPerCell)
  const mass = new Float64Array(count + 1)
  // Outcomes with a mass of their own lie on the grid as it is. A density near its lower end may hold nearly all mass within
  // a cell, which then must have a point of its own.
  const isSpaced = loss.spacing !== undefined
  const merged = isSpaced ? 0 : partsPerCell
  let [mergedP, mergedQ] = [sum(ps, merged), sum(qs, merged)]
  const origin = mergedP > 0 && mergedQ > 0 ? Math.log(mergedP / mergedQ) : low
  const cellStart = (k: number): number => low + (k / partsPerCell) * width
  // A mass that lies on a point but for rounding stays there.
  const pointBelow = (loss: number): number =>
    Math.min(count, Math.max(0, Math.floor((loss - origin) / width + onPoint)))
  mass[0] = mergedP

  // What was merged and has no point yet: part of outcome `since`, and all outcomes after it.
  let since = merged
  let [sinceP, sinceQ] = [ps[since] ?? 0, qs[since] ?? 0]
  mergedP = mergedQ = 0
  let j = merged === 0 ? 0 : 1
  let ratio = Math.exp(origin + j * width)
  let k = merged
  for (; k < ps.length && cellStart(k) <= largestExponent; k++) {
    let [p, q] = [ps[k]!, qs[k]!]
    if (isSpaced && mergedP === 0 && p > 0 && q > 0) {
      // An outcome on a grid point but for rounding needs no other to be merged with.
      const at = (Math.log(p / q) - origin) / width
      if (Math.abs(at - Math.round(at)) < onPoint) {
        mass[pointBelow(Math.log(p / q))]! += p
        ;[since, sinceP, sinceQ] = [k, 0, 0]
        continue
      }
    }
    while (j <= count && mergedP + p > 0 && mergedP + p >= ratio * (mergedQ + q)) {
      const excess = p - ratio * q
      const share = excess > 0 ? Math.min(1, Math.max(0, (ratio * mergedQ - mergedP) / excess)) : 1
      mass[j]! += mergedP + share * p
      p -= share * p
      q -= share * q
      mergedP = mergedQ = 0
      ;[since, sinceP, sinceQ] = [k, p, q]
      ratio = Math.exp(origin + ++j * width)
    }
    mergedP += p
    mergedQ += q
  }
  for (let rest = since; rest < k; rest++) {
    const [p, q] = rest === since ? [sinceP, sinceQ] : [ps[rest]!, qs[rest]!]
    if (p > 0) mass[pointBelow(q > 0 ? Math.log(p / q) : cellStart(rest))]! += p
  }
  for (; k < ps.length; k++) mass[pointBelow(cellStart(k))]! += ps[k]!
  for (const point of points) mass[pointBelow(point.loss)]! += point.p
  mass[count]! += above.p
  // Nothing lies above its loss for having been taken to the nearest point.
  return { origin: origin - onPoint * width, mass, infinite: 0 }
}

function sum(values: Float64Array, count: number): number {
  let total = 0
  for (let i = 0; i < count; i++) total += values[i]!
  return total
}
