import { badHierarchy, outOfRange } from './errors.js'
import type { Hierarchy, Label } from './hierarchy.js'

export interface IntervalOptions {
  /** Start of the first interval. */
  readonly from: number
  /** Values at or above it are outside. */
  readonly to: number
  /** Width on each level, ascending, each a multiple of the one before. */
  readonly widths: readonly number[]
  /**
   * What becomes of values outside: refused with DISCLOSURE-E004 (default), or put into one band below and one above
   * (bottom and top coding) from level 1 on.
   */
  readonly outside?: 'refuse' | 'band'
}

/**
 * Intervals `[low, high)` of numbers, wider on each level.
 *
 * @throws DISCLOSURE-E003 when a number is out of range, DISCLOSURE-E005 when widths do not nest
 * @example
 *   intervals({ from: 0, to: 120, widths: [5, 10, 20] })
 */
export function intervals({ from, to, widths, outside = 'refuse' }: IntervalOptions): Hierarchy {
  if (!Number.isFinite(from) || !Number.isFinite(to) || !(from < to))
    throw outOfRange('to', to, `a number above ${from}`)
  if (widths.length === 0) throw badHierarchy('intervals need at least one width')
  widths.forEach((width, place) => {
    if (!(width > 0) || !Number.isFinite(width)) throw outOfRange('a width', width, 'a number above 0')
    const times = place === 0 ? 2 : width / widths[place - 1]!
    if (Math.abs(times - Math.round(times)) > 1e-9 || Math.round(times) < 2)
      throw badHierarchy(`width ${width} is no multiple of ${widths[place - 1]}, so the levels do not nest`)
  })
  return {
    height: widths.length + 1,
    path(value) {
      if (typeof value !== 'number') return undefined
      if (value < from || value >= to) return outside === 'band' ? widths.map(() => band(value, from, to)) : undefined
      return widths.map(width => interval(value, from, width))
    },
  }
}

function band(value: number, from: number, to: number): Label {
  return value < from ? { text: `<${from}`, span: [-Infinity, from] } : { text: `>=${to}`, span: [to, Infinity] }
}

function interval(value: number, from: number, width: number): Label {
  let place = Math.floor((value - from) / width)
  // Rounding may put a value beside its interval: the label must cover it.
  while (from + place * width > value) place--
  while (from + (place + 1) * width <= value) place++
  const [low, high] = [from + place * width, from + (place + 1) * width]
  return { text: `[${low}, ${high})`, span: [low, high] }
}
