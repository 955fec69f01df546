import type { Value } from './graph.js'
import type { Tensor } from './tensor.js'

/** Where large constants go instead of the model. */
export interface ExternalOptions {
  /** Name of the side file as the model calls it: the path that a runtime is given with the bytes, or a file beside it. */
  readonly location: string
}

/** A model whose large constants lie in a side file. */
export interface ExternalModel {
  readonly model: Uint8Array
  /**
   * The side file in pieces, to be written one after another: padding, and the constants' own bytes, which are not
   * copied. Empty where no constant is large.
   */
  readonly external: readonly Uint8Array[]
}

/** Where a constant lies in the side file, in bytes. */
export interface Place {
  /** A multiple of 4096, so that the file can be mapped into memory. */
  readonly offset: number
  readonly length: number
}

const page = 4096
// Small ones stay: shapes and axes among them, which runtimes read while they open a model.
const smallest = 1024

/** Lays out the constants of a kilobyte and more one after another, each at the beginning of a page. */
export function layOut(constants: Iterable<readonly [Value, Tensor]>): {
  readonly places: ReadonlyMap<Value, Place>
  readonly external: readonly Uint8Array[]
} {
  const places = new Map<Value, Place>()
  const external: Uint8Array[] = []
  let end = 0
  for (const [value, { data }] of constants) {
    if (data.byteLength < smallest) continue
    const offset = Math.ceil(end / page) * page
    if (offset > end) external.push(new Uint8Array(offset - end))
    external.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    places.set(value, { offset, length: data.byteLength })
    end = offset + data.byteLength
  }
  return { places, external }
}
