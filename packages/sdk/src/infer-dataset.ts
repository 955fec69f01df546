import { basename, dirname } from 'node:path'
import type { DataConfig, Feature, RecordBatch } from '@attestry/core'
import { openDataset } from '@attestry/data'
import { columnsUnclear } from './errors.js'

/** What the caller says about the columns; the rest is read off the file. */
export interface DatasetHints {
  readonly label?: string
  readonly text?: string
  readonly features?: DataConfig['features']
  readonly groups?: readonly string[]
  readonly subject?: string
  readonly keep?: readonly string[]
}

const labelNames = ['label', 'class', 'category', 'target']
const textNames = ['text', 'content', 'message', 'body']

/**
 * Finds label, classes, text and feature bounds by reading the file.
 *
 * Bounds and classes read off the data are facts about the data that epsilon does not cover: with privacy asked for,
 * declare them instead. The caller is told by `inferred`.
 *
 * @throws SDK-E007 when no label or nothing to learn from can be told
 */
export async function inferDataset(
  file: string,
  hints: DatasetHints,
): Promise<{ readonly data: DataConfig; readonly inferred: readonly string[] }> {
  const { label, columns } = await survey(file, hints)
  const inferred: string[] = []
  const classes = [...(columns.get(label)?.texts ?? [])].sort()
  inferred.push(`classes of '${label}': ${classes.length}`)
  const taken = new Set([label, hints.subject, ...(hints.groups ?? []), ...(hints.keep ?? [])])
  const text = hints.text ?? textNames.find(name => columns.has(name) && !taken.has(name))
  const features: Record<string, Feature> = { ...hints.features }
  if (!hints.features && text === undefined)
    for (const [name, seen] of columns) {
      if (taken.has(name) || name === 'id') continue
      if (seen.min < seen.max) features[name] = { min: seen.min, max: seen.max }
      else if (seen.texts.size >= 2 && seen.texts.size <= 50) features[name] = { values: [...seen.texts].sort() }
      else continue
      inferred.push(`bounds of '${name}'`)
    }
  if (text === undefined && Object.keys(features).length === 0)
    throw columnsUnclear(`there is nothing to learn from beside '${label}'`, basename(file))
  return {
    data: {
      source: file,
      label,
      classes,
      ...(text !== undefined && { text }),
      ...(Object.keys(features).length > 0 && { features }),
      ...(hints.groups && { groups: hints.groups }),
      ...(hints.subject !== undefined && { subject: hints.subject }),
      ...(hints.keep && { keep: hints.keep }),
    },
    inferred,
  }
}

interface Seen {
  min: number
  max: number
  readonly texts: Set<string>
}

async function survey(file: string, hints: DatasetHints): Promise<{ label: string; columns: Map<string, Seen> }> {
  const columns = new Map<string, Seen>()
  const dataset = await openDataset({ path: file, required: [], numeric: [] }, { baseDirectory: dirname(file) })
  for await (const batch of dataset.batches()) note(columns, batch)
  const label = hints.label ?? labelNames.find(name => columns.has(name))
  if (label === undefined || !columns.has(label))
    throw columnsUnclear(
      hints.label === undefined
        ? `no column is called ${labelNames.join(', ')}`
        : `column '${hints.label}' is not in the data`,
      basename(file),
    )
  return { label, columns }
}

function note(columns: Map<string, Seen>, batch: RecordBatch): void {
  for (const [name, { values }] of Object.entries(batch.columns)) {
    const seen = columns.get(name) ?? { min: Infinity, max: -Infinity, texts: new Set<string>() }
    columns.set(name, seen)
    for (const value of values) {
      if (value === null || value === '' || Number.isNaN(value)) continue
      // 1,000 different values are enough to know that a column is no class and no category.
      if (seen.texts.size < 1_000) seen.texts.add(String(value))
      const number = Number(value)
      seen.min = Number.isNaN(number) ? NaN : Math.min(seen.min, number)
      seen.max = Number.isNaN(number) ? NaN : Math.max(seen.max, number)
    }
  }
}
