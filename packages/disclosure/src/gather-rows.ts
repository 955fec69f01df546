import { concatBatches, rowCount, type RecordBatch } from '@attestry/core'
import { tooLarge } from './errors.js'

/** Rows that one table may have: classes are formed over all of them, so they must lie in memory together. */
export const mostRows = 5_000_000

/** Batches of the same columns as one table. @throws DISCLOSURE-E010 above five million rows, before more is read */
export async function gatherRows(batches: AsyncIterable<RecordBatch>, limit: number = mostRows): Promise<RecordBatch> {
  const gathered: RecordBatch[] = []
  let rows = 0
  for await (const batch of batches) {
    rows += rowCount(batch)
    if (rows > limit) throw tooLarge('rows of one table', rows, limit, 'measure a part of the table, or a sample of it')
    gathered.push(batch)
  }
  return concatBatches(gathered)
}
