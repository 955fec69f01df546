import { normalCdf } from '../src/normal.js'

const bins = 128
// The chi-square distribution with 127 degrees of freedom exceeds this with probability 1e-7.
const chiSquareLimit = 222.6

/**
 * What is wrong with numbers that claim to be independent draws from N(0, 1); empty when nothing shows.
 *
 * For true draws each of the first three checks fires with probability at most 6e-7 (five standard errors), the
 * chi-square with 1e-7, Kolmogorov-Smirnov with 1e-7 (2 e^(-2 t^2) at t = 2.9), and the serial correlation with 6e-7.
 */
export function faults(values: ArrayLike<number>): string[] {
  const n = values.length
  let sum = 0
  let squares = 0
  let fourths = 0
  let serial = 0
  const counts = new Float64Array(bins)
  for (let i = 0; i < n; i++) {
    const x = values[i]!
    sum += x
    squares += x * x
    fourths += x ** 4
    if (i > 0) serial += x * values[i - 1]!
    const bin = Math.min(bins - 1, Math.floor(normalCdf(x) * bins))
    counts[bin] = counts[bin]! + 1
  }
  const found: string[] = []
  const check = (what: string, standardErrors: number): void => {
    if (!(Math.abs(standardErrors) <= 5)) found.push(what)
  }
  check('mean', sum / Math.sqrt(n))
  check('variance', (squares - n) / Math.sqrt(2 * n))
  check('kurtosis', (fourths - 3 * n) / Math.sqrt(96 * n))
  check('serial correlation', serial / Math.sqrt(n))
  const expected = n / bins
  if (counts.reduce((chi, count) => chi + (count - expected) ** 2 / expected, 0) > chiSquareLimit)
    found.push('chi-square')
  const sorted = Float64Array.from(values).sort()
  let distance = 0
  for (const [i, x] of sorted.entries()) {
    const p = normalCdf(x)
    distance = Math.max(distance, Math.abs(p - i / n), Math.abs(p - (i + 1) / n))
  }
  if (distance * Math.sqrt(n) > 2.9) found.push('kolmogorov-smirnov')
  return found
}

/** Expected number of |Z| > x among n draws. */
export const expectedBeyond = (x: number, n: number): number => 2 * n * normalCdf(-x)
