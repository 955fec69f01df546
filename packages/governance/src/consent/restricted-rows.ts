import { ConsentRegistry, filterRows, rowCount, type HookContext, type RecordBatch } from '@attestry/core'

/**
 * The `preprocess` handler: leaves out the rows of people whose data is restricted, whatever the purpose, and says how many.
 *
 * @see Regulation (EU) 2016/679, Art. 18(2)
 */
export async function restrictedRows(batch: RecordBatch, context: HookContext): Promise<RecordBatch> {
  const registry = context.get(ConsentRegistry)
  const kept = filterRows(batch, row => !registry.isRestricted(batch.subjects[row]!))
  const restricted = rowCount(batch) - rowCount(kept)
  if (restricted === 0) return batch
  await context.evidence({
    type: 'consent-state',
    controls: [],
    outcome: 'pass',
    facts: { rows: rowCount(batch), restricted },
  })
  return kept
}
