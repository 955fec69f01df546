import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, digestOf, writeDurably, type Digest } from '@attestry/core'

/** What became of one thing that held something of a person, or was made from it. */
export interface ErasureItem {
  readonly kind:
    | 'key'
    | 'source'
    | 'dataset'
    | 'shard'
    | 'model'
    | 'log'
    | 'report'
    | 'export'
    | 'consent'
    | 'handle'
    | 'file'
  /** A file relative to workspace or config, or a run; never anything that tells who it is. */
  readonly object: string
  readonly digest: Digest | null
  /** Its digest afterwards, when its bytes changed. */
  readonly after?: Digest
  readonly rows?: number
  /**
   * `key-destroyed`: unreadable for good, bytes and digest stay. `rewritten`, `removed`: its content is another, or gone.
   * `kept`: it names nobody, or only by a handle that stands for nobody any more. A model is `retraining-due` and nothing else.
   */
  readonly action: 'key-destroyed' | 'rewritten' | 'removed' | 'kept' | 'retraining-due' | 'person-decides' | 'open'
  readonly note?: string
}

/** What an erasure did: handles and digests, nothing about the person. */
export interface ErasureReceipt {
  readonly version: 1
  /** The person's handle. */
  readonly subject: string
  /** `done` when nothing is left to anybody; `partly` when a person must act or a model is to be trained again. */
  readonly outcome: 'open' | 'done' | 'partly' | 'held'
  /** Id of the case that it answers. */
  readonly case: string
  /** Id of the event in the log that announced it. */
  readonly intent: string
  readonly begunAt: string
  /** Set once nothing is left but to forget the handle and to say so. */
  readonly finishedAt: string | null
  readonly items: readonly ErasureItem[]
  /** Ids of holds that forbade it. */
  readonly holds: readonly string[]
  readonly retrainingDue: readonly Digest[]
  /** What no software here can reach. */
  readonly limits: readonly string[]
}

export const erasureLimits: readonly string[] = [
  'blocks of files that were replaced may stay on the medium until they are written over',
  'backups and copies outside of the workspace are not reached; a restored keys folder is emptied of destroyed keys when it is opened',
]

const folderOf = (workspace: string): string => join(workspace, 'governance', 'erasures')

export const receiptFile = (workspace: string, subject: string): string => join(folderOf(workspace), `${subject}.json`)

/** Null when no erasure of that handle was begun. */
export async function readReceipt(workspace: string, subject: string): Promise<ErasureReceipt | null> {
  const text = await readFile(receiptFile(workspace, subject), 'utf8').catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return null
    throw failure
  })
  return text === null ? null : (JSON.parse(text) as ErasureReceipt)
}

/** Receipts of all erasures, those that were cut off included, in no order. */
export async function erasureReceipts(workspace: string): Promise<readonly ErasureReceipt[]> {
  const names = await readdir(folderOf(workspace)).catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return []
    throw failure
  })
  const handles = names.flatMap(name => /^([0-9a-f]{32})\.json$/.exec(name)?.[1] ?? [])
  return (await Promise.all(handles.map(handle => readReceipt(workspace, handle)))).flatMap(one => one ?? [])
}

/** What came of it, once nothing is open. */
export const outcomeOf = (items: readonly ErasureItem[]): 'done' | 'partly' =>
  items.every(({ action }) => !unfinished.includes(action)) ? 'done' : 'partly'

const unfinished: readonly ErasureItem['action'][] = ['open', 'person-decides', 'retraining-due']

/** Durable before it resolves. */
export async function writeReceipt(workspace: string, receipt: ErasureReceipt): Promise<Digest> {
  await mkdir(folderOf(workspace), { recursive: true })
  await writeDurably(receiptFile(workspace, receipt.subject), `${canonicalJson(receipt)}\n`, 0o600)
  return digestOf(receipt)
}

/** Items by what they are about; later ones stand in for earlier ones. */
export function mergeItems(before: readonly ErasureItem[], now: readonly ErasureItem[]): readonly ErasureItem[] {
  // A file that is rewritten has another digest, and stays the same thing.
  const merged = [...before, ...now].map(item => [`${item.kind} ${item.object}`, item] as const)
  return [...new Map(merged).values()]
}
