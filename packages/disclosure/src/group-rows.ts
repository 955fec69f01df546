/** Rows that agree on all columns share a group. Groups are numbered in the order of their first row. */
export interface Grouping {
  readonly groupOf: Int32Array
  readonly count: number
}

/** Codes of one column, each in 0 … size - 1. */
export interface Codes {
  readonly codes: Int32Array
  readonly size: number
}

const largest = Number.MAX_SAFE_INTEGER

/**
 * Groups rows that agree on every column.
 *
 * The codes of a row are the digits of one whole number, which is hashed. Where it would pass 2^53, what has been read so far
 * is grouped first and the number of the group takes the place of its digits: the result is exact for any number of columns.
 */
export function groupRows(columns: readonly Codes[], rows: number): Grouping {
  const keys = new Float64Array(rows)
  let span = 1
  for (const { codes, size } of columns) {
    if (span * size > largest) {
      const { groupOf, count } = numberKeys(keys)
      keys.set(groupOf)
      span = count
    }
    for (let row = 0; row < rows; row++) keys[row] = keys[row]! * size + codes[row]!
    span *= size
  }
  return numberKeys(keys)
}

/** Open addressing over whole numbers below 2^53. */
function numberKeys(keys: Float64Array): Grouping {
  let capacity = 16
  while (capacity < keys.length * 2) capacity *= 2
  const mask = capacity - 1
  const slots = new Int32Array(capacity)
  const firsts: number[] = []
  const groupOf = new Int32Array(keys.length)
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row]!
    let slot = hash(key) & mask
    for (;;) {
      const group = slots[slot]! - 1
      if (group < 0) {
        slots[slot] = firsts.push(key)
        groupOf[row] = firsts.length - 1
        break
      }
      if (firsts[group] === key) {
        groupOf[row] = group
        break
      }
      slot = (slot + 1) & mask
    }
  }
  return { groupOf, count: firsts.length }
}

function hash(key: number): number {
  const high = (key / 4_294_967_296) | 0
  let mixed = Math.imul((key | 0) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
