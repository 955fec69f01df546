import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Digest, Shard } from '@attestry/core'
import { disposalReceipts } from '../retention/dispose.js'
import { readConsentFile, type ConsentEvent } from '../consent/consent-events.js'
import { listCases, type SubjectCaseRecord } from './cases.js'
import { subjectUnknown } from './errors.js'
import { readExportFacts, type ExportFact } from './export-facts.js'
import { consentPath, type RowsInFile, type SubjectContext, type SubjectRun } from './subject-context.js'
import { lookUpHandle } from './subject-handles.js'

/** A file of data with rows of the person. */
export interface FileOfSubject extends RowsInFile {
  /** Absolute. */
  readonly path: string
  /** Relative to the folder of the config (sources) or to the workspace (prepared datasets). */
  readonly name: string
  readonly columns: readonly string[]
  readonly format?: 'csv' | 'jsonl' | 'parquet'
}

/** A shard with rows of the person. */
export interface ShardOfSubject {
  readonly run: string
  readonly shard: Shard
  /** Rows of the person in it, that can be read. */
  readonly rows: number
}

/** Everything held about one person, as far as this workspace knows. */
export interface SubjectRecord {
  /** Null when nothing gave the person a handle yet. */
  readonly handle: string | null
  readonly sources: readonly FileOfSubject[]
  readonly datasets: readonly FileOfSubject[]
  readonly shards: readonly ShardOfSubject[]
  /** Rows that could be read in all shards, of anybody. */
  readonly shardRows: number
  /** Shards that are not there, as files of the workspace: whether they held rows of the person is not known. */
  readonly missingShards: readonly string[]
  readonly models: readonly { readonly run: string; readonly digest: Digest }[]
  /** Events of the logs that name the handle. */
  readonly logs: readonly { readonly run: string; readonly events: number }[]
  readonly consent: readonly ConsentEvent[]
  readonly cases: readonly SubjectCaseRecord[]
  readonly exports: readonly ExportFact[]
  /** What could not be searched, with the reason: a person looks there. */
  readonly unsearched: readonly { readonly object: string; readonly reason: string }[]
}

/**
 * Finds everything that is held about a person: rows of the files that runs name and of prepared datasets, shards, the models
 * that were trained on them, events of logs, consent, cases and exports.
 *
 * @throws GOV-E106 for an identifier without a character; what readers of damaged files throw
 */
export async function findSubject(context: SubjectContext, identifier: string): Promise<SubjectRecord> {
  if (identifier.trim() === '') throw subjectUnknown()
  const { workspace } = context
  const handle = lookUpHandle(join(workspace, 'keys'), identifier) ?? null
  const unsearched: { object: string; reason: string }[] = []
  const sources = await inSources(context, identifier, unsearched)
  const datasets = await inDatasets(context, identifier, unsearched)
  const consent = consentPath(context)
  const events = consent !== null && existsSync(consent) ? readConsentFile(consent, context.consent) : []
  const found = handle === null ? nothing : await inRuns(context, handle, unsearched)
  return {
    handle,
    sources,
    datasets,
    ...found,
    consent: events.filter(({ subject }) => subject === identifier),
    cases: (await listCases(workspace)).filter(({ subject }) => subject === handle),
    exports: (await readExportFacts(workspace)).filter(({ subject }) => subject === handle),
    unsearched,
  }
}

type Unsearched = { object: string; reason: string }[]

async function inSources(
  context: SubjectContext,
  identifier: string,
  unsearched: Unsearched,
): Promise<FileOfSubject[]> {
  const { runs, baseDirectory, files } = context
  const named = new Map<string, { columns: Set<string>; format?: 'csv' | 'jsonl' | 'parquet' }>()
  for (const { folded } of runs) {
    const { data, monitoring } = folded.record.config
    for (const source of [data.source, ...(monitoring ? [monitoring.source] : [])]) {
      const path = resolve(baseDirectory, source)
      const entry = named.get(path) ?? { columns: new Set<string>(), ...(data.format && { format: data.format }) }
      if (data.subject !== undefined) entry.columns.add(data.subject)
      named.set(path, entry)
    }
  }
  const found: FileOfSubject[] = []
  for (const [path, { columns, format }] of named) {
    const name = relative(baseDirectory, path)
    const query = { columns: [...columns], identifier, ...(format && { format }) }
    if (columns.size === 0) unsearched.push({ object: name, reason: 'no run names a column with people' })
    else if (!existsSync(path)) unsearched.push({ object: name, reason: 'the file is not there' })
    else {
      const rows = await files.rows(path, query)
      if (rows === null) unsearched.push({ object: name, reason: 'the column with people is not in the file' })
      else if (rows.rows.length > 0)
        found.push({ ...rows, path, name, columns: query.columns, ...(format && { format }) })
    }
  }
  return found
}

async function inDatasets(
  context: SubjectContext,
  identifier: string,
  unsearched: Unsearched,
): Promise<FileOfSubject[]> {
  const { workspace, runs, files } = context
  const columns = [...new Set(runs.flatMap(({ folded }) => folded.record.config.data.subject ?? []))]
  const folder = join(workspace, 'datasets')
  const names = (await readdir(folder).catch(() => [])).filter(name => /^[0-9a-f]{64}\.jsonl$/.test(name)).sort()
  const found: FileOfSubject[] = []
  for (const file of names) {
    const path = join(folder, file)
    const name = `datasets/${file}`
    const rows = columns.length === 0 ? null : await files.rows(path, { columns, identifier })
    if (rows === null) unsearched.push({ object: name, reason: 'no column of it names people' })
    else if (rows.rows.length > 0) found.push({ ...rows, path, name, columns })
  }
  return found
}

type InRuns = Pick<SubjectRecord, 'shards' | 'shardRows' | 'missingShards' | 'models' | 'logs'>
const nothing: InRuns = { shards: [], shardRows: 0, missingShards: [], models: [], logs: [] }

async function inRuns({ workspace, runs }: SubjectContext, handle: string, unsearched: Unsearched): Promise<InRuns> {
  const disposed = new Set((await disposalReceipts(workspace)).map(({ object }) => object))
  const shards: ShardOfSubject[] = []
  const missingShards: string[] = []
  const models: { run: string; digest: Digest }[] = []
  const logs: { run: string; events: number }[] = []
  let shardRows = 0
  for (const run of runs) {
    const { id, stages } = run.folded.record
    for (const shard of shardsOf(run)) {
      if (!(await run.shards.has(shard.digest))) {
        const object = shardObject(id, shard.digest)
        missingShards.push(object)
        if (!disposed.has(object)) unsearched.push({ object, reason: 'the shard is not there' })
        continue
      }
      const { subjects } = await run.shards.read(shard)
      shardRows += subjects.length
      const rows = subjects.filter(subject => subject === handle).length
      if (rows > 0) shards.push({ run: id, shard, rows })
    }
    const isTrainedOn = shards.some(one => one.run === id && one.shard.split === 'train')
    if (isTrainedOn && stages.train) models.push({ run: id, digest: stages.train.modelDigest })
    let events = 0
    for await (const { event } of run.events()) if (event.subjects?.includes(handle)) events++
    if (events > 0) logs.push({ run: id, events })
  }
  return { shards, shardRows, missingShards, models, logs }
}

/** The file of a shard, relative to the workspace. */
export const shardObject = (run: string, digest: Digest): string => `runs/${run}/data/${digest.slice(7)}.shard`

/** A run that was cut off has no facts of preprocessing, but its batches have theirs. */
export const shardsOf = ({ folded }: SubjectRun): readonly Shard[] =>
  folded.record.stages.preprocess?.shards ?? [...folded.batches.values()].flatMap(({ shards }) => shards)
