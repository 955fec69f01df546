import type { DataConfig, RecordBatch } from '@attestry/core'

/**
 * Columns whose text is free and therefore scrubbed: the text column of the config, and every text column that the config
 * does not name as label, feature, group, subject or kept.
 */
export function columnsToScrub(batch: RecordBatch, data: DataConfig): readonly string[] {
  const named = new Set([data.label, ...namedValues(data), ...Object.keys(data.features ?? {})])
  if (data.subject !== undefined) named.add(data.subject)
  return Object.entries(batch.columns)
    .filter(([name, { kind }]) => name === data.text || (kind === 'text' && !named.has(name)))
    .map(([name]) => name)
}

/**
 * Text columns that stay as they are although their values are not declared in the config: groups and kept columns.
 * They are looked at after scrubbing, never changed.
 */
export function columnsLeft(batch: RecordBatch, data: DataConfig): readonly string[] {
  const scrubbed = new Set(columnsToScrub(batch, data))
  const declared = new Set([data.label, data.subject, ...Object.keys(data.features ?? {})])
  return [...new Set(namedValues(data))].filter(
    name => batch.columns[name]?.kind === 'text' && !scrubbed.has(name) && !declared.has(name),
  )
}

const namedValues = ({ groups = [], keep = [] }: DataConfig): readonly string[] => [...groups, ...keep]
