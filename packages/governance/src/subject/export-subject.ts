import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { isoTime, sha256, ulid, writeDurably, type Digest } from '@attestry/core'
import { folderTells, subjectUnknown } from './errors.js'
import { recordExport } from './export-facts.js'
import { findSubject, type FileOfSubject, type SubjectRecord } from './find-subject.js'
import type { SubjectContext } from './subject-context.js'

/** What an export left in its folder. */
export interface SubjectExport {
  readonly folder: string
  readonly files: readonly { readonly name: string; readonly digest: Digest }[]
  /** Digest of `manifest.json`, which names every file with its digest. */
  readonly manifest: Digest
  readonly record: SubjectRecord
}

/**
 * Puts together what is held about a person, for them: `subject.json` with everything, `rows.csv` with the rows of the data
 * (RFC 4180, a column `file` first), and `manifest.json` with the digests of both. Readable by its owner alone.
 *
 * @throws GOV-E106 when nothing is held, GOV-E109 when the path of the folder holds the identifier
 * @see Regulation (EU) 2016/679, Art. 15, Art. 20
 */
export async function exportSubject(
  context: SubjectContext,
  identifier: string,
  folder: string,
): Promise<SubjectExport> {
  const record = await findSubject(context, identifier)
  if (isNothing(record)) throw subjectUnknown()
  if (resolve(folder).includes(identifier)) throw folderTells()
  const { workspace, clock, log, run = 'workspace', actor } = context
  const at = isoTime(clock)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const rowsOf = (files: readonly FileOfSubject[]): object[] =>
    files.map(({ name, digest, rows }) => ({ file: name, digest, rows }))
  const contents = {
    'subject.json': `${JSON.stringify(
      {
        at,
        sources: rowsOf(record.sources),
        datasets: rowsOf(record.datasets),
        shards: record.shards.map(({ run: id, shard, rows }) => ({ run: id, digest: shard.digest, rows })),
        models: record.models,
        logs: record.logs,
        consent: record.consent,
        cases: record.cases,
        unsearched: record.unsearched,
      },
      null,
      2,
    )}\n`,
    'rows.csv': csvOf([...record.sources, ...record.datasets]),
  }
  const files = Object.entries(contents).map(([name, text]) => ({ name, digest: sha256(text) }))
  for (const [name, text] of Object.entries(contents)) await writeDurably(join(folder, name), text, 0o600)
  // A salt: without it the manifest's digest, which is kept, could confirm a guess of what is in the files.
  const salt = randomBytes(16).toString('hex')
  const manifestText = `${JSON.stringify({ subject: record.handle, at, salt, files }, null, 2)}\n`
  await writeDurably(join(folder, 'manifest.json'), manifestText, 0o600)
  const manifest = sha256(manifestText)
  if (record.handle !== null) {
    await recordExport(workspace, { subject: record.handle, folder: insideOf(workspace, folder), manifest, at })
    await log?.append({
      id: ulid(clock),
      time: at,
      type: 'attestry.subject.exported',
      phase: 'note',
      actor,
      run,
      result: 'ok',
      objects: [manifest],
      subjects: [record.handle],
    })
  }
  return { folder, files, manifest, record }
}

/** Whether nothing at all was found. */
export const isNothing = ({ handle, sources, datasets, consent, cases }: SubjectRecord): boolean =>
  handle === null && sources.length + datasets.length + consent.length + cases.length === 0

function insideOf(workspace: string, folder: string): string | null {
  const path = relative(resolve(workspace), resolve(folder))
  return path === '' || path.startsWith('..') || resolve(path) === path ? null : path.split(sep).join('/')
}

function csvOf(files: readonly FileOfSubject[]): string {
  const names = [...new Set(files.flatMap(({ rows }) => rows.flatMap(row => Object.keys(row))))]
  const lines = files.flatMap(({ name, rows }) =>
    rows.map(row => [name, ...names.map(column => String(row[column] ?? ''))].map(quoted).join(',')),
  )
  return `${[['file', ...names].map(quoted).join(','), ...lines].join('\r\n')}\r\n`
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The files that a manifest names; none when it is not there. */
export async function exportedFiles(folder: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => null)
  return text === null ? [] : ['subject.json', 'rows.csv', 'manifest.json']
}
