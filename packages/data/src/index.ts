export { defaultBatchRows, digestFile, formatOf, openDataset, type OpenOptions } from './dataset.js'
export { errorCatalogue } from './errors.js'
export { defaultLimits, type ReadLimits } from './limits.js'
export { lineageEvidence } from './lineage-evidence.js'
export { openLineage } from './lineage-file.js'
export type { DataOptions } from './options.js'
export { default as data } from './plugin.js'
export { decodeSealedShard, encodeSealedShard, isSealedShard, type OpenedShard } from './sealed-shard.js'
export { decodeShard, encodeShard } from './shard-format.js'
export { openShardStore } from './shard-store.js'
export type { BadReason } from './source-record.js'
export {
  removeSubjectRows,
  subjectRows,
  type FoundRows,
  type RemovedRows,
  type SubjectRowsQuery,
} from './subject-rows.js'
