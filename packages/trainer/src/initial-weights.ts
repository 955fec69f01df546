import { createHash } from 'node:crypto'
import { sizeOf, type ParameterShape } from '@attestry/autograd'
import type { Weights } from './architecture.js'

/**
 * Initial weights from a seed: the same on every machine, because only exact arithmetic and square roots are used.
 *
 * Biases are 0. A matrix [out, in] is uniform in ±√(6/(in + out)) (Glorot, Bengio 2010, equation 16); an embedding table
 * [V, d] is uniform in ±√(3/d), which gives rows of length 1 in the mean. They are public: they carry no data.
 */
export function initialWeights(parameters: readonly ParameterShape[], seed: number): Weights {
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      const values = new Float32Array(sizeOf(shape))
      if (shape.length < 2) return [name, values]
      const [out, depth] = shape as [number, number]
      const limit = name.startsWith('embedding') ? Math.sqrt(3 / depth) : Math.sqrt(6 / (depth + out))
      const random = uniformOf(`attestry initial weights 1: ${seed} ${name}`)
      for (let i = 0; i < values.length; i++) values[i] = limit * (2 * random() - 1)
      return [name, values]
    }),
  )
}

/** xoshiro128** (Blackman, Vigna) seeded by SHA-256 of a text; numbers in [0, 1) with 24 bits. Not for secrets. */
function uniformOf(text: string): () => number {
  const hash = createHash('sha256').update(text).digest()
  let [a, b, c, d] = [0, 4, 8, 12].map(at => hash.readUInt32LE(at)) as [number, number, number, number]
  const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k))
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return (result >>> 8) / 16_777_216
  }
}
