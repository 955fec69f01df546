import { wrongType } from './errors.js'

/** Element types of values: 32-bit floats, 64-bit integers (ids and labels), truth values (one byte each), and bytes. */
export type DType = 'f32' | 'i64' | 'bool' | 'i8' | 'u8'

/** The numbers ONNX gives element types (TensorProto.DataType). */
export const elementTypes: Readonly<Record<DType, number>> = { f32: 1, u8: 2, i8: 3, i64: 7, bool: 9 }

/** Sizes by axis, outermost first; `[]` is a scalar. */
export type Shape = readonly number[]

/** A dense, row-major array. `data` has exactly as many elements as the product of `shape`. */
export type Tensor =
  | { readonly dtype: 'f32'; readonly shape: Shape; readonly data: Float32Array }
  | { readonly dtype: 'i64'; readonly shape: Shape; readonly data: BigInt64Array }
  | { readonly dtype: 'bool' | 'u8'; readonly shape: Shape; readonly data: Uint8Array }
  | { readonly dtype: 'i8'; readonly shape: Shape; readonly data: Int8Array }

/** Number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1)

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i])

/** A float tensor over `data`, which is not copied. */
export const f32 = (shape: Shape, data: Float32Array | readonly number[]): Tensor => ({
  dtype: 'f32',
  shape,
  data: data instanceof Float32Array ? data : Float32Array.from(data),
})

/** A 64-bit integer tensor from 32-bit signed numbers (ids, labels, axes). */
export function i64(shape: Shape, data: ArrayLike<number>): Tensor {
  const wide = new BigInt64Array(data.length)
  // Through a 32-bit view: making a bigint per element is ten times slower.
  const words = new Int32Array(wide.buffer)
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    words[2 * i] = value
    words[2 * i + 1] = value < 0 ? -1 : 0
  }
  return { dtype: 'i64', shape, data: wide }
}

/** A scalar float tensor. */
export const scalar = (value: number): Tensor => f32([], [value])

/** The elements of a float tensor. @throws AUTOGRAD-E002 for another type */
export function floats(tensor: Tensor): Float32Array {
  if (tensor.dtype !== 'f32') throw wrongType('a result', 'floats', tensor.dtype, 'f32')
  return tensor.data
}
