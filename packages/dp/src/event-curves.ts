import { infiniteMass } from './event-loss.js'
import { checkEvent, type PrivacyEvent } from './events.js'
import { defaultOrders, rdpCurve } from './rdp.js'
import type { CountedEvent } from './tight-bounds.js'

const checked = new WeakMap<object, PrivacyEvent>()
// A training loop asks for epsilon after every step with the same event: its curve is computed once.
const curves = new WeakMap<PrivacyEvent, Float64Array>()

/** The event, checked and frozen; the same object for the same object, so that its curve is found again. */
export function checkedEvent(event: PrivacyEvent): PrivacyEvent {
  const copy = checkEvent(event)
  const before = checked.get(event)
  if (before && JSON.stringify(before) === JSON.stringify(copy)) return before
  Object.freeze(copy)
  checked.set(event, copy)
  return copy
}

/** The Rényi curve of a checked event over the default orders. */
export function curveOf(event: PrivacyEvent): Float64Array {
  const known = curves.get(event)
  if (known) return known
  const curve = rdpCurve(event)
  curves.set(event, curve)
  return curve
}

/** Rényi divergences add up under composition, order by order (Mironov 2017, proposition 1). */
export function curveOfAll(events: readonly CountedEvent[]): Float64Array {
  const total = new Float64Array(defaultOrders.length)
  for (const { event, count } of events) for (const [i, r] of curveOf(event).entries()) total[i]! += count * r
  return total
}

/** The chance that any of the releases fails outright. */
export function infiniteOf(events: readonly CountedEvent[]): number {
  let logFinite = 0
  for (const { event, count } of events) logFinite += count * Math.log1p(-infiniteMass(event))
  return -Math.expm1(logFinite)
}
