import { join } from 'node:path'
import type { RecordedEvent, Vault } from '@attestry/core'
import type { Checkpoint } from './checkpoint.js'
import { logDamaged, noLog } from './errors.js'
import { entryAt, openPayloads, readCheckpoint, readEntries, readJournal, toRecorded } from './log-files.js'
import { parseVkey } from './signed-note.js'

/** A log as it stood when it was opened for reading. Its writer may go on meanwhile. */
export interface LogReader {
  /** Durable events: those under the checkpoint, then those that only the journal holds. */
  readonly size: number
  /** Null when the writer has signed none yet. */
  readonly checkpoint: Checkpoint | null
  read(from?: number): AsyncIterable<RecordedEvent>
}

/**
 * Opens the log of a run for reading, without being its writer.
 *
 * It checks no signature unless `vkey` is given, and no tree: `verifyRun` does. Payloads are compared with their entries.
 *
 * @param directory the run's folder, which holds `log/`
 * @param options.vault opens sealed payloads; without it they are absent
 * @throws AUDIT-E007 when there is no log, AUDIT-E005 while reading when a line or bundle is damaged
 */
export async function readLog(
  directory: string,
  options: { readonly vault?: Vault; readonly vkey?: string } = {},
): Promise<LogReader> {
  const log = join(directory, 'log')
  const keys = options.vkey === undefined ? null : [parseVkey(options.vkey)]
  const { checkpoint, integrated, pending } = await snapshot(log, keys)
  if (!checkpoint && pending.length === 0) throw noLog(directory)
  return {
    size: integrated + pending.length,
    checkpoint,
    async *read(from = 0) {
      const payloads = await openPayloads(log)
      try {
        let index = from
        for await (const bytes of readEntries(log, index, integrated))
          yield await toRecorded(entryAt(bytes, index), index++, payloads, options.vault)
        for (const bytes of pending.slice(index - integrated))
          yield await toRecorded(entryAt(bytes, index), index++, payloads, options.vault)
      } finally {
        await payloads.close()
      }
    },
  }
}

async function snapshot(
  log: string,
  keys: Parameters<typeof readCheckpoint>[1],
): Promise<{ checkpoint: Checkpoint | null; integrated: number; pending: readonly Uint8Array[] }> {
  for (let attempt = 0; ; attempt++) {
    const checkpoint = await readCheckpoint(log, keys)
    const integrated = checkpoint?.size ?? 0
    const { entries, firstIndex, end } = await readJournal(log)
    if (end === 'damaged') throw logDamaged('log/journal', 'good records follow a bad one')
    // The writer integrated between the two reads: the checkpoint is older than the journal.
    const isTorn = entries.length > 0 && firstIndex > integrated
    if (!isTorn) return { checkpoint, integrated, pending: entries.slice(integrated - firstIndex) }
    if (attempt > 20) throw logDamaged('log/journal', `entries ${integrated} to ${firstIndex - 1} are missing`)
  }
}
