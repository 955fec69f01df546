import { opendir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Digest } from '@attestry/core'
import { contentOf, digestOfFile } from './content-digest.js'
import { folderUnreadable } from './errors.js'
import { retentionItems, type RetentionView } from './items.js'
import { readRetentionFacts } from './retention-facts.js'

/** A file with the content of something that is gone, or should be. */
export interface FoundCopy {
  readonly path: string
  readonly digest: Digest
  /** The object of the workspace whose content it is. */
  readonly object: string
  readonly dataClass: string
  readonly why: 'disposed' | 'overdue'
}

export interface CopyScan {
  readonly copies: readonly FoundCopy[]
  readonly files: number
  /** Read to the end, because their size was that of something looked for. */
  readonly hashed: number
  readonly bytes: number
  /** Links and devices, which are not followed. */
  readonly skipped: number
  /** Files and folders that could not be read: about them nothing is known. At most 100 are named. */
  readonly unreadable: { readonly count: number; readonly paths: readonly string[] }
  /** Whether everything was looked at. */
  readonly isComplete: boolean
}

export interface ScanOptions {
  /** Called after every file. */
  readonly onProgress?: (progress: Pick<CopyScan, 'files' | 'hashed' | 'bytes'>) => void
  readonly signal?: AbortSignal
}

interface Wanted {
  readonly object: string
  readonly dataClass: string
  readonly why: FoundCopy['why']
}

/**
 * Looks below folders for files whose content is that of an object that was disposed of or is overdue.
 *
 * Compares SHA-256 of the whole file; only files of a size that is looked for are read. Files are read in pieces and folders
 * one entry at a time, so memory grows with what is looked for and found, not with what is scanned. A copy that was
 * changed, compressed, encrypted or put into an archive has another digest and is not found.
 *
 * @throws GOV-E207 when a folder is not there
 */
export async function scanOverdue(
  view: RetentionView,
  folders: readonly string[],
  { onProgress, signal }: ScanOptions = {},
): Promise<CopyScan> {
  const { wanted, sizes } = await whatToFind(view)
  for (const folder of folders)
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw folderUnreadable(folder)
  const copies: FoundCopy[] = []
  const unreadable: string[] = []
  const count = { files: 0, hashed: 0, bytes: 0, skipped: 0, unreadable: 0 }
  const cannotRead = (path: string): void => {
    count.unreadable++
    if (unreadable.length < 100) unreadable.push(path)
  }

  const look = async (path: string): Promise<void> => {
    count.files++
    try {
      const { size } = await stat(path)
      if (!sizes.has(size)) return
      const digest = await digestOfFile(path)
      count.hashed++
      count.bytes += size
      const found = wanted.get(digest)
      // What is overdue is no copy of itself.
      if (found && relative(resolve(view.workspace, found.object), resolve(path)) !== '')
        copies.push({ path, digest, ...found })
    } catch {
      cannotRead(path)
    } finally {
      onProgress?.({ files: count.files, hashed: count.hashed, bytes: count.bytes })
    }
  }

  const open = [...folders]
  for (let folder = open.pop(); folder !== undefined && !signal?.aborted; folder = open.pop())
    try {
      for await (const entry of await opendir(folder)) {
        if (signal?.aborted) break
        const path = join(folder, entry.name)
        if (entry.isDirectory()) open.push(path)
        else if (entry.isFile()) await look(path)
        else count.skipped++
      }
    } catch {
      cannotRead(folder)
    }

  const { files, hashed, bytes, skipped } = count
  return {
    copies: copies.sort((a, b) => (a.path < b.path ? -1 : 1)),
    files,
    hashed,
    bytes,
    skipped,
    unreadable: { count: count.unreadable, paths: unreadable },
    isComplete: count.unreadable === 0 && !signal?.aborted,
  }
}

/** Digests and sizes of files that are gone or should be. Folders have no digest that a file could have. */
async function whatToFind(
  view: RetentionView,
): Promise<{ readonly wanted: ReadonlyMap<string, Wanted>; readonly sizes: ReadonlySet<number> }> {
  const wanted = new Map<string, Wanted>()
  const sizes = new Set<number>()
  const add = (digest: Digest, sizeBytes: number, one: Wanted): void => {
    // Every empty file is a copy of every other.
    if (sizeBytes === 0) return
    wanted.set(digest, one)
    sizes.add(sizeBytes)
  }
  for (const item of await retentionItems(view)) {
    if (item.state !== 'overdue' || item.isFolder) continue
    const { digest, sizeBytes } = await contentOf(join(view.workspace, item.object), false)
    add(digest, sizeBytes, { object: item.object, dataClass: item.dataClass, why: 'overdue' })
  }
  for (const fact of await readRetentionFacts(view.workspace))
    if (fact.kind === 'disposed')
      add(fact.digest, fact.sizeBytes, { object: fact.object, dataClass: fact.dataClass, why: 'disposed' })
  return { wanted, sizes }
}
