import type { RecordBatch } from '@attestry/core'

/**
 * Freezes a value and everything in it, so that writing to it throws. The content of typed arrays cannot be frozen:
 * compare it with a copy.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}

/** Names of number columns whose values differ between two batches of the same rows. */
export const changedNumbers = (before: RecordBatch, after: RecordBatch): readonly string[] =>
  Object.entries(before.columns).flatMap(([name, column]) => {
    const now = after.columns[name]
    if (column.kind !== 'number' || now?.kind !== 'number') return []
    return column.values.every((value, row) => Object.is(value, now.values[row])) ? [] : [name]
  })
