import type { Bits, QuantisedMatrix } from '@attestry/autograd'
import { half, scaleAndMinimum, type BlockType } from './gguf-blocks.js'

/** Bits of an element of the types whose blocks a graph can take as they are. */
const bitsOf: Readonly<Record<string, Bits>> = { Q8_0: 8, Q4_0: 4, Q4_1: 4, Q4_K: 4 }

/** Bits of an element where a matrix is stored in blocks that a graph can take; undefined for other tensors. */
export const storedBits = ({ name }: BlockType, shape: readonly number[]): Bits | undefined =>
  shape.length === 2 ? bitsOf[name] : undefined

/**
 * A matrix in blocks as a graph takes it: the stored numbers, and what they are scaled and moved by in 32-bit floats.
 * Nothing is rounded but the sums and products of each block's own scales.
 *
 * @param bytes whole blocks of a type with `storedBits`
 */
export function matrixOfBlocks(type: BlockType, bytes: Uint8Array, shape: readonly [number, number]): QuantisedMatrix {
  const blocks = (shape[0] * shape[1]) / 32
  const scales = new Float32Array(blocks)
  if (bitsOf[type.name] === 8) {
    const quants = new Int8Array(32 * blocks)
    const stored = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let block = 0; block < blocks; block++) {
      const at = block * type.bytes
      scales[block] = half(bytes, at)
      quants.set(stored.subarray(at + 2, at + 34), 32 * block)
    }
    return { bits: 8, shape, quants, scales }
  }
  const [quants, offsets] = [new Uint8Array(16 * blocks), new Float32Array(blocks)]
  const put = type.name === 'Q4_K' ? putLong : putShort
  for (let at = 0, block = 0; at < bytes.length; at += type.bytes, block += type.elements / 32)
    put(bytes, at, { quants, scales, offsets }, block, type)
  return { bits: 4, shape, quants, scales, offsets }
}

interface Into {
  readonly quants: Uint8Array
  readonly scales: Float32Array
  readonly offsets: Float32Array
}

/** One block of 32. */
function putShort(bytes: Uint8Array, at: number, into: Into, block: number, type: BlockType): void {
  const scale = half(bytes, at)
  into.scales[block] = scale
  into.offsets[block] = type.name === 'Q4_0' ? -8 * scale : half(bytes, at + 2)
  into.quants.set(bytes.subarray(at + type.bytes - 16, at + type.bytes), 16 * block)
}

/** One block of 256, whose bytes hold neighbouring blocks of 32 in their low and high halves. */
function putLong(bytes: Uint8Array, at: number, into: Into, block: number): void {
  const [d, dmin] = [half(bytes, at), half(bytes, at + 2)]
  for (let j = 0; j < 8; j++) {
    const [scale, minimum] = scaleAndMinimum(bytes, at + 4, j)
    into.scales[block + j] = d * scale
    into.offsets[block + j] = -dmin * minimum
    const from = at + 16 + 32 * (j >> 1)
    const shift = j % 2 ? 4 : 0
    const nibble = (i: number): number => (bytes[from + i]! >> shift) & 15
    for (let i = 0; i < 16; i++) into.quants[16 * (block + j) + i] = nibble(i) | (nibble(i + 16) << 4)
  }
}

/** Rows of a matrix in another order. @param source row that each row of the result is */
export function withRows(matrix: QuantisedMatrix, source: readonly number[]): QuantisedMatrix {
  const take = <T extends Float32Array | Int8Array | Uint8Array>(values: T): T => rowsOf(values, source)
  const scales = take(matrix.scales)
  return matrix.bits === 8
    ? { ...matrix, quants: take(matrix.quants), scales }
    : { ...matrix, quants: take(matrix.quants), scales, offsets: take(matrix.offsets) }
}

/** Rows of an array in another order. @param source row that each row of the result is */
export function rowsOf<T extends Float32Array | Int8Array | Uint8Array>(values: T, source: readonly number[]): T {
  const ordered = values.slice() as T
  const width = values.length / source.length
  source.forEach((row, i) => ordered.set(values.subarray(row * width, (row + 1) * width), i * width))
  return ordered
}
