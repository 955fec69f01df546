import { f32, sizeOf, type Shape, type Tensor } from '@attestry/autograd'
import { mix, seededRandom } from '@attestry/core'
import { dropoutName } from './layers.js'

export interface DropoutOptions {
  /** Paths of the adapted layers. */
  readonly targets: readonly string[]
  /** Those among them that see one state of each text: their masks are [B, in], all others [B, T, in]. */
  readonly perText?: readonly string[]
  /** Shapes of the checkpoint's tensors by name. */
  readonly shapes: ReadonlyMap<string, Shape>
  /** Chance that an input is dropped, above 0 and below 1. */
  readonly dropout: number
  readonly seed: number
  /** Which step it is, from 1. */
  readonly step: number
}

/**
 * Masks of inverted dropout: kept inputs are divided by the chance to be kept, so that their mean stays.
 *
 * What a row loses follows from seed, step and the row alone, whatever stands beside it and however long it is padded:
 * with privacy, no example may change what another adds.
 *
 * @param rows which rows of the data the batch holds; the rest of it is padding
 * @param batch B
 * @param length T
 */
export function dropoutFeeds(
  { targets, perText = [], shapes, dropout, seed, step }: DropoutOptions,
  rows: ArrayLike<number>,
  batch: number,
  length: number,
): Record<string, Tensor> {
  const kept = 1 / (1 - dropout)
  return Object.fromEntries(
    targets.map((path, layer) => {
      const depth = shapes.get(`${path}.weight`)![1]!
      const shape = perText.includes(path) ? [batch, depth] : [batch, length, depth]
      const mask = new Float32Array(sizeOf(shape))
      const perRow = mask.length / batch
      for (let i = 0; i < rows.length; i++) {
        const random = seededRandom(mix(seed ^ mix(step ^ mix(rows[i]! ^ mix(layer + 1)))))
        for (let j = i * perRow; j < (i + 1) * perRow; j++) mask[j] = random() < dropout ? 0 : kept
      }
      return [dropoutName(path), f32(shape, mask)]
    }),
  )
}
