import { bySize, type Attribution } from './attribution.js'

/** More reasons than this are no explanation any more (12 CFR 1002.9, comment 9(b)(2)-1 of Regulation B). */
export const mostReasons = 4

/** A contribution smaller than this, in probability, is no reason. */
const smallest = 0.001

/**
 * Up to four sentences about what a probability rests on, the weightiest first. They name features and directions, and no
 * value of the row.
 *
 * @param of the class whose probability is explained
 */
export function plainReasons(one: Attribution, of: string): readonly string[] {
  const total = one.contributions.reduce((sum, { value }) => sum + Math.abs(value), 0)
  return bySize(one)
    .filter(({ value, standardError }) => Math.abs(value) >= Math.max(smallest, 2 * (standardError ?? 0)))
    .slice(0, mostReasons)
    .map(({ feature, value }) => {
      const points = Math.abs(100 * value).toFixed(1)
      const direction = value > 0 ? `speaks for '${of}': it raises` : `speaks against '${of}': it lowers`
      const share = Math.round((100 * Math.abs(value)) / total)
      return `${feature} ${direction} the probability by ${points} percentage points (${share}% of all that moves it)`
    })
}
