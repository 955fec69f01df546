import { normalDraw, type Random } from '@attestry/core'
import type { AttackSpace } from './attack-space.js'

export type Norm = 'l-infinity' | 'l2'

/**
 * Brings the shares of a row back to at most epsilon from where they started, inside [0, 1] (or as far outside as they
 * started), in place. Shares that cannot move stay.
 */
export function project(
  { start, isFree, places }: AttackSpace,
  row: number,
  shares: Float64Array,
  at: number,
  epsilon: number,
  norm: Norm,
): void {
  const width = places.length
  let length = 0
  for (let i = 0; i < width; i++) {
    const origin = start[row * width + i]!
    const moved = isFree[row * width + i] === 1 ? shares[at * width + i]! - origin : 0
    shares[at * width + i] = origin + (norm === 'l-infinity' ? Math.max(-epsilon, Math.min(epsilon, moved)) : moved)
    length += moved * moved
  }
  const shrink = norm === 'l2' && length > epsilon * epsilon ? epsilon / Math.sqrt(length) : 1
  for (let i = 0; i < width; i++) {
    const origin = start[row * width + i]!
    const share = origin + (shares[at * width + i]! - origin) * shrink
    shares[at * width + i] = Math.max(Math.min(0, origin), Math.min(Math.max(1, origin), share))
  }
}

/** A random step of full length in every free direction: signs for l-infinity, a point of the sphere for l2. */
export function randomStep(space: AttackSpace, row: number, epsilon: number, norm: Norm, random: Random): Float64Array {
  const width = space.places.length
  const step = Float64Array.from({ length: width }, (_, i) => {
    if (space.isFree[row * width + i] === 0) return 0
    return norm === 'l-infinity' ? (random() < 0.5 ? -epsilon : epsilon) : normalDraw(random)
  })
  if (norm === 'l-infinity') return step
  const length = Math.hypot(...step)
  return length === 0 ? step : step.map(value => (value / length) * epsilon)
}
