import type { WeightedPoints } from '../drift/joint-sample.js'
import { sketchDamaged, sketchesDiffer, sketchSize } from './errors.js'

/** A quantile sketch as plain data. `levels[h]` holds values that stand for 2^h rows each. */
export interface StoredQuantiles {
  readonly k: number
  readonly rows: number
  readonly least: number | null
  readonly greatest: number | null
  readonly levels: readonly (readonly number[])[]
}

const leastWidth = 8
const mostLevels = 50
const [leastK, mostK] = [8, 4096]

/**
 * Share of all rows by which the rank of any value is off, at most, for 99 of 100 sketches.
 *
 * The constants are those that Apache DataSketches fitted to its own sketch of this kind; `test/quantile-sketch.test.ts`
 * measures that ours stays below.
 */
export const rankError = (k: number): number => 2.446 / k ** 0.9433

/** Capacity of level h of `levels`, as k (2/3)^depth. */
const widthOf = (k: number, levels: number, h: number): number =>
  Math.max(leastWidth, Math.ceil(k * (2 / 3) ** (levels - 1 - h)))

/**
 * Quantiles of a stream in bounded memory, mergeable: the KLL sketch, lazy variant.
 *
 * A full level is sorted, every second of its values moves one level up where it stands for twice as many rows, and a coin
 * decides which half. Weights always add up to the number of rows. Holds at most about 3 k values, each of them one that was
 * seen: treat a stored sketch as you treat the column.
 *
 * @see Karnin, Lang, Liberty 2016, Optimal Quantile Approximation in Streams, arXiv 1603.05346
 */
export class QuantileSketch {
  readonly k: number
  #rows = 0
  #least = Number.POSITIVE_INFINITY
  #greatest = Number.NEGATIVE_INFINITY
  #levels: number[][] = [[]]
  #held = 0
  #room: number
  #coins: number

  /**
   * @param k 8 to 4096; the error is `rankError(k)`
   * @param seed of the coins: equal seeds and streams give equal sketches
   * @throws MONITOR-E301
   */
  constructor(k: number, seed = 1) {
    if (!Number.isInteger(k) || k < leastK || k > mostK) throw sketchSize('k', k, leastK, mostK)
    this.k = k
    this.#room = widthOf(k, 1, 0)
    this.#coins = seed >>> 0 || 1
  }

  /** Rows seen. */
  get rows(): number {
    return this.#rows
  }
  /** Values held. */
  get size(): number {
    return this.#held
  }
  /** Infinity before the first row. */
  get least(): number {
    return this.#least
  }
  get greatest(): number {
    return this.#greatest
  }
  /** Whether nothing was thrown away yet, so that every rank is exact. */
  get isExact(): boolean {
    return this.#held === this.#rows
  }

  /** Counts a value. @returns false for one that is not finite, which is not counted */
  add(value: number): boolean {
    if (!(Math.abs(value) <= Number.MAX_VALUE)) return false
    const plain = value + 0
    this.#rows++
    if (plain < this.#least) this.#least = plain
    if (plain > this.#greatest) this.#greatest = plain
    this.#levels[0]!.push(plain)
    if (++this.#held > this.#room) this.#compress()
    return true
  }

  /** Takes in the rows of another sketch, which is left as it is. @throws MONITOR-E302 for another k */
  merge(other: QuantileSketch): void {
    if (other.k !== this.k) throw sketchesDiffer('k', this.k, other.k)
    const theirs = other.#levels.map(level => level.slice())
    while (this.#levels.length < theirs.length) this.#levels.push([])
    theirs.forEach((level, h) => {
      this.#levels[h] = h === 0 ? this.#levels[0]!.concat(level) : mergeSorted(this.#levels[h]!, level)
    })
    this.#rows += other.#rows
    this.#held += other.#held
    this.#least = Math.min(this.#least, other.#least)
    this.#greatest = Math.max(this.#greatest, other.#greatest)
    this.#measure()
    while (this.#held > this.#room) this.#compress()
  }

  /** Values ascending with the number of rows that each stands for. */
  points(): WeightedPoints {
    const pairs = this.#levels.flatMap((level, h) => level.map(value => [value, 2 ** h] as const))
    pairs.sort((a, b) => a[0] - b[0])
    return { values: Float64Array.from(pairs, ([value]) => value), weights: Float64Array.from(pairs, ([, w]) => w) }
  }

  /** Estimated number of rows below or at a value. */
  rank(value: number): number {
    return this.#levels.reduce((sum, level, h) => sum + 2 ** h * level.filter(one => one <= value).length, 0)
  }

  /** The value below or at which a share of the rows lies. @param share 0 to 1 @returns NaN before the first row */
  quantile(share: number): number {
    if (this.#rows === 0) return Number.NaN
    if (share <= 0) return this.#least
    if (share >= 1) return this.#greatest
    const { values, weights } = this.points()
    let below = 0
    for (let i = 0; i < values.length; i++) if ((below += weights[i]!) >= share * this.#rows) return values[i]!
    return this.#greatest
  }

  toJSON(): StoredQuantiles {
    const isEmpty = this.#rows === 0
    return {
      k: this.k,
      rows: this.#rows,
      least: isEmpty ? null : this.#least,
      greatest: isEmpty ? null : this.#greatest,
      levels: this.#levels.map(level => level.toSorted((a, b) => a - b)),
    }
  }

  /** A sketch as it was stored. @throws MONITOR-E303 for anything that `toJSON` cannot have written */
  static fromJSON(stored: StoredQuantiles, seed = 1): QuantileSketch {
    const problem = problemOf(stored)
    if (problem !== null) throw sketchDamaged('quantile sketch', problem)
    const sketch = new QuantileSketch(stored.k, seed)
    sketch.#rows = stored.rows
    sketch.#least = stored.least ?? Number.POSITIVE_INFINITY
    sketch.#greatest = stored.greatest ?? Number.NEGATIVE_INFINITY
    sketch.#levels = stored.levels.map(level => level.slice())
    sketch.#held = heldBy(stored.levels)
    sketch.#measure()
    return sketch
  }

  #measure(): void {
    const { length } = this.#levels
    this.#room = this.#levels.reduce((sum, _, h) => sum + widthOf(this.k, length, h), 0)
  }

  /** Halves the lowest level that is full. */
  #compress(): void {
    const levels = this.#levels
    const h = levels.findIndex((level, at) => level.length >= widthOf(this.k, levels.length, at))
    if (h === levels.length - 1) {
      levels.push([])
      this.#measure()
    }
    const full = h === 0 ? Array.from(Float64Array.from(levels[0]!).sort()) : levels[h]!
    // Of an odd number one value stays behind, so that no weight is lost.
    const kept = full.length % 2 === 1 ? [full.pop()!] : []
    const half: number[] = []
    for (let i = this.#coin(); i < full.length; i += 2) half.push(full[i]!)
    levels[h] = kept
    levels[h + 1] = mergeSorted(levels[h + 1]!, half)
    this.#held -= half.length
  }

  /** 0 or 1, by xorshift32. @see Marsaglia 2003, Journal of Statistical Software 8(14) */
  #coin(): number {
    let x = this.#coins
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#coins = x >>> 0
    return (this.#coins >>> 16) & 1
  }
}

function mergeSorted(a: readonly number[], b: readonly number[]): number[] {
  const all: number[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) all.push(a[i]! <= b[j]! ? a[i++]! : b[j++]!)
  while (i < a.length) all.push(a[i++]!)
  while (j < b.length) all.push(b[j++]!)
  return all
}

const heldBy = (levels: readonly (readonly number[])[]): number => levels.reduce((sum, { length }) => sum + length, 0)

function problemOf({ k, rows, least, greatest, levels }: StoredQuantiles): string | null {
  if (!Number.isInteger(k) || k < leastK || k > mostK) return `k is not a whole number from ${leastK} to ${mostK}`
  if (!Number.isSafeInteger(rows) || rows < 0) return 'its number of rows is not a count'
  if (levels.length === 0 || levels.length > mostLevels) return `it has ${levels.length} levels`
  if (heldBy(levels) > 4 * k + leastWidth * mostLevels) return 'it holds more values than its size allows'
  const weight = levels.reduce((sum, level, h) => sum + level.length * 2 ** h, 0)
  if (weight !== rows) return `its values stand for ${weight} rows of ${rows}`
  if ((least === null) !== (rows === 0) || (greatest === null) !== (rows === 0)) return 'its extremes are missing'
  const isWithin = (value: number): boolean => Number.isFinite(value) && value >= least! && value <= greatest!
  if (!levels.every(level => level.every(isWithin))) return 'a value lies outside its extremes'
  if (!levels.every(level => level.every((value, i) => i === 0 || value >= level[i - 1]!)))
    return 'a level has no order'
  return null
}
