import { f32, sizeOf, type Shape, type Tensor } from '@attestry/autograd'
import { dropoutName } from './layers.js'

/**
 * Inverted dropout: kept inputs are divided by the chance to be kept, so that their mean stays.
 *
 * @param lead shape of the inputs of these layers but for the last axis: [B, T], or [B] where they see one state of a text
 */
export function dropoutFeeds(
  targets: readonly string[],
  shapes: ReadonlyMap<string, Shape>,
  lead: Shape,
  dropout: number,
  random: () => number,
): Record<string, Tensor> {
  const kept = 1 / (1 - dropout)
  return Object.fromEntries(
    targets.map(path => {
      const shape = [...lead, shapes.get(`${path}.weight`)![1]!]
      const mask = Float32Array.from({ length: sizeOf(shape) }, () => (random() < dropout ? 0 : kept))
      return [dropoutName(path), f32(shape, mask)]
    }),
  )
}
