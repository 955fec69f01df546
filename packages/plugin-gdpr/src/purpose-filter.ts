import {
  ConsentRegistry,
  filterRows,
  rowCount,
  type ConsentState,
  type HookContext,
  type RecordBatch,
} from '@attestry/core'
import { datasetSubject } from './dataset-subject.js'
import { consentMissing } from './errors.js'
import type { GdprOptions } from './options.js'

/**
 * Leaves out the rows of people whose data may not serve this run's purpose, and records how many by state.
 *
 * On consent only `given` for exactly this purpose lets a row pass. On any other basis a row is left out when the person
 * objected (`withdrawn` or `refused`); without a consent registry nobody can have objected here, and nothing is recorded.
 *
 * @throws GDPR-E001 on basis consent with `onMissingConsent: 'stop'`, with counts by state
 */
export async function filterByPurpose(
  batch: RecordBatch,
  context: HookContext,
  { legalBasis, onMissingConsent = 'drop' }: GdprOptions,
): Promise<RecordBatch> {
  const isConsent = legalBasis.kind === 'consent'
  const registry = isConsent ? context.get(ConsentRegistry) : context.find(ConsentRegistry)
  if (!registry) return batch
  const { purpose } = context.run.config
  const states = batch.subjects.map(subject => registry.state(subject, purpose))
  const mayPass = (state: ConsentState): boolean =>
    isConsent ? state === 'given' : state !== 'withdrawn' && state !== 'refused'
  const kept = filterRows(batch, row => mayPass(states[row]!))
  const dropped = rowCount(batch) - rowCount(kept)
  const byState = countBy(states)
  if (isConsent && onMissingConsent === 'stop' && dropped > 0) throw consentMissing(dropped, purpose, byState)
  await context.evidence({
    type: 'purpose-and-basis',
    controls: isConsent ? ['GDPR-6', 'GDPR-7', 'GDPR-5(1)(b)'] : ['GDPR-21'],
    outcome: 'pass',
    subjects: datasetSubject(batch, context),
    facts: { purpose, legalBasis: legalBasis.kind, rows: rowCount(batch), dropped, byState },
  })
  return dropped === 0 ? batch : kept
}

function countBy(states: readonly ConsentState[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
