import { sketchDamaged, sketchesDiffer, sketchSize } from './errors.js'
import { hashText, newHash } from './hash.js'

/** A distinct count as plain data: one register a byte, in base64. Holds no value that was seen. */
export interface StoredDistinct {
  readonly precision: number
  readonly registers: string
}

const [leastPrecision, mostPrecision] = [4, 16]

/** Relative standard error of the estimate: 1.04 / √m of m = 2^precision registers. @see Flajolet et al. 2007 */
export const distinctError = (precision: number): number => 1.04 / Math.sqrt(2 ** precision)

/**
 * How many different texts a stream holds, in 2^precision bytes, mergeable: HyperLogLog with Ertl's estimator, which needs no
 * table for its bias at small and large counts.
 *
 * @see Flajolet et al. 2007, HyperLogLog; Ertl 2017, arXiv 1702.01284, algorithm 6
 */
export class DistinctCount {
  readonly precision: number
  readonly #registers: Uint8Array
  readonly #hash = newHash()

  /** @param precision 4 to 16; the relative standard error is `distinctError(precision)` @throws MONITOR-E301 */
  constructor(precision: number) {
    if (!Number.isInteger(precision) || precision < leastPrecision || precision > mostPrecision)
      throw sketchSize('the precision', precision, leastPrecision, mostPrecision)
    this.precision = precision
    this.#registers = new Uint8Array(2 ** precision)
  }

  add(text: string): void {
    hashText(text, this.#hash)
    const [high, low] = [this.#hash[0]!, this.#hash[1]!]
    const place = high >>> (32 - this.precision)
    const rest = (high << this.precision) >>> 0
    const bits = 32 - this.precision
    const zeros = rest !== 0 ? Math.clz32(rest) : bits + Math.clz32(low)
    if (zeros + 1 > this.#registers[place]!) this.#registers[place] = zeros + 1
  }

  /** Takes in what another has seen; the same as having seen both streams. @throws MONITOR-E302 for another precision */
  merge(other: DistinctCount): void {
    if (other.precision !== this.precision) throw sketchesDiffer('precision', this.precision, other.precision)
    other.#registers.forEach((register, place) => {
      if (register > this.#registers[place]!) this.#registers[place] = register
    })
  }

  /** The estimated number of different texts. */
  estimate(): number {
    const m = this.#registers.length
    const q = 64 - this.precision
    const counts = new Float64Array(q + 2)
    for (const register of this.#registers) counts[register]!++
    let z = m * tau(1 - counts[q + 1]! / m)
    for (let k = q; k >= 1; k--) z = 0.5 * (z + counts[k]!)
    z += m * sigma(counts[0]! / m)
    return (m * m) / (2 * Math.LN2 * z)
  }

  toJSON(): StoredDistinct {
    return { precision: this.precision, registers: Buffer.from(this.#registers).toString('base64') }
  }

  /** A count as it was stored. @throws MONITOR-E303 */
  static fromJSON({ precision, registers }: StoredDistinct): DistinctCount {
    if (!Number.isInteger(precision) || precision < leastPrecision || precision > mostPrecision)
      throw sketchDamaged('distinct count', `its precision is not from ${leastPrecision} to ${mostPrecision}`)
    const bytes = Buffer.from(registers, 'base64')
    const count = new DistinctCount(precision)
    if (bytes.length !== count.#registers.length || bytes.toString('base64') !== registers)
      throw sketchDamaged('distinct count', `it does not have ${count.#registers.length} registers`)
    if (bytes.some(register => register > 65 - precision))
      throw sketchDamaged('distinct count', 'a register is out of range')
    count.#registers.set(bytes)
    return count
  }
}

/** x + Σ x^(2^k) 2^(k-1); infinite at 1, where every register is empty. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY
  let [x, y, sum, before] = [share, 1, share, -1]
  while (sum !== before) {
    x *= x
    before = sum
    sum += x * y
    y += y
  }
  return sum
}

/** (1 - x - Σ (1 - x^(2^-k))² 2^-k) / 3. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0
  let [x, y, sum, before] = [share, 1, 1 - share, -1]
  while (sum !== before) {
    x = Math.sqrt(x)
    before = sum
    y *= 0.5
    sum -= (1 - x) ** 2 * y
  }
  return sum / 3
}
