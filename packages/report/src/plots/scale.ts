/** A linear map from data to drawing units, with round ticks inside its domain. */
export interface Scale {
  readonly domain: readonly [number, number]
  readonly ticks: readonly number[]
  at(value: number): number
}

/**
 * A scale with round ticks.
 *
 * @param domain smallest and largest value to show; equal or non-finite ends are widened to a unit
 * @param range drawing units of the two ends
 * @param ends `round`: the domain is widened to the nearest ticks; `tight`: it stays, and ticks lie inside it
 */
export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
  ends: 'round' | 'tight' = 'round',
): Scale {
  const [low, high] = usable(domain)
  const step = roundStep((high - low) / (ends === 'tight' ? 5 : 4))
  const from = Math.floor(low / step + 1e-9)
  const to = Math.ceil(high / step - 1e-9)
  // Multiplying whole numbers gives 0.3 where adding 0.1 three times does not.
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)))
  const [start, end] = ends === 'tight' ? [low, high] : [from * step, to * step]
  return {
    domain: [start, end],
    ticks: ends === 'tight' ? ticks.filter(tick => tick >= low && tick <= high) : ticks,
    at: value => range[0] + ((value - start) / (end - start)) * (range[1] - range[0]),
  }
}

function usable([low, high]: readonly [number, number]): readonly [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1]
  const size = Math.max(Math.abs(low), Math.abs(high))
  // Below this the step between ticks would not be a normal number.
  if (size < 1e-290) return [0, 1]
  return high - low > size * 1e-9 ? [low, high] : [low - size / 2, high + size / 2]
}

/** 1, 2 or 5 times a power of ten, not below `rough`. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const times = [1, 2, 5, 10].find(one => one * power >= rough * (1 - 1e-9))!
  return times * power
}

/** A coordinate with two decimals: the same bytes everywhere, and no digits that nobody can see. */
export const at = (value: number): number => Math.round(value * 100) / 100

/** The smallest and largest finite numbers; `[0, 1]` when there are none. */
export function extent(values: readonly number[]): readonly [number, number] {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low > high ? [0, 1] : [low, high]
}
