import { sketchDamaged, sketchesDiffer, sketchSize } from './errors.js'

/** Frequent values as plain data, most frequent first. */
export interface StoredFrequent {
  readonly counters: number
  readonly rows: number
  readonly shortfall: number
  readonly counts: readonly (readonly [value: string, count: number])[]
}

/** A value with bounds on how often it was seen. */
export interface FrequentValue {
  readonly value: string
  readonly atLeast: number
  readonly atMost: number
}

const [leastCounters, mostCounters] = [8, 65_536]

/**
 * The most frequent texts of a stream in bounded memory, mergeable: Misra-Gries in the batched form, which keeps up to twice
 * as many counters and lowers all of them at once.
 *
 * Any value seen in more than rows / (counters + 1) rows is listed; a count is too small by at most `shortfall`, which is
 * at most rows / (counters + 1). Keeps values as they are: only for columns whose values may be kept.
 *
 * @see Misra, Gries 1982; Agarwal et al. 2012, Mergeable Summaries; Anderson et al. 2017, arXiv 1705.07001
 */
export class FrequentValues {
  readonly counters: number
  #counts = new Map<string, number>()
  #rows = 0
  #shortfall = 0

  /** @param counters 8 to 65536 @throws MONITOR-E301 */
  constructor(counters: number) {
    if (!Number.isInteger(counters) || counters < leastCounters || counters > mostCounters)
      throw sketchSize('the number of counters', counters, leastCounters, mostCounters)
    this.counters = counters
  }

  /** Rows seen. */
  get rows(): number {
    return this.#rows
  }
  /** Values held. */
  get size(): number {
    return this.#counts.size
  }
  /** By how much a count may be too small. 0: every count is exact and every value is listed. */
  get shortfall(): number {
    return this.#shortfall
  }

  add(value: string): void {
    this.#rows++
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1)
    if (this.#counts.size > 2 * this.counters) this.#lower()
  }

  /** Takes in the rows of another. @throws MONITOR-E302 for another number of counters */
  merge(other: FrequentValues): void {
    if (other.counters !== this.counters) throw sketchesDiffer('counters', this.counters, other.counters)
    const theirs = [...other.#counts]
    for (const [value, count] of theirs) this.#counts.set(value, (this.#counts.get(value) ?? 0) + count)
    this.#rows += other.#rows
    this.#shortfall += other.#shortfall
    if (this.#counts.size > 2 * this.counters) this.#lower()
  }

  /** Values seen in at least `least` rows for certain, most frequent first. */
  list(least = 1): readonly FrequentValue[] {
    return this.#sorted()
      .filter(([, count]) => count >= least)
      .map(([value, count]) => ({ value, atLeast: count, atMost: count + this.#shortfall }))
  }

  toJSON(): StoredFrequent {
    return { counters: this.counters, rows: this.#rows, shortfall: this.#shortfall, counts: this.#sorted() }
  }

  /** Counts as they were stored. @throws MONITOR-E303 */
  static fromJSON(stored: StoredFrequent): FrequentValues {
    const problem = problemOf(stored)
    if (problem !== null) throw sketchDamaged('list of frequent values', problem)
    const frequent = new FrequentValues(stored.counters)
    frequent.#counts = new Map(stored.counts)
    frequent.#rows = stored.rows
    frequent.#shortfall = stored.shortfall
    return frequent
  }

  #sorted(): [string, number][] {
    return [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  }

  /** Takes the count of the one after the last that stays from every count, which frees at least half of the room. */
  #lower(): void {
    const cut = [...this.#counts.values()].sort((a, b) => b - a)[this.counters]!
    for (const [value, count] of this.#counts)
      if (count > cut) this.#counts.set(value, count - cut)
      else this.#counts.delete(value)
    this.#shortfall += cut
  }
}

function problemOf({ counters, rows, shortfall, counts }: StoredFrequent): string | null {
  if (!Number.isInteger(counters) || counters < leastCounters || counters > mostCounters)
    return `its counters are not from ${leastCounters} to ${mostCounters}`
  if (![rows, shortfall].every(one => Number.isSafeInteger(one) && one >= 0)) return 'a number is not a count'
  if (counts.length > 2 * counters) return `it lists ${counts.length} values with ${counters} counters`
  if (new Set(counts.map(([value]) => value)).size !== counts.length) return 'a value is listed twice'
  if (!counts.every(([, count]) => Number.isSafeInteger(count) && count > 0)) return 'a number is not a count'
  const counted = counts.reduce((sum, [, count]) => sum + count, 0)
  if (counted + shortfall * (counters + 1) > rows) return 'its counts are more than its rows'
  return shortfall === 0 && counted !== rows ? 'its counts are fewer than its rows' : null
}
