import { halfValues } from './half-floats.js'

/** How a ggml type stores its elements: blocks of `elements`, each `bytes` long. */
export interface BlockType {
  readonly name: string
  readonly elements: number
  readonly bytes: number
  /** Decodes the block at `at` into `into` from `from` on. */
  decode(bytes: Uint8Array, at: number, into: Float32Array, from: number): void
}

/** A half-precision number. */
export const half = (bytes: Uint8Array, at: number): number => halfValues[bytes[at]! | (bytes[at + 1]! << 8)]!
const word = new Uint32Array(1)
const float = new Float32Array(word.buffer)
const float32 = (bytes: Uint8Array, at: number): number => {
  word[0] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
  return float[0]!
}

/** Low nibbles hold the first 16 elements of a block, high nibbles the last 16. */
const nibbles =
  (scaleBytes: number, value: (bytes: Uint8Array, at: number) => (nibble: number) => number): BlockType['decode'] =>
  (bytes, at, into, from) => {
    const of = value(bytes, at)
    for (let j = 0; j < 16; j++) {
      const byte = bytes[at + scaleBytes + j]!
      into[from + j] = of(byte & 15)
      into[from + j + 16] = of(byte >> 4)
    }
  }

/** Six-bit scale and minimum of sub-block `j` of a Q4_K block, packed into 12 bytes. */
export function scaleAndMinimum(bytes: Uint8Array, at: number, j: number): readonly [number, number] {
  if (j < 4) return [bytes[at + j]! & 63, bytes[at + j + 4]! & 63]
  return [
    (bytes[at + j + 4]! & 15) | ((bytes[at + j - 4]! >> 6) << 4),
    (bytes[at + j + 4]! >> 4) | ((bytes[at + j]! >> 6) << 4),
  ]
}

/**
 * The types that are read, by their number in a GGUF file.
 *
 * - Q8_0: `d·q`; Q4_0: `d·(q - 8)`; Q4_1: `d·q + m`, blocks of 32 with half-precision d and m
 * - Q4_K: blocks of 256 with half-precision d and dmin, and 8 sub-blocks of 32: `d·scale·q - dmin·minimum`
 *
 * @see ggml, ggml-quants
 */
export const blockTypes: ReadonlyMap<number, BlockType> = new Map<number, BlockType>([
  [0, { name: 'F32', elements: 1, bytes: 4, decode: (b, at, into, from) => void (into[from] = float32(b, at)) }],
  [1, { name: 'F16', elements: 1, bytes: 2, decode: (b, at, into, from) => void (into[from] = half(b, at)) }],
  [
    30,
    {
      name: 'BF16',
      elements: 1,
      bytes: 2,
      decode(bytes, at, into, from) {
        word[0] = (bytes[at]! << 16) | (bytes[at + 1]! << 24)
        into[from] = float[0]!
      },
    },
  ],
  [
    2,
    {
      name: 'Q4_0',
      elements: 32,
      bytes: 18,
      decode: nibbles(2, (bytes, at) => {
        const d = half(bytes, at)
        return q => d * (q - 8)
      }),
    },
  ],
  [
    3,
    {
      name: 'Q4_1',
      elements: 32,
      bytes: 20,
      decode: nibbles(4, (bytes, at) => {
        const [d, m] = [half(bytes, at), half(bytes, at + 2)]
        return q => d * q + m
      }),
    },
  ],
  [
    8,
    {
      name: 'Q8_0',
      elements: 32,
      bytes: 34,
      decode(bytes, at, into, from) {
        const d = half(bytes, at)
        for (let j = 0; j < 32; j++) into[from + j] = d * ((bytes[at + 2 + j]! << 24) >> 24)
      },
    },
  ],
  [
    12,
    {
      name: 'Q4_K',
      elements: 256,
      bytes: 144,
      decode(bytes, at, into, from) {
        const [d, dmin] = [half(bytes, at), half(bytes, at + 2)]
        for (let pair = 0; pair < 4; pair++)
          for (const high of [0, 1]) {
            const [scale, minimum] = scaleAndMinimum(bytes, at + 4, 2 * pair + high)
            const [step, offset] = [d * scale, dmin * minimum]
            for (let j = 0; j < 32; j++) {
              const byte = bytes[at + 16 + 32 * pair + j]!
              into[from + 64 * pair + 32 * high + j] = step * (high ? byte >> 4 : byte & 15) - offset
            }
          }
      },
    },
  ],
])

/** All elements of a tensor. @param bytes whole blocks */
export function decodeBlocks(type: BlockType, bytes: Uint8Array): Float32Array {
  const blocks = bytes.length / type.bytes
  const values = new Float32Array(blocks * type.elements)
  for (let block = 0; block < blocks; block++)
    type.decode(bytes, block * type.bytes, values, block * type.elements)
  return values
}
