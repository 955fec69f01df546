import { realFromSpectrum, realSpectrum } from './fft.js'
import type { LossGrid } from './loss-grid.js'

/** A one-release distribution and how often it is composed. */
export interface Repeated {
  readonly grid: LossGrid
  readonly count: number
}

/**
 * The composed privacy loss around the place where it is asked for.
 *
 * Masses are tilted: that of the loss t is e^(logScale - tilt * t) * mass. So a tail of 1e-30 keeps the digits that the
 * transform gives to masses near 1.
 */
export interface ComposedLoss {
  /** Loss of the first mass. */
  readonly start: number
  readonly width: number
  readonly mass: Float64Array
  readonly tilt: number
  readonly logScale: number
  /** At most this much tilted mass lies outside and was folded inside. */
  readonly strayed: number
  /** Mass at an infinite loss, untilted. */
  readonly infinite: number
  /** A bound on the relative error of a sum of masses by rounding. */
  readonly rounding: number
}

const strayed = 1e-10

/** Frequencies below e^-60 of the whole cannot be told from rounding. */
const leastLogLength = -60

/**
 * The distribution of the sum of independent losses on one grid, by a product of spectra.
 *
 * @param tilt above 0: the exponent under which the middle of the window lies where the caller will look
 * @returns the number of cells that the window needs when it is more than `mostCells`: take a wider grid
 * @see Koskela, Jälkö, Honkela 2020, arXiv 1906.03049 (composition by the fast Fourier transform)
 */
export function composeLosses(
  parts: readonly Repeated[],
  width: number,
  tilt: number,
  mostCells: number,
): ComposedLoss | number {
  const tilted = parts.map(part => ({ ...part, ...tiltedGrid(part.grid, width, tilt) }))
  let [logScale, variance, origin, releases, logFinite] = [0, 0, 0, 0, 0]
  for (const part of tilted) {
    logScale += part.count * part.logMoment
    variance += part.count * part.variance
    origin += part.count * part.grid.origin
    releases += part.count
    logFinite += part.count * Math.log1p(-part.grid.infinite)
  }
  const [low, high] = windowOf(tilted, width, Math.sqrt(variance))
  const from = Math.max(0, Math.floor((low - origin) / width))
  const needed = Math.ceil((high - origin) / width) - from + 2
  if (!(needed <= mostCells)) return needed
  const size = 2 ** Math.max(6, Math.ceil(Math.log2(needed)))

  // In polar form, as logarithm and angle, so that a power is a product.
  const logLength = new Float64Array(size / 2 + 1)
  const angle = new Float64Array(size / 2 + 1)
  for (const { weights, count } of tilted) {
    const folded = new Float64Array(size)
    for (let j = 0; j < weights.length; j++) folded[j & (size - 1)]! += weights[j]!
    const { re, im } = realSpectrum(folded)
    for (let k = 0; k < re.length; k++) {
      logLength[k]! += 0.5 * count * Math.log(re[k]! * re[k]! + im[k]! * im[k]!)
      if (logLength[k]! > leastLogLength) angle[k]! += (count * Math.atan2(im[k]!, re[k]!)) % (2 * Math.PI)
    }
  }
  const re = new Float64Array(size / 2 + 1)
  const im = new Float64Array(size / 2 + 1)
  for (let k = 0; k < re.length; k++) {
    if (!(logLength[k]! > leastLogLength)) continue
    const length = Math.exp(logLength[k]!)
    re[k] = length * Math.cos(angle[k]!)
    im[k] = length * Math.sin(angle[k]!)
  }
  const cyclic = realFromSpectrum({ re, im })
  const mass = new Float64Array(size)
  for (let j = 0; j < size; j++) mass[j] = Math.max(0, cyclic[(from + j) % size]!)
  return {
    start: origin + from * width,
    width,
    mass,
    tilt,
    logScale,
    strayed: 2 * strayed,
    infinite: -Math.expm1(logFinite),
    rounding: (releases + 100) * 1e-14,
  }
}

interface TiltedGrid {
  /** Masses times e^(tilt * loss), scaled to sum to 1. */
  readonly weights: Float64Array
  /** ln of the sum before scaling. */
  readonly logMoment: number
  readonly mean: number
  readonly variance: number
}

function tiltedGrid({ origin, mass }: LossGrid, width: number, tilt: number): TiltedGrid {
  const weights = new Float64Array(mass.length)
  const shift = largestExponentOf(mass, origin, width, tilt)
  let total = 0
  for (const [j, m] of mass.entries()) {
    if (m === 0) continue
    weights[j] = m * Math.exp(tilt * (origin + j * width) - shift)
    total += weights[j]!
  }
  let mean = 0
  for (const [j, weight] of weights.entries()) mean += (weights[j] = weight / total) * (origin + j * width)
  let variance = 0
  for (const [j, weight] of weights.entries()) variance += weight * (origin + j * width - mean) ** 2
  return { weights, logMoment: Math.log(total) + shift, mean, variance }
}

/** The largest exponent that a mass is multiplied with: the others stay within range beside it. */
function largestExponentOf(mass: Float64Array, origin: number, width: number, tilt: number): number {
  let largest = -Infinity
  for (const [j, m] of mass.entries()) {
    if (m === 0) continue
    const exponent = tilt * (origin + j * width) + Math.log(m)
    if (exponent > largest) largest = exponent
  }
  return largest
}

/** Chernoff's bounds on where the tilted sum lies, but for `strayed` of its mass on each side. */
function windowOf(
  parts: readonly (TiltedGrid & Repeated)[],
  width: number,
  deviation: number,
): readonly [low: number, high: number] {
  const logStrayed = Math.log(1 / strayed)
  let [low, high] = [-Infinity, Infinity]
  const least = Math.sqrt(2 * logStrayed) / Math.max(deviation, width)
  for (const factor of [0.1, 0.2, 0.4, 0.7, 1, 1.5]) {
    const exponent = least * factor
    let [up, down] = [logStrayed, logStrayed]
    for (const { weights, grid, count } of parts) {
      up += count * logMoment(weights, grid.origin, width, exponent)
      down += count * logMoment(weights, grid.origin, width, -exponent)
    }
    high = Math.min(high, up / exponent)
    low = Math.max(low, -down / exponent)
  }
  return [low, high]
}

/** ln of the sum of weights times e^(exponent * loss), by Horner's rule from the end where the factor is smallest. */
function logMoment(weights: Float64Array, origin: number, width: number, exponent: number): number {
  let [from, to] = [0, weights.length - 1]
  while (weights[from] === 0) from++
  while (weights[to] === 0) to--
  const ratio = Math.exp(-Math.abs(exponent) * width)
  let sum = 0
  if (exponent > 0) for (let j = from; j <= to; j++) sum = sum * ratio + weights[j]!
  else for (let j = to; j >= from; j--) sum = sum * ratio + weights[j]!
  return Math.log(sum) + exponent * (origin + (exponent > 0 ? to : from) * width)
}

/**
 * The smallest epsilon at which the composed loss proves `delta`, or the largest at which it refutes it.
 *
 * delta(epsilon) = sum over t > epsilon of mass(t) (1 - e^(epsilon - t)). It is summed from the largest loss down, relative
 * to the loss at hand, so that neither e^t nor a small tail leaves the range of a double. What strayed, what is infinite
 * and what rounding hides is counted against the caller: into delta for a bound from above, out of it for one from below.
 *
 * @returns an epsilon that may be negative; infinite when the mass at infinity alone exceeds delta
 */
export function epsilonOfLoss(loss: ComposedLoss, delta: number, side: 'above' | 'below'): number {
  const { start, width, mass, tilt, logScale, infinite } = loss
  const [atLeast, atMost] = [Math.exp(-tilt * width), Math.exp(-(tilt + 1) * width)]
  const sign = side === 'above' ? -1 : 1
  const target = (delta + (side === 'above' ? -infinite : 0)) * (1 + sign * loss.rounding)
  if (!(target > 0)) return Infinity
  let [above, discounted] = [0, 0]
  for (let i = mass.length - 1; i >= 0; i--) {
    const t = start + i * width
    const nextAbove = mass[i]! + atLeast * above
    const nextDiscounted = mass[i]! + atMost * discounted
    const scale = logScale - tilt * t
    // What delta would have to be in the units of this place, so that only ratios are compared.
    const here = target * Math.exp(-scale) + sign * loss.strayed
    if (nextAbove - nextDiscounted >= here) {
      // Between this point and the next: delta(epsilon) = above - e^(epsilon - t') discounted, in the units of the next.
      const inNext = here / atLeast
      if (above - inNext <= 0 || discounted <= 0) return t + (side === 'above' ? width : 0)
      const epsilon = t + width + Math.log((above - inNext) / discounted)
      return Math.min(t + width, Math.max(t, epsilon))
    }
    above = nextAbove
    discounted = nextDiscounted
  }
  // It is proved on the whole window: below it nothing is known.
  return side === 'above' ? start : -Infinity
}

/** A bound on delta at an epsilon, from above, as in `epsilonOfLoss`. */
export function deltaOfLoss(loss: ComposedLoss, epsilon: number): number {
  const { start, width, mass, tilt, logScale, infinite } = loss
  let sum = 0
  const from = Math.max(0, Math.ceil((epsilon - start) / width))
  for (let i = mass.length - 1; i >= from; i--) {
    const over = start + i * width - epsilon
    sum += mass[i]! * Math.exp(-tilt * over) * -Math.expm1(-over)
  }
  return Math.min(1, infinite + (sum + loss.strayed) * Math.exp(logScale - tilt * epsilon) * (1 + loss.rounding))
}
