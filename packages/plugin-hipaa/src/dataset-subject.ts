import type { HookContext, RecordBatch, StatementSubject } from '@attestry/core'

/** The run's dataset, unless the batch comes from elsewhere, such as from data that a deployed model met later. */
export function datasetSubject(batch: RecordBatch, { datasetDigest }: HookContext): readonly StatementSubject[] {
  if (datasetDigest === null) return []
  const source = `${datasetDigest.slice('sha256:'.length, 'sha256:'.length + 12)}:`
  return batch.rowIds.every(id => id.startsWith(source)) ? [{ name: 'dataset', digest: datasetDigest }] : []
}
