import type { JsonValue } from '@attestry/core'
import { isObject } from './evidence-list.js'

/**
 * Readers of the facts of evidence. A signature says who wrote a statement, not that it has the shape that a reader
 * expects: what is not there, or is something else, is null or left out, and never an error.
 */

export type Facts = { readonly [key: string]: JsonValue }

export const numberIn = (value: JsonValue | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

export const textIn = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null)

export const objectIn = (value: JsonValue | undefined): Facts | null =>
  value !== undefined && isObject(value) ? value : null

export const objectsIn = (value: JsonValue | undefined): readonly Facts[] =>
  Array.isArray(value) ? value.filter(isObject) : []

export const textsIn = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter(one => typeof one === 'string') : []

/** A measured value as evidence writes it. */
export interface Measured {
  readonly value: number | null
  readonly interval: readonly [number, number] | null
  readonly n: number | null
  readonly reason: string | null
}

/** Null when there is no such value at all; a value of null was not assessed. */
export function measuredIn(value: JsonValue | undefined): Measured | null {
  const found = objectIn(value)
  if (!found || !('value' in found)) return null
  const [low, high] = Array.isArray(found['interval']) ? found['interval'].map(one => numberIn(one)) : []
  return {
    value: numberIn(found['value']),
    interval: typeof low === 'number' && typeof high === 'number' ? [low, high] : null,
    n: numberIn(found['n']),
    reason: textIn(found['reason']),
  }
}
