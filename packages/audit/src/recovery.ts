import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { logOrigin } from './checkpoint.js'
import { logDamaged } from './errors.js'
import { entryAt, logFiles, readCheckpoint, readEntries, readJournal } from './log-files.js'
import { equalHashes, leafHash } from './merkle-tree.js'
import type { SigningKey } from './signed-note.js'
import { createTileTree, tileWidth, type TileTree } from './tiles.js'

/** The state of a log as its next writer takes it up. */
export interface RecoveredLog {
  readonly tree: TileTree
  /** Entries under the signed checkpoint. */
  readonly integrated: number
  /** Entries of the last, partial bundle. */
  readonly tail: Uint8Array[]
  /** Entries that only the journal holds. */
  readonly pending: Uint8Array[]
  readonly journalBytes: number
  readonly payloadBytes: number
  /** Whether a checkpoint exists at all. */
  readonly isSigned: boolean
  readonly cutBytes: number
}

/**
 * Reads checkpoint, bundles and journal, and checks that they fit together before anything is appended.
 *
 * @throws AUDIT-E005 when they do not, AUDIT-E011 when the checkpoint is not signed by the key
 */
export async function recoverLog(log: {
  readonly directory: string
  readonly run: string
  readonly key: SigningKey
}): Promise<RecoveredLog> {
  const { directory, run, key } = log
  const checkpoint = await readCheckpoint(directory, [key])
  if (checkpoint && checkpoint.origin !== logOrigin(key, run))
    throw logDamaged('log/checkpoint', `it belongs to ${checkpoint.origin}`)
  const integrated = checkpoint?.size ?? 0
  const tree = createTileTree()
  let tail: Uint8Array[] = []
  let payloadBytes = 0
  const add = (bytes: Uint8Array): void => {
    const { commit, run: owner } = entryAt(bytes, tree.size())
    if (owner !== run) throw logDamaged('log', `entry ${tree.size()} belongs to another run`)
    if (commit) payloadBytes = Math.max(payloadBytes, commit.at + commit.size)
    tree.append(leafHash(bytes))
  }

  for await (const bytes of readEntries(directory, 0, integrated)) {
    add(bytes)
    tail = tree.size() % tileWidth === 0 ? [] : [...tail, bytes]
  }
  if (checkpoint && !equalHashes(tree.root(), checkpoint.root))
    throw logDamaged('log/tile/entries', 'the entries do not have the root of the signed checkpoint')
  tree.take()

  const journal = await readJournal(directory)
  if (journal.end === 'damaged') throw logDamaged('log/journal', 'good records follow a bad one')
  if (journal.entries.length > 0 && journal.firstIndex > integrated)
    throw logDamaged('log/journal', `entries ${integrated} to ${journal.firstIndex - 1} are missing`)
  // A crash between checkpoint and truncation leaves records that are integrated already.
  const pending = journal.entries.slice(integrated - journal.firstIndex)
  for (const bytes of pending) add(bytes)

  const sizeOf = (name: string): Promise<number> =>
    stat(join(directory, name)).then(
      ({ size }) => size,
      () => 0,
    )
  const stored = await sizeOf(logFiles.payloads)
  if (stored < payloadBytes)
    throw logDamaged(`log/${logFiles.payloads}`, `it has ${stored} bytes, the entries name ${payloadBytes}`)
  return {
    tree,
    integrated,
    tail,
    pending: [...pending],
    journalBytes: pending.length > 0 ? journal.goodBytes : 0,
    payloadBytes,
    isSigned: checkpoint !== null,
    cutBytes: (await sizeOf(logFiles.journal)) - journal.goodBytes + stored - payloadBytes,
  }
}
