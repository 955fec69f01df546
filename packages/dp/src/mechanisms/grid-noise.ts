import { analyticGaussianSigma } from '../analytic-gaussian.js'
import { invalidDelta, invalidEpsilon } from '../errors.js'
import { scale } from '../events.js'
import type { WordSource } from '../keystream.js'
import { discreteGaussian, discreteLaplace } from './exact-samplers.js'
import { ceiling, exactRational, quotient } from './rational.js'

/** What a release may spend, and how far one unit can move it. */
export interface NoiseTarget {
  /** Above 0. */
  readonly epsilon: number
  /** In [0, 1): 0 asks for Laplace noise, more for Gaussian noise. */
  readonly delta: number
  /** The largest sum of absolute differences between results of neighbouring data, for Laplace noise. */
  readonly l1: number
  /** The largest root of summed squared differences, for Gaussian noise. */
  readonly l2: number
  /** How many numbers of the result one unit can change, at least 1. */
  readonly coordinates: number
  /** The least width of the declared bounds: the grid is finer than a 4096th of it. */
  readonly width: number
}

/** Noise in whole multiples of `step`. */
export interface GridNoise {
  readonly mechanism: 'discrete Laplace' | 'discrete Gaussian'
  /** A power of two. Results are whole multiples of it. */
  readonly step: number
  /** The b of Laplace noise, the standard deviation of Gaussian noise, rounded up to a multiple of `step`. */
  readonly scale: number
  /** Standard deviation of the noise. */
  readonly sigma: number
  /** Mean absolute value of the noise. */
  readonly expectedError: number
  readonly draw: (words: WordSource) => () => bigint
}

// Sums and roots of widths are rounded: a margin keeps the sensitivity from being understated.
const margin = 1 + 1e-12
const floorPower = (value: number): number => 2 ** Math.floor(Math.log2(value))

/**
 * The noise for a target, as whole multiples of a grid, so that no floating-point rounding leaks what lies beneath
 * (Mironov 2012) and values rounded to the grid within their bounds have no larger sensitivity than before.
 *
 * Laplace: b = l1 / epsilon, rounded up to the grid; exactly epsilon-private.
 *
 * Gaussian: sigma of the analytic mechanism (Balle, Wang 2018, theorem 8). That is proved for continuous noise, and holds
 * for continuous noise that is rounded to the grid. In steps of the grid, the chance of a whole number y under rounded and
 * under discrete Gaussian noise differ by a factor between e^(-1/24s^2) and e^(y^2/24s^4) (Jensen, and sinh(a)/a <=
 * e^(a^2/6)). Up to 40 sigma this is at most h = (40^2 + 1) / 24 s^2 per changed number. Epsilon is lowered by 2h and delta
 * by the factor e^-h to pay for it; with s >= 2^20 this is some 1e-10.
 *
 * @throws DP-E001, DP-E002, DP-E006
 */
export function gridNoise({ epsilon, delta, l1, l2, coordinates, width }: NoiseTarget): GridNoise {
  if (!(typeof epsilon === 'number' && epsilon > 0 && Number.isFinite(epsilon))) throw invalidEpsilon(epsilon)
  if (!(typeof delta === 'number' && delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
  const finest = floorPower(width / 4096)
  if (delta === 0) {
    const most = scale('the sensitivity', l1 * margin)
    const step = Math.min(floorPower(most / epsilon) / 2 ** 20, finest)
    const units = ceiling(quotient(exactRational(most / step), exactRational(epsilon)))
    const b = Number(units) * step
    return {
      mechanism: 'discrete Laplace',
      step,
      scale: b,
      sigma: b * Math.SQRT2,
      expectedError: b,
      draw: words => () => discreteLaplace({ num: units, den: 1n }, words),
    }
  }
  let bits = 20
  const difference = (): number => (coordinates * 1601) / 24 / 4 ** bits
  while (2 * difference() > epsilon * 1e-6) bits++
  const sigma = analyticGaussianSigma({
    epsilon: epsilon - 2 * difference(),
    delta: delta * Math.exp(-difference()) * (1 - 1e-12),
    sensitivity: l2 * margin,
  })
  const step = Math.min(floorPower(sigma) / 2 ** bits, finest)
  const units = BigInt(Math.ceil(sigma / step))
  const rounded = Number(units) * step
  return {
    mechanism: 'discrete Gaussian',
    step,
    scale: rounded,
    sigma: rounded,
    expectedError: rounded * Math.sqrt(2 / Math.PI),
    draw: words => discreteGaussian({ num: units * units, den: 1n }, words),
  }
}

/** Declared bounds of a value, `min` below `max`. They are never read off the data. */
export interface Bounds {
  readonly min: number
  readonly max: number
}

/** A value on the grid, clipped to its bounds; NaN, a missing value, stands in the middle. */
export function onGrid(value: number, { min, max }: Bounds, step: number): bigint {
  const clipped = Number.isNaN(value) ? min + (max - min) / 2 : Math.min(max, Math.max(min, value))
  // Division by a power of two is exact. Clipped again in steps, so that rounding never widens the bounds.
  return BigInt(Math.min(Math.floor(max / step), Math.max(Math.ceil(min / step), Math.round(clipped / step))))
}
