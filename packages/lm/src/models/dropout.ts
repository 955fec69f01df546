import { f32, type Shape, type Tensor } from '@attestry/autograd'
import { dropoutName } from './layers.js'

/** Inverted dropout: kept inputs are divided by the chance to be kept, so that their mean stays. */
export function dropoutFeeds(
  targets: readonly string[],
  shapes: ReadonlyMap<string, Shape>,
  lead: readonly [number, number],
  dropout: number,
  random: () => number,
): Record<string, Tensor> {
  const kept = 1 / (1 - dropout)
  return Object.fromEntries(
    targets.map(path => {
      const shape = [...lead, shapes.get(`${path}.weight`)![1]!]
      const mask = Float32Array.from({ length: lead[0] * lead[1] * shape[2]! }, () => (random() < dropout ? 0 : kept))
      return [dropoutName(path), f32(shape, mask)]
    }),
  )
}
