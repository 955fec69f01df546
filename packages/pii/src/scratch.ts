/**
 * Typed arrays for the time of one piece of work. Making one takes longer than reading a short text, and a look at a text needs
 * dozens; here they are parts of three arrays that the next piece of work uses again.
 */

const sizes = 2 ** 16
const ints = new Int32Array(sizes)
const bytes = new Uint8Array(2 * sizes)
const floats = new Float64Array(sizes / 2)
let intsTaken = 0
let bytesTaken = 0
let floatsTaken = 0
let depth = 0

/** Does some work; what it took from here, others may have afterwards. */
export function inScratch<T>(work: () => T): T {
  const taken = [intsTaken, bytesTaken, floatsTaken] as const
  depth++
  try {
    return work()
  } finally {
    depth--
    ;[intsTaken, bytesTaken, floatsTaken] = taken
  }
}

/** All zero, as a new array is; a new array where there is no room, or outside of such work. */
export function scratchInts(length: number): Int32Array {
  if (depth === 0 || intsTaken + length > ints.length) return new Int32Array(length)
  return ints.subarray(intsTaken, (intsTaken += length)).fill(0)
}

export function scratchBytes(length: number): Uint8Array {
  if (depth === 0 || bytesTaken + length > bytes.length) return new Uint8Array(length)
  return bytes.subarray(bytesTaken, (bytesTaken += length)).fill(0)
}

export function scratchFloats(length: number): Float64Array {
  if (depth === 0 || floatsTaken + length > floats.length) return new Float64Array(length)
  return floats.subarray(floatsTaken, (floatsTaken += length)).fill(0)
}
