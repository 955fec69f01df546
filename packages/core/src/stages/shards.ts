import { ShardStore } from '../contracts/data.js'
import type { OpenRun } from '../open-run.js'
import type { RecordBatch } from '../record-batch.js'
import type { PreprocessFacts } from '../run-record.js'

/** The batches of one split, shard by shard; each is checked against its digest as it is read. */
export async function* readSplit(run: OpenRun, facts: PreprocessFacts, split: string): AsyncIterable<RecordBatch> {
  for (const shard of facts.shards) if (shard.split === split) yield run.services.get(ShardStore).read(shard)
}
