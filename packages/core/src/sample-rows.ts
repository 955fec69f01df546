import { concatBatches, rowCount, takeRows, type RecordBatch } from './record-batch.js'
import { drawSome, type Random } from './seeded-random.js'

/**
 * A random sample of the first `count` rows of a stream, in order; all of them when fewer than `wanted` are there. Reads no
 * further than it must.
 */
export async function sampleRows(
  batches: AsyncIterable<RecordBatch>,
  count: number,
  wanted: number,
  random: Random,
): Promise<RecordBatch> {
  const places = drawSome(count, wanted, random)
  const last = places.at(-1) ?? -1
  const taken: RecordBatch[] = []
  let before = 0
  for await (const batch of batches) {
    const end = before + rowCount(batch)
    const own = places.filter(place => place >= before && place < end).map(place => place - before)
    if (own.length > 0) taken.push(takeRows(batch, own))
    before = end
    if (before > last) break
  }
  return concatBatches(taken)
}
