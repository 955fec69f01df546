import { invalidOrder } from './errors.js'
import { probability, scale, type PrivacyEvent } from './events.js'
import { log1pExp, logBinomialRow, logExpm1, logSum } from './log-space.js'
import { fixedSizeCurve } from './rdp-fixed-size.js'
import { rdpLaplace, sampledLaplaceCurve } from './rdp-laplace.js'
import { repeatedCurve } from './repeat-and-select.js'

/** 1.1 to 10.9 by tenths, 11 to 63, and four large ones that matter when the total epsilon is small. */
export const defaultOrders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => (11 + i) / 10),
  ...Array.from({ length: 53 }, (_, i) => 11 + i),
  128,
  256,
  512,
  1024,
]

// Below this the quadrature would need very many nodes; the convex bound is used instead, which is never smaller.
const smallestQuadratureSigma = 0.15

/**
 * Rényi divergence of one event at each order, in nats: an upper bound for both ways of neighbouring. Of an event that is
 * known by epsilon and delta alone, it is that of its part without delta.
 */
export function rdpCurve(event: PrivacyEvent, orders: readonly number[] = defaultOrders): Float64Array {
  switch (event.kind) {
    case 'gaussian':
      return Float64Array.from(orders, alpha => rdpGaussian(event.noiseMultiplier, alpha))
    case 'subsampled-gaussian':
      return sampledGaussianCurve(event.samplingProbability, event.noiseMultiplier, orders)
    case 'fixed-size-gaussian':
      return Float64Array.from(fixedSizeCurve(event.batchShare, event.noiseMultiplier, orders), (bound, i) =>
        Math.min(bound, rdpGaussian(event.noiseMultiplier, orders[i]!)),
      )
    case 'laplace':
      return Float64Array.from(orders, alpha => rdpLaplace(event.scale, alpha))
    case 'subsampled-laplace':
      return sampledLaplaceCurve(event.samplingProbability, event.scale, orders)
    case 'discrete-gaussian':
      // No larger than that of continuous noise (Canonne, Kamath, Steinke 2020, arXiv 2004.00010, theorem 4).
      return Float64Array.from(orders, alpha => rdpGaussian(event.sigma / event.sensitivity, alpha))
    case 'randomised-response':
      return Float64Array.from(orders, alpha => rdpResponse(event.epsilon, event.categories, alpha))
    case 'approximate':
      return Float64Array.from(orders, alpha => rdpResponse(event.epsilon, 2, alpha))
    case 'repeat-and-select': {
      const total = new Float64Array(orders.length)
      for (const { event: one, count } of event.run)
        for (const [i, r] of rdpCurve(one, orders).entries()) total[i]! += count * r
      return repeatedCurve(event, orders, total)
    }
    default:
      return event satisfies never
  }
}

/**
 * For the sampled Gaussian the divergence of removing dominates that of adding at every order (Mironov, Talwar, Zhang
 * 2019, arXiv 1908.10530, theorem 5), so one curve covers both.
 */
function sampledGaussianCurve(q: number, sigma: number, orders: readonly number[]): Float64Array {
  if (q === 1) return Float64Array.from(orders, alpha => rdpGaussian(sigma, alpha))
  const grid =
    sigma >= smallestQuadratureSigma && orders.some(alpha => !Number.isInteger(alpha))
      ? quadratureGrid(q, sigma, Math.max(...orders.filter(alpha => !Number.isInteger(alpha))))
      : undefined
  return Float64Array.from(orders, alpha => {
    if (Number.isInteger(alpha)) return logMoment(q, sigma, alpha) / (alpha - 1)
    if (grid) return fractionalLogMoment(grid, alpha) / (alpha - 1)
    return Math.min(convexLogMoment(q, sigma, alpha) / (alpha - 1), rdpGaussian(sigma, alpha))
  })
}

/** k-ary randomised response: ln(b e^(a epsilon) + b e^((1-a) epsilon) + (k-2) b) / (a-1), b the chance of any other answer. */
function rdpResponse(epsilon: number, categories: number, alpha: number): number {
  const logOther = -epsilon - Math.log1p((categories - 1) * Math.exp(-epsilon))
  const terms = Float64Array.of(alpha * epsilon, (1 - alpha) * epsilon, Math.log(categories - 2))
  return Math.min(epsilon, Math.max(0, logOther + logSum(terms)) / (alpha - 1) + 4e-16 * (1 + epsilon))
}

/**
 * Rényi divergence of order `alpha` > 1 of one Poisson-sampled Gaussian step.
 *
 * @throws DP-E003, DP-E006, DP-E009 for numbers out of range
 * @see Mironov, Talwar, Zhang 2019, arXiv 1908.10530, section 3.3
 */
export function rdpSubsampledGaussian(
  step: { readonly samplingProbability: number; readonly noiseMultiplier: number },
  alpha: number,
): number {
  if (!(alpha > 1 && Number.isFinite(alpha))) throw invalidOrder(alpha)
  const samplingProbability = probability(step.samplingProbability)
  const noiseMultiplier = scale('the noise multiplier', step.noiseMultiplier)
  return rdpCurve({ kind: 'subsampled-gaussian', samplingProbability, noiseMultiplier }, [alpha])[0]!
}

/** alpha / (2 sigma^2): the Rényi divergence of order alpha of one Gaussian release (Mironov 2017, proposition 7). */
export const rdpGaussian = (noiseMultiplier: number, alpha: number): number =>
  alpha / (2 * noiseMultiplier * noiseMultiplier)

const rows = new Map<number, Float64Array>()

function binomialRow(alpha: number): Float64Array {
  const known = rows.get(alpha)
  if (known) return known
  const row = logBinomialRow(alpha)
  if (alpha <= 1024) rows.set(alpha, row)
  return row
}

/**
 * ln A for a whole order, where A = E[(P/Q)^alpha].
 *
 * A - 1 = sum over k >= 2 of C(alpha, k) (1-q)^(alpha-k) q^k (e^((k^2-k) / 2 sigma^2) - 1). The terms k = 0 and 1 and the 1
 * of each exponential add up to exactly 1, which would drown the rest at small q, so they are taken out first.
 */
function logMoment(q: number, sigma: number, alpha: number): number {
  const logChoose = binomialRow(alpha)
  const logQ = Math.log(q)
  const logRest = Math.log1p(-q)
  const terms = new Float64Array(alpha - 1)
  for (let k = 2; k <= alpha; k++)
    terms[k - 2] = logChoose[k]! + k * logQ + (alpha - k) * logRest + logExpm1((k * (k - 1)) / (2 * sigma * sigma))
  return log1pExp(logSum(terms))
}

/** ln A is convex in alpha, so the chord between whole orders lies above it; ln A(1) = 0. */
function convexLogMoment(q: number, sigma: number, alpha: number): number {
  const below = Math.floor(alpha)
  const share = alpha - below
  const left = below === 1 ? 0 : logMoment(q, sigma, below)
  return (1 - share) * left + share * logMoment(q, sigma, below + 1)
}

/** Nodes of the trapezoid rule with everything that does not depend on the order. */
interface QuadratureGrid {
  readonly logQ: number
  readonly sigma: number
  readonly stepSize: number
  /** ln of e^(-x^2 / 2 sigma^2). */
  readonly logWeight: Float64Array
  /** y = q (e^((2x-1) / 2 sigma^2) - 1). */
  readonly y: Float64Array
  /** ln(1 + y). */
  readonly log1pY: Float64Array
}

function quadratureGrid(q: number, sigma: number, largestOrder: number): QuadratureGrid {
  const variance = sigma * sigma
  const stepSize = 0.6 * Math.min(0.5 * variance, 0.7 * sigma)
  const nodes = Math.ceil((largestOrder + 28 * sigma) / stepSize) + 1
  const logWeight = new Float64Array(nodes)
  const y = new Float64Array(nodes)
  const log1pY = new Float64Array(nodes)
  for (let i = 0; i < nodes; i++) {
    const x = -14 * sigma + i * stepSize
    const z = (2 * x - 1) / (2 * variance)
    logWeight[i] = -(x * x) / (2 * variance)
    // Beyond e^700 the exponential overflows, and the 1 in 1 + y is far below a double's last digit.
    y[i] = z > 700 ? 1e300 : q * Math.expm1(z)
    log1pY[i] = z > 700 ? Math.log(q) + z : Math.log1p(y[i]!)
  }
  return { logQ: Math.log(q), sigma, stepSize, logWeight, y, log1pY }
}

/**
 * ln A for any order: A - 1 = E[f(y)] with f(y) = (1+y)^alpha - 1 - alpha y, since E[y] = 0 under N(0, sigma^2).
 *
 * f is never negative, so nothing cancels between nodes, and the integrand is analytic in a strip, so the trapezoid rule
 * converges exponentially in the step size.
 */
function fractionalLogMoment(grid: QuadratureGrid, alpha: number): number {
  const { logQ, sigma, stepSize, logWeight, y: ys, log1pY } = grid
  const shift = Math.max(0, alpha * logQ + (alpha * alpha - alpha) / (2 * sigma * sigma))
  const seriesUpTo = Math.min(0.25, 1 / alpha)
  let sum = 0
  let lost = 0
  for (let i = 0; i < ys.length; i++) {
    const y = ys[i]!
    const growth = alpha * log1pY[i]!
    const part =
      (growth > 30
        ? Math.exp(growth + Math.log1p(-(1 + alpha * y) * Math.exp(-growth)) + logWeight[i]! - shift)
        : (Math.abs(y) <= seriesUpTo ? tailOfBinomialSeries(alpha, y) : Math.expm1(growth) - alpha * y) *
          Math.exp(logWeight[i]! - shift)) - lost
    const next = sum + part
    lost = next - sum - part
    sum = next
  }
  return log1pExp(Math.log((sum * stepSize) / (sigma * Math.sqrt(2 * Math.PI))) + shift)
}

/** (1+y)^alpha - 1 - alpha y from its second-order term on, for small |y|, where the direct form would cancel. */
function tailOfBinomialSeries(alpha: number, y: number): number {
  let term = 0.5 * alpha * (alpha - 1) * y * y
  let sum = term
  for (let k = 3; Math.abs(term) > 1e-18 * sum; k++) {
    term *= ((alpha - k + 1) / k) * y
    sum += term
  }
  return sum
}
