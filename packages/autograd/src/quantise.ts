import { notInBlocks } from './errors.js'
import { floats, sizeOf, type Tensor } from './tensor.js'

/** Neighbours of a row that share a step. */
export const blockSize = 32

/** Bits of an element. */
export type Bits = 4 | 8

/**
 * A frozen matrix as small whole numbers q, row-major, in blocks of 32 neighbours of a row.
 *
 * - 8 bits: an element is `scale · q`, q from -128 to 127
 * - 4 bits: an element is `scale · q + offset`, q from 0 to 15; byte j of a block's 16 holds its element j in the low half
 *   and element j + 16 in the high half, as GGUF does
 *
 * Scales and offsets are one for each block. An element takes 9 bits, or 6.
 */
export type QuantisedMatrix =
  | {
      readonly bits: 8
      /** Rows and columns; columns are a multiple of 32. */
      readonly shape: readonly [number, number]
      readonly quants: Int8Array
      readonly scales: Float32Array
    }
  | {
      readonly bits: 4
      readonly shape: readonly [number, number]
      readonly quants: Uint8Array
      readonly scales: Float32Array
      readonly offsets: Float32Array
    }

/**
 * Rounds a matrix to blocks. With 8 bits the largest element of a block becomes ±127; with 4 bits the smallest becomes 0
 * and the largest 15. No element moves by more than half a step of its block.
 *
 * @throws AUTOGRAD-E011 for rows that are not whole blocks, and for elements that are not finite
 */
export function quantise(values: Float32Array, shape: readonly [number, number], bits: Bits): QuantisedMatrix {
  if (shape[1] % blockSize !== 0) throw notInBlocks(`rows of ${shape[1]} elements are not whole blocks of ${blockSize}`)
  const blocks = sizeOf(shape) / blockSize
  const scales = new Float32Array(blocks)
  if (bits === 8) {
    const quants = new Int8Array(values.length)
    for (let block = 0; block < blocks; block++) {
      const from = block * blockSize
      let most = 0
      for (let i = from; i < from + blockSize; i++) most = Math.max(most, Math.abs(values[i]!))
      const scale = (scales[block] = stepOf(most, 127))
      if (scale > 0) for (let i = from; i < from + blockSize; i++) quants[i] = nearest(values[i]! / scale, 127)
    }
    return { bits, shape, quants, scales }
  }
  const quants = new Uint8Array(values.length / 2)
  const offsets = new Float32Array(blocks)
  for (let block = 0; block < blocks; block++) {
    const from = block * blockSize
    let [least, most] = [Infinity, -Infinity]
    for (let i = from; i < from + blockSize; i++) {
      least = Math.min(least, values[i]!)
      most = Math.max(most, values[i]!)
    }
    offsets[block] = least
    const scale = (scales[block] = stepOf(most - least, 15))
    if (scale > 0)
      for (let j = 0; j < 16; j++) {
        const low = nearest((values[from + j]! - least) / scale, 15)
        const high = nearest((values[from + j + 16]! - least) / scale, 15)
        quants[block * 16 + j] = low | (high << 4)
      }
  }
  return { bits, shape, quants, scales, offsets }
}

function stepOf(range: number, steps: number): number {
  const step = Math.fround(range / steps)
  if (!Number.isFinite(step)) throw notInBlocks('an element is not finite, or too large')
  return step
}

/** A rounded step may be a little too small for the largest element. */
const nearest = (x: number, most: number): number => Math.max(-most, Math.min(most, Math.round(x)))

/** The matrix in 32-bit floats, rounded as the runtime rounds: after the product, and after the sum. */
export function dequantise(matrix: QuantisedMatrix): Float32Array {
  const values = new Float32Array(sizeOf(matrix.shape))
  const { scales } = matrix
  if (matrix.bits === 8) {
    for (let i = 0; i < values.length; i++) values[i] = matrix.quants[i]! * scales[i >>> 5]!
    return values
  }
  for (let i = 0; i < matrix.quants.length; i++) {
    const block = i >>> 4
    const at = block * blockSize + (i & 15)
    const byte = matrix.quants[i]!
    values[at] = Math.fround(scales[block]! * (byte & 15)) + matrix.offsets[block]!
    values[at + 16] = Math.fround(scales[block]! * (byte >> 4)) + matrix.offsets[block]!
  }
  return values
}

/** What a graph with the `quantisedInput` of this name is fed. Nothing is copied. */
export function quantisedFeeds(name: string, matrix: QuantisedMatrix): Readonly<Record<string, Tensor>> {
  const { scales } = matrix
  const blocks = scales.length
  const names = quantisedNames(name)
  const shared = { [names.scales]: { dtype: 'f32', shape: [blocks], data: scales } } as const
  if (matrix.bits === 8)
    return { ...shared, [names.quants]: { dtype: 'i8', shape: [blocks, blockSize], data: matrix.quants } }
  return {
    ...shared,
    [names.quants]: { dtype: 'u8', shape: [blocks, blockSize / 2], data: matrix.quants },
    [names.offsets]: { dtype: 'f32', shape: [blocks, 1], data: matrix.offsets },
  }
}

/** The matrix that `quantisedFeeds` gave, among feeds that hold it. */
export function quantisedFrom(
  feeds: Readonly<Record<string, Tensor>>,
  name: string,
  shape: readonly [number, number],
): QuantisedMatrix {
  const names = quantisedNames(name)
  const scales = floats(feeds[names.scales]!)
  const quants = feeds[names.quants]!.data
  return quants instanceof Int8Array
    ? { bits: 8, shape, quants, scales }
    : { bits: 4, shape, quants: quants as Uint8Array, scales, offsets: floats(feeds[names.offsets]!) }
}

/** Names of the inputs that a quantised matrix is fed through. */
export const quantisedNames = (
  name: string,
): { readonly quants: string; readonly scales: string; readonly offsets: string } => ({
  quants: `${name}.quants`,
  scales: `${name}.scales`,
  offsets: `${name}.offsets`,
})
