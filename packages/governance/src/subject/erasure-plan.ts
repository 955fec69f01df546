import { relative, resolve } from 'node:path'
import type { Digest } from '@attestry/core'
import { lineageGraph, type LineageGraph } from '../lineage/lineage-graph.js'
import { tooMuchOfTheData } from './erasure-errors.js'
import type { ErasureItem } from './erasure-receipt.js'
import { shardObject, shardsOf, type SubjectRecord } from './find-subject.js'
import { consentPath, type SubjectContext } from './subject-context.js'

/** A name for receipts: one that holds the identifier gives way to a number. */
export const namelessly = (name: string, identifier: string, number: number): string =>
  name.includes(identifier) ? `file ${number + 1} whose name tells who it is` : name

/**
 * Everything that an erasure must reach, and what was made from it, before anything of it is done.
 *
 * @throws GOV-E302 when the lineage goes in a circle
 */
export function planErasure(
  context: SubjectContext,
  record: SubjectRecord,
  handle: string,
  identifier: string,
): readonly ErasureItem[] {
  const named = (name: string, number: number): string => namelessly(name, identifier, number)
  const consent = consentPath(context)
  return [
    ...(context.keys ? [{ kind: 'key', object: handle, digest: null, action: 'open' } as const] : []),
    ...record.shards.map(
      ({ run, shard, rows }): ErasureItem => ({
        kind: 'shard',
        object: shardObject(run, shard.digest),
        digest: shard.digest,
        rows,
        action: 'open',
      }),
    ),
    ...filesOf('source', record.sources, named),
    ...filesOf('dataset', record.datasets, named),
    ...record.exports.map(
      ({ folder, manifest, at }): ErasureItem =>
        folder === null
          ? { kind: 'export', object: `of ${at}`, digest: manifest, action: 'person-decides', note: 'it lies outside' }
          : { kind: 'export', object: folder, digest: manifest, action: 'open' },
    ),
    ...(record.consent.length === 0 || consent === null ? [] : [relative(context.baseDirectory, consent)]).map(
      (file): ErasureItem => ({
        kind: 'consent',
        object: named(file, 0),
        digest: null,
        rows: record.consent.length,
        action: 'open',
      }),
    ),
    ...record.logs.map(
      ({ run }): ErasureItem => ({
        kind: 'log',
        object: `runs/${run}/log`,
        digest: null,
        action: 'kept',
        note: handles,
      }),
    ),
    ...derived(context, record),
    ...record.unsearched.map(
      ({ object, reason }, i): ErasureItem => ({
        kind: 'file',
        object: named(object, i),
        digest: null,
        action: 'person-decides',
        note: reason,
      }),
    ),
    { kind: 'handle', object: 'keys/subjects.jsonl', digest: null, action: 'open' },
  ]
}

const handles = 'it names a handle that stands for nobody any more'

function filesOf(
  kind: 'source' | 'dataset',
  files: SubjectRecord['sources'],
  named: (name: string, number: number) => string,
): ErasureItem[] {
  return files.flatMap(({ name, digest, rows, unreadable }, i): ErasureItem[] => [
    { kind, object: named(name, i), digest, rows: rows.length, action: 'open' },
    ...(unreadable === 0
      ? []
      : [
          {
            kind: 'file',
            object: `${named(name, i)}: ${unreadable} records`,
            digest: null,
            action: 'person-decides',
            note: 'they cannot be read, so nobody knows whom they are about',
          } as const,
        ]),
  ])
}

/** Models that saw the person's rows, and reports over them. */
function derived(context: SubjectContext, record: SubjectRecord): ErasureItem[] {
  const graph = lineageGraph(context.lineage)
  const made = downstream(
    graph,
    record.shards.map(({ shard }) => shard.digest),
  )
  const models = new Set([
    ...record.models.map(({ digest }) => digest),
    ...made.filter(({ kind }) => kind === 'model').flatMap(({ outputs }) => outputs),
    ...unseenModels(context, record),
  ])
  const reports = downstream(graph, [...models]).filter(({ kind }) => kind === 'report')
  const runOf = new Map(context.runs.map(({ folded: { record: run } }) => [run.stages.train?.modelDigest, run.id]))
  return [
    ...[...models].map((digest): ErasureItem => {
      const run = runOf.get(digest)
      return { kind: 'model', object: run ? `runs/${run}/model` : digest, digest, action: 'retraining-due' }
    }),
    ...[...new Set(reports.flatMap(({ outputs }) => outputs))].map(
      (digest): ErasureItem => ({ kind: 'report', object: digest, digest, action: 'kept', note: 'it holds figures' }),
    ),
  ]
}

/** Models of runs over a file with the person's rows, some of whose shards are gone: nobody can say that it saw none. */
function unseenModels({ runs, baseDirectory }: SubjectContext, record: SubjectRecord): readonly Digest[] {
  const files = new Set([...record.sources, ...record.datasets].map(({ path }) => resolve(path)))
  const gone = new Set(record.missingShards)
  return runs.flatMap(run => {
    const { id, config, stages } = run.folded.record
    if (!files.has(resolve(baseDirectory, config.data.source)) || !stages.train) return []
    return shardsOf(run).some(({ digest }) => gone.has(shardObject(id, digest))) ? [stages.train.modelDigest] : []
  })
}

function downstream(graph: LineageGraph, digests: readonly Digest[]): LineageGraph['nodes'] {
  return digests.flatMap(digest => (graph.digests.includes(digest) ? graph.downstream(digest).nodes : []))
}

/** More rows than this, and more than half of the whole, look like an identifier that stands for many. */
const fewRows = 10

/** @throws GOV-E107 when more than half of a file, or of all shards, would go */
export function refuseTooMuch(record: SubjectRecord, identifier: string): void {
  const check = (object: string, rows: number, total: number): void => {
    if (rows > fewRows && rows * 2 > total) throw tooMuchOfTheData(object, rows, total)
  }
  for (const [i, { name, rows, total }] of [...record.sources, ...record.datasets].entries())
    check(namelessly(name, identifier, i), rows.length, total)
  const rows = record.shards.reduce((sum, one) => sum + one.rows, 0)
  check('the shards', rows, record.shardRows)
}
