import { textValues, type RecordBatch } from '@attestry/core'

const cardColumn = /(?:^|_)(?:pan|card|cc|card_?(?:number|no|hash))(?:_|$)/i
const digest = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i

/**
 * Columns named after cards that hold digests and that nobody declared as keyed. There are so few card numbers that a plain
 * hash of one is found by trying all of them; whether a digest is keyed cannot be seen, so a person declares it.
 */
export const undeclaredHashes = (batch: RecordBatch, declared: readonly string[]): readonly string[] =>
  Object.keys(batch.columns).filter(
    name =>
      cardColumn.test(name) &&
      !declared.includes(name) &&
      textValues(batch, name).some(value => value !== null && digest.test(value.trim())),
  )
