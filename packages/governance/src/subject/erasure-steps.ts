import { existsSync } from 'node:fs'
import { readFile, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sha256, syncDirectory, writeDurably } from '@attestry/core'
import { withLock } from '../facts/lock.js'
import { digestOfFile } from '../retention/content-digest.js'
import { namelessly } from './erasure-plan.js'
import type { ErasureItem } from './erasure-receipt.js'
import { exportedFiles } from './export-subject.js'
import { shardObject, shardsOf, type FileOfSubject, type SubjectRecord } from './find-subject.js'
import { consentPath, type SubjectContext } from './subject-context.js'

/** Destroys the person's key. Before anything else: rows under it are unreadable from then on, wherever copies of them lie. */
export async function destroyKey({ keys }: SubjectContext, handle: string): Promise<readonly ErasureItem[]> {
  if (!keys) return []
  await keys.destroy([handle])
  return [{ kind: 'key', object: handle, digest: null, action: 'key-destroyed' }]
}

/**
 * Looks at every shard that held rows of the person: where they can still be read, because they were not sealed under the
 * person's key, the shard is deleted. Its name is its digest, so that it cannot be rewritten.
 */
export async function closeShards(
  { runs, workspace }: SubjectContext,
  handle: string,
  planned: readonly ErasureItem[],
): Promise<readonly ErasureItem[]> {
  const closed: ErasureItem[] = []
  const byObject = new Map(
    runs.flatMap(run => shardsOf(run).map(shard => [shardObject(run.folded.record.id, shard.digest), { run, shard }])),
  )
  for (const item of planned) {
    const found = byObject.get(item.object)
    if (item.kind !== 'shard' || item.action !== 'open' || !found) continue
    const { run, shard } = found
    const path = join(workspace, item.object)
    if (!(await run.shards.has(shard.digest))) closed.push({ ...item, action: 'removed' })
    else if ((await run.shards.read(shard)).subjects.includes(handle)) {
      await rm(path)
      await syncDirectory(dirname(path))
      closed.push({
        ...item,
        action: 'removed',
        note: 'its rows were not sealed for people: those of others went with it',
      })
    } else closed.push({ ...item, action: 'key-destroyed' })
  }
  return closed
}

/** Takes the person's rows out of the files that runs name. */
export async function clearSources(
  { files }: SubjectContext,
  { sources }: SubjectRecord,
  identifier: string,
): Promise<readonly ErasureItem[]> {
  const cleared: ErasureItem[] = []
  for (const [i, { path, name, columns, format, rows, digest }] of sources.entries()) {
    const removed = await files.remove(path, { columns, identifier, ...(format && { format }) })
    const item = { kind: 'source', object: namelessly(name, identifier, i), digest, rows: rows.length } as const
    cleared.push(
      removed === null
        ? { ...item, action: 'person-decides', note: 'what made this file writes it again without the person' }
        : { ...item, action: 'rewritten', after: removed.after },
    )
  }
  return cleared
}

/** Takes the person's rows out of prepared datasets, which get the names of their new content. */
export async function clearDatasets(
  { files, workspace }: SubjectContext,
  { datasets }: { readonly datasets: readonly FileOfSubject[] },
  planned: readonly ErasureItem[],
  identifier: string,
): Promise<readonly ErasureItem[]> {
  for (const { path, columns } of datasets) await files.remove(path, { columns, identifier })
  const cleared: ErasureItem[] = []
  for (const item of planned) {
    if (item.kind !== 'dataset' || item.action !== 'open') continue
    const path = join(workspace, item.object)
    if (!existsSync(path)) {
      cleared.push({ ...item, action: 'rewritten', note: 'it was given its new name before' })
      continue
    }
    const after = await digestOfFile(path)
    await rename(path, join(dirname(path), `${after.slice(7)}.jsonl`))
    await syncDirectory(dirname(path))
    cleared.push({ ...item, action: 'rewritten', after })
  }
  return cleared
}

/** Deletes what was put together for the person inside of the workspace. */
export async function removeExports(
  { workspace }: SubjectContext,
  planned: readonly ErasureItem[],
): Promise<readonly ErasureItem[]> {
  const removed: ErasureItem[] = []
  for (const item of planned) {
    if (item.kind !== 'export' || item.action !== 'open') continue
    const folder = join(workspace, item.object)
    for (const name of await exportedFiles(folder)) await rm(join(folder, name), { force: true })
    if (existsSync(folder)) {
      await syncDirectory(folder)
      // Whatever else somebody put there stays.
      await rmdir(folder).catch(() => undefined)
    }
    removed.push({ ...item, action: 'removed' })
  }
  return removed
}

/** Takes the person's events out of the file of consent events. */
export async function forgetConsent(
  context: SubjectContext,
  planned: readonly ErasureItem[],
  identifier: string,
): Promise<readonly ErasureItem[]> {
  const path = consentPath(context)
  const item = planned.find(({ kind, action }) => kind === 'consent' && action === 'open')
  if (!item || path === null) return []
  return withLock(`${path}.lock`, async () => {
    const before = await readFile(path, 'utf8')
    const kept = before
      .split('\n')
      .filter(line => line.trim() === '' || subjectOf(line) !== identifier)
      .join('\n')
    if (kept !== before) await writeDurably(path, kept, 0o600)
    const note = 'if data of the person come in again, nothing is known of what they said'
    return [{ ...item, digest: sha256(before), after: sha256(kept), action: 'rewritten', note }]
  })
}

const subjectOf = (line: string): unknown => (JSON.parse(line.replace(/^\ufeff/, '')) as { subject?: unknown }).subject
