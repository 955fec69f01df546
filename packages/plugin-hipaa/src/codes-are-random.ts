import { textValues, type HookContext, type RecordBatch } from '@attestry/core'
import { datasetSubject } from './dataset-subject.js'
import { codesMayBeDerived } from './errors.js'

/** Digests as hash functions write them, in hexadecimal. */
const digest = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i

/**
 * 164.514(c): no column holds what reads like hashes, unless somebody declared its codes as random. A hash of a record number
 * is derived from what is known about the person and found by trying; whether a code is random cannot be seen.
 *
 * @throws HIPAA-E005 with names of columns, never a value
 */
export async function codesAreRandom(
  batch: RecordBatch,
  context: HookContext,
  declared: readonly string[],
): Promise<void> {
  const derived = Object.entries(batch.columns).flatMap(([name, { kind }]) =>
    kind === 'text' &&
    !declared.includes(name) &&
    textValues(batch, name).some(value => value !== null && digest.test(value.trim()))
      ? [name]
      : [],
  )
  await context.evidence({
    type: 're-identification-codes',
    controls: ['HIPAA-164.514(c)'],
    outcome: derived.length === 0 ? 'pass' : 'fail',
    subjects: datasetSubject(batch, context),
    facts: { declaredRandom: declared, readLikeHashes: derived },
  })
  if (derived.length > 0) throw codesMayBeDerived(derived)
}
