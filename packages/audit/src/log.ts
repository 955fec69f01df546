import { join } from 'node:path'
import {
  type AuditEvent,
  type AuditLog,
  type RecordedEvent,
  type Vault,
  AttestryError,
  takeFileLock,
} from '@attestry/core'
import { logOrigin, signCheckpoint } from './checkpoint.js'
import { nodeDisk, writeDurably, writeTree, writeWhole, type Disk, type DiskFile } from './disk.js'
import { encodeEntry, headerOf, type Entry } from './entry.js'
import { eventRefused, logClosed, logLocked, sinkFailed } from './errors.js'
import { encodeRecord } from './journal.js'
import { logFiles, openPayloads, readEntries, toRecorded, entryAt } from './log-files.js'
import { leafHash } from './merkle-tree.js'
import { commitTo, storePayload, type StoredPayload } from './payload.js'
import { recoverLog, type RecoveredLog } from './recovery.js'
import { base64, type SigningKey } from './signed-note.js'
import { encodeBundle, tilePath, tileWidth, type TileId } from './tiles.js'

export interface LogOptions {
  /** The log's own folder, `<run>/log`. */
  readonly directory: string
  readonly run: string
  readonly key: SigningKey
  /** Opened payloads of `sealed` events need it, and new ones are sealed with it. */
  readonly vault?: Vault
  readonly disk?: Disk
  /** Entries that the journal may hold before tiles and a checkpoint are written. */
  readonly integrateAfter?: number
}

export interface LogWriter extends AuditLog {
  /** Events that are durable. */
  size(): number
  /** What opening found: bytes of an unacknowledged, torn end that were cut off. */
  readonly cutBytes: number
  /** Integrates and signs everything, and gives the log to the next writer. Appends are refused from now on. */
  close(): Promise<void>
}

// Integration holds appends up for some ten syncs, so it is rare: fewer than one append in a hundred meets it.
const defaultIntegrateAfter = 32_768
const maxPendingBytes = 32 * 2 ** 20
const maxGroupEntries = 1024

interface Append {
  readonly kind: 'append'
  readonly prepared: Promise<{ readonly header: Entry; readonly payload?: StoredPayload }>
  resolve(index: number): void
  reject(failure: unknown): void
}

interface Sign {
  readonly kind: 'sign'
  resolve(checkpoint: { readonly size: number; readonly root: string }): void
  reject(failure: unknown): void
}

/**
 * Opens a log as its only writer, recovering what a crash left.
 *
 * Everything queued while a group is being written forms the next group: one write and one sync of the payloads, then one
 * of the journal, then all callers are told their index. A failed write or sync fails the log for good (AUDIT-E003):
 * nothing is retried on a descriptor whose unwritten pages may be gone.
 *
 * @throws AUDIT-E004 when another process writes it, AUDIT-E005 when its files do not fit its checkpoint
 */
export async function openLog(options: LogOptions): Promise<LogWriter> {
  const { directory, disk = nodeDisk } = options
  let unlock = (): Promise<void> => Promise.resolve()
  const opened: DiskFile[] = []
  const openFile = async (name: string): Promise<DiskFile> => {
    const file = await disk.open(join(directory, name))
    opened.push(file)
    return file
  }
  try {
    await disk.makeDirectory(directory)
    const path = join(directory, logFiles.lock)
    // Its holder writes for as long as a run lasts, so a lock that tells nothing is believed.
    const lock = await takeFileLock(path, {
      refused: holder => logLocked(path, holder),
      patienceMs: 0,
      foreignMs: Infinity,
      mode: 0o644,
    })
    unlock = () => lock.release()
    const recovered = await recoverLog(options)
    const journal = await openFile(logFiles.journal)
    const payloads = await openFile(logFiles.payloads)
    await journal.truncate(recovered.journalBytes)
    await payloads.truncate(recovered.payloadBytes)
    await payloads.datasync()
    await journal.datasync()
    await disk.syncDirectory(directory)
    return writerOf(options, recovered, { journal, payloads }, unlock)
  } catch (failure) {
    await Promise.allSettled(opened.map(file => file.close()))
    await unlock()
    throw failure instanceof AttestryError ? failure : sinkFailed(failure)
  }
}

function writerOf(
  { directory, run, key, vault, disk = nodeDisk, integrateAfter = defaultIntegrateAfter }: LogOptions,
  recovered: RecoveredLog,
  files: { readonly journal: DiskFile; readonly payloads: DiskFile },
  unlock: () => Promise<void>,
): LogWriter {
  const { tree, cutBytes } = recovered
  const origin = logOrigin(key, run)
  /** Entries of the last, partial bundle on disk; then those that only the journal holds. */
  let tail = recovered.tail
  let pending = recovered.pending
  let integrated = recovered.integrated
  let { journalBytes, payloadBytes, isSigned } = recovered
  let pendingBytes = journalBytes
  let failed: AttestryError | undefined
  let isClosed = false
  const queue: (Append | Sign)[] = []
  let isWorking = false
  let working: Promise<void> = Promise.resolve()

  const size = (): number => integrated + pending.length

  /** Writes one group; resolves when it is durable. */
  async function commit(group: readonly Append[]): Promise<void> {
    const prepared = await Promise.allSettled(group.map(item => item.prepared))
    const entries: Uint8Array[] = []
    const lines: Uint8Array[] = []
    const accepted: Append[] = []
    let end = payloadBytes
    for (const [i, outcome] of prepared.entries()) {
      const item = group[i]!
      try {
        if (outcome.status === 'rejected') throw outcome.reason
        const { header, payload } = outcome.value
        entries.push(encodeEntry(payload ? { ...header, commit: commitTo(payload, end) } : header))
        accepted.push(item)
        if (payload) lines.push(payload.line)
        end += payload?.line.length ?? 0
      } catch (refused) {
        item.reject(refused)
      }
    }
    if (entries.length === 0) return
    try {
      if (lines.length > 0) {
        await writeWhole(files.payloads, Buffer.concat(lines), payloadBytes)
        await files.payloads.datasync()
      }
      const first = size()
      const record = encodeRecord(first, entries)
      await writeWhole(files.journal, record, journalBytes)
      await files.journal.datasync()
      pendingBytes += record.length + end - payloadBytes
      payloadBytes = end
      journalBytes += record.length
      for (const entry of entries) tree.append(leafHash(entry))
      pending.push(...entries)
      for (const [i, item] of accepted.entries()) item.resolve(first + i)
    } catch (failure) {
      failed = sinkFailed(failure)
      for (const item of accepted) item.reject(failed)
    }
  }

  /** Tiles and bundles, then the checkpoint, then an empty journal: a crash between any two of them loses nothing. */
  async function integrate(): Promise<void> {
    if (pending.length === 0 && isSigned) return
    const tiles = tree.take().map(({ id, bytes }) => ({ id, path: tilePath(id), bytes }))
    const bundles = bundlesOf(integrated - tail.length, [...tail, ...pending])
    const all = [...tiles, ...bundles]
    const total = size()
    await writeTree(disk, directory, all)
    const note = signCheckpoint({ origin, size: total, root: tree.root() }, key)
    await writeDurably(join(directory, logFiles.checkpoint), note, 0o644, disk)
    await files.journal.truncate(0)
    await files.journal.datasync()
    tail = total % tileWidth === 0 ? [] : [...tail, ...pending].slice(-(total % tileWidth))
    integrated = total
    pending = []
    journalBytes = pendingBytes = 0
    isSigned = true
    // The full tile holds what its partial ones held.
    for (const { id } of all.filter(({ id }) => id.width === tileWidth))
      await disk.remove(join(directory, `${tilePath(id)}.p`))
  }

  async function work(): Promise<void> {
    isWorking = true
    try {
      for (let next = queue[0]; next; next = queue[0]) {
        if (failed) {
          for (const item of queue.splice(0)) item.reject(failed)
          return
        }
        if (next.kind === 'append') {
          const end = queue.findIndex(item => item.kind !== 'append')
          await commit(queue.splice(0, Math.min(end < 0 ? queue.length : end, maxGroupEntries)) as Append[])
          if (failed || (pending.length < integrateAfter && pendingBytes < maxPendingBytes)) continue
        } else queue.shift()
        try {
          await integrate()
          if (next.kind === 'sign') next.resolve({ size: integrated, root: base64(tree.root()) })
        } catch (failure) {
          failed = sinkFailed(failure)
          if (next.kind === 'sign') next.reject(failed)
        }
      }
    } finally {
      // In the same turn in which the queue was found empty: whoever is queued next must find nobody at work.
      isWorking = false
    }
  }

  function enqueue(item: Append | Sign): void {
    queue.push(item)
    if (!isWorking) working = work()
  }

  const prepare = async (event: AuditEvent): Promise<{ header: Entry; payload?: StoredPayload }> => {
    const header = headerOf(event)
    if (event.run !== run) throw eventRefused('run', 'names another run than the log')
    if (event.payload === undefined) return { header }
    return { header, payload: await storePayload(header, event.payload, event.sealed ? vault : undefined) }
  }

  const sign = (): Promise<{ readonly size: number; readonly root: string }> =>
    new Promise((resolve, reject) => enqueue({ kind: 'sign', resolve, reject }))

  return {
    cutBytes,
    size,

    append: event =>
      new Promise((resolve, reject) => {
        if (failed ?? isClosed) return reject(failed ?? logClosed())
        const prepared = prepare(event)
        prepared.catch(() => undefined)
        enqueue({ kind: 'append', prepared, resolve, reject })
      }),

    async *read(from = 0): AsyncGenerator<RecordedEvent> {
      const payloads = await openPayloads(directory)
      try {
        let index = from
        while (index < size()) {
          const stop = integrated
          const source = index < stop ? readEntries(directory, index, stop) : pending.slice(index - stop)
          for await (const bytes of source) {
            yield await toRecorded(entryAt(bytes, index), index, payloads, vault)
            index++
          }
        }
      } finally {
        await payloads.close()
      }
    },

    checkpoint: () => (isClosed ? Promise.reject(logClosed()) : sign()),

    async close() {
      if (isClosed) return
      isClosed = true
      try {
        if (!failed) await sign()
        await working
        // Everything in it is under the checkpoint now; a failed log keeps it for its next writer.
        if (!failed) await disk.remove(join(directory, logFiles.journal))
      } catch (failure) {
        throw failure instanceof AttestryError ? failure : sinkFailed(failure)
      } finally {
        await Promise.allSettled([files.journal.close(), files.payloads.close()])
        await unlock()
      }
    },
  }
}

/** Bundles of entries of which the first has index `first`, a multiple of 256. The last one may be partial. */
function bundlesOf(first: number, entries: readonly Uint8Array[]): { id: TileId; path: string; bytes: Uint8Array }[] {
  const bundles = []
  for (let start = 0; start < entries.length; start += tileWidth) {
    const part = entries.slice(start, start + tileWidth)
    const id: TileId = { level: 'entries', number: (first + start) / tileWidth, width: part.length }
    bundles.push({ id, path: tilePath(id), bytes: encodeBundle(part) })
  }
  return bundles
}
