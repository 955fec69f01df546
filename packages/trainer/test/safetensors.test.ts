import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAttestryError } from '@attestry/core'
import { readSafetensors, writeSafetensors } from '../src/index.js'

const parameters = [
  { name: 'w', shape: [2, 3] },
  { name: 'b', shape: [2] },
]
const weights = { w: Float32Array.of(1, -2, 3.5, 0, 1e-30, 6), b: Float32Array.of(7, 8) }
const file = (): Uint8Array => writeSafetensors(parameters, weights, { format: 'pt' })

const withHeader = (header: unknown, data = 32): Uint8Array => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + data)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

const tensor = (from: number, to: number, shape: readonly unknown[] = [(to - from) / 4], dtype = 'F32'): unknown => ({
  dtype,
  shape,
  data_offsets: [from, to],
})

describe('safetensors', () => {
  it('are read as they were written', () => {
    const read = readSafetensors(file())
    expect(read.w).toEqual({ shape: [2, 3], data: weights.w })
    expect(read.b).toEqual({ shape: [2], data: weights.b })
  })

  it('have the layout of the format: length, padded header, data', () => {
    const bytes = file()
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect((8 + length) % 8).toBe(0)
    const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + length)))
    expect(header).toEqual({
      __metadata__: { format: 'pt' },
      w: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      b: { dtype: 'F32', shape: [2], data_offsets: [24, 32] },
    })
    expect(new DataView(bytes.buffer).getFloat32(8 + length + 8, true)).toBe(3.5)
  })

  it.each([
    ['fewer than 8 bytes', new Uint8Array(7)],
    ['a header longer than the file', file().slice(0, 40)],
    ['a header length beyond any file', new Uint8Array(8).fill(255)],
    ['data that is cut', file().slice(0, -1)],
    ['data that goes on', Uint8Array.of(...file(), 0)],
    ['a header that is no JSON', withHeader('{"w":')],
    ['a header that is no UTF-8', withHeader('\u0000').fill(0xff, 8)],
    ['a header that is a list', withHeader([])],
    [
      'a name that occurs twice',
      withHeader(`{"w":${JSON.stringify(tensor(0, 32))},"w":${JSON.stringify(tensor(0, 32))}}`),
    ],
    ['an escaped name that occurs twice', withHeader(`{"w":${JSON.stringify(tensor(0, 32))},"\\u0077":1}`)],
    ['tensors that overlap', withHeader({ a: tensor(0, 20), b: tensor(16, 32) })],
    ['tensors with a hole', withHeader({ a: tensor(0, 12), b: tensor(16, 32) })],
    ['offsets past the end', withHeader({ a: tensor(0, 36) })],
    ['offsets that go back', withHeader({ a: tensor(32, 0, [0]) })],
    ['a span that does not match the shape', withHeader({ a: tensor(0, 32, [7]) })],
    ['a negative size', withHeader({ a: tensor(0, 32, [-2, -4]) })],
    ['a size that is no integer', withHeader({ a: tensor(0, 32, [3.5]) })],
    ['a shape that overflows', withHeader({ a: tensor(0, 32, [2 ** 40, 2 ** 40]) })],
    ['another element type', withHeader({ a: tensor(0, 32, [16], 'F16') })],
    ['an element type that is a property of every object', withHeader({ a: tensor(0, 32, [8], 'constructor') })],
    ['a tensor that is null', withHeader({ a: null })],
    ['metadata that is no text', withHeader({ __metadata__: { a: 1 }, w: tensor(0, 32) })],
  ])('are refused with TRAIN-E015: %s', (_what, bytes) => {
    expect(() => readSafetensors(bytes)).toThrowError(expect.objectContaining({ code: 'TRAIN-E015' }))
  })

  it('fail with a code and nothing else, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(file().length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(file().length),
        (changes, length) => {
          const bytes = file().slice(0, length)
          for (const [at, value] of changes) if (at < length) bytes[at] = value
          try {
            readSafetensors(bytes)
          } catch (error) {
            if (!isAttestryError(error) || error.code !== 'TRAIN-E015') throw error
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})
