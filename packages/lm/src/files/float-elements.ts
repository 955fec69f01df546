import { notWeights } from './errors.js'
import { halfValues } from './half-floats.js'

/** Types that `floatElements` reads. */
export const floatTypes = ['F32', 'F64', 'F16', 'BF16'] as const

/**
 * Stored elements as 32-bit floats.
 *
 * @param bytes little-endian, as long as its elements; aligned or not
 * @throws LM-E007 for another type
 */
export function floatElements(bytes: Uint8Array, dtype: string, file: string): Float32Array {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  switch (dtype) {
    case 'F32':
      return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4)
    case 'F64':
      return Float32Array.from(new Float64Array(aligned.buffer, aligned.byteOffset, aligned.length / 8))
    case 'F16':
      return new Float32Array(aligned.length / 2).map(
        (_, i) => halfValues[aligned[2 * i]! | (aligned[2 * i + 1]! << 8)]!,
      )
    case 'BF16': {
      const bits = new Uint32Array(aligned.length / 2)
      const words = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2)
      for (let i = 0; i < bits.length; i++) bits[i] = words[i]! << 16
      return new Float32Array(bits.buffer)
    }
    default:
      throw notWeights(file, `a tensor of type ${dtype} holds no weights`)
  }
}
