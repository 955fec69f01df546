import { selectColumns, type HookContext, type RecordBatch } from '@attestry/core'
import { datasetSubject } from './dataset-subject.js'

/** Drops every column that the config's data section declares no need for, and records which. */
export async function minimise(batch: RecordBatch, context: HookContext): Promise<RecordBatch> {
  const { label, text, features = {}, groups = [], keep = [] } = context.run.config.data
  const declared = new Set([label, ...(text === undefined ? [] : [text]), ...Object.keys(features), ...groups, ...keep])
  const columns = Object.keys(batch.columns)
  const kept = columns.filter(name => declared.has(name))
  const removed = columns.filter(name => !declared.has(name))
  await context.evidence({
    type: 'minimisation',
    controls: ['GDPR-5(1)(c)'],
    outcome: 'pass',
    subjects: datasetSubject(batch, context),
    facts: { kept, removed, rows: batch.rowIds.length },
  })
  return removed.length === 0 ? batch : selectColumns(batch, kept)
}
