/** A sequence that is the same on every machine (mulberry32). */
export interface Draw {
  /** An integer in [0, n). */
  below(n: number): number
  chance(percent: number): boolean
  of<T>(list: readonly T[]): T
}

export function drawFrom(seed: number): Draw {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  const below = (n: number): number => next() % n
  return { below, chance: percent => below(100) < percent, of: list => list[below(list.length)]! }
}
