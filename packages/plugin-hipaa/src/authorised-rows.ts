import { ConsentRegistry, filterRows, rowCount, type HookContext, type RecordBatch } from '@attestry/core'
import { datasetSubject } from './dataset-subject.js'

/**
 * 164.508: only rows of people whose authorisation for this purpose stands. A revocation takes their rows out of the next
 * run. Records how many, by state.
 */
export async function authorisedRows(batch: RecordBatch, context: HookContext): Promise<RecordBatch> {
  const registry = context.get(ConsentRegistry)
  const { purpose } = context.run.config
  const states = batch.subjects.map(subject => registry.state(subject, purpose))
  const kept = filterRows(batch, row => states[row] === 'given')
  const dropped = rowCount(batch) - rowCount(kept)
  const byState: Record<string, number> = {}
  for (const state of states) byState[state] = (byState[state] ?? 0) + 1
  await context.evidence({
    type: 'authorisation',
    controls: ['HIPAA-164.508'],
    outcome: 'pass',
    subjects: datasetSubject(batch, context),
    facts: { purpose, rows: rowCount(batch), dropped, byState },
  })
  return dropped === 0 ? batch : kept
}
