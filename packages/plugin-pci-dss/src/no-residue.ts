import type { Handler, RecordBatch } from '@attestry/core'
import { accountDataFound } from './errors.js'
import { panControls, recordScan } from './no-account-data.js'
import { scanBatch, type AccountDataFinding } from './scan-batch.js'

/**
 * The `evaluate` handler: scans the rows that training and test read, as they were stored, after every removal. Anything
 * left stops the run, so that no model that saw account data reaches a deployment.
 *
 * @throws PCI-E002 when account data is left
 */
export const noResidue: Handler<'evaluate'> = async (input, context) => {
  const batches: RecordBatch[] = []
  const findings: AccountDataFinding[] = []
  let rows = 0
  for (const read of [input.trainRows(), input.testRows()])
    for await (const batch of read) {
      if (batches.length === 0) batches.push(batch)
      rows += batch.rowIds.length
      findings.push(...scanBatch(batch))
    }
  const [first = { rowIds: [], subjects: [], columns: {} }] = batches
  await recordScan(
    { ...first, rowIds: Array.from({ length: rows }, () => '') },
    context,
    'pan-absence',
    panControls,
    findings,
  )
  if (findings.length > 0) throw accountDataFound(findings, 'after removal')
  return []
}
