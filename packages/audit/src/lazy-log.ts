import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  isoTime,
  sha256,
  systemClock,
  ulid,
  type AuditEvent,
  type AuditLog,
  type Environment,
  type Vault,
} from '@attestry/core'
import { writeDurably } from './disk.js'
import { loadLogKey } from './keys.js'
import { openLog, type LogWriter } from './log.js'
import { formatPrincipals, principalsFile, readPrincipals } from './principals.js'

/** A log that is given back. */
export interface ClosableLog extends AuditLog {
  close(): Promise<void>
}

/** Where a log lies, and whose it is. */
export type LogPlace = Pick<Environment, 'runId' | 'workspace' | 'directory'>

/** Opens on first use. The first append is preceded by a note that the log was opened, and under whose principals. */
export function lazyLog({ runId, workspace, directory }: LogPlace, vault?: Vault): ClosableLog {
  let opened: Promise<LogWriter> | undefined
  let noted: Promise<LogWriter> | undefined

  const open = async (): Promise<LogWriter> => {
    const key = await loadLogKey(workspace)
    await mkdir(directory, { recursive: true })
    return openLog({ directory: join(directory, 'log'), run: runId, key, ...(vault && { vault }) })
  }
  const log = (): Promise<LogWriter> => (opened ??= open())

  const own = async (fields: Pick<AuditEvent, 'type' | 'objects' | 'payload'>): Promise<AuditEvent> => ({
    id: ulid(systemClock),
    time: isoTime(systemClock),
    phase: 'note',
    actor: `log-key:${(await loadLogKey(workspace)).id}`,
    run: runId,
    ...fields,
  })
  const noteOpening = async (): Promise<LogWriter> => {
    const writer = await log()
    const principals = formatPrincipals(await readPrincipals(workspace))
    await writeDurably(join(directory, principalsFile), principals)
    const { cutBytes } = writer
    await writer.append(
      await own({ type: 'attestry.log.opened', objects: [sha256(principals)], payload: { cutBytes } }),
    )
    // From here on the folder has a signed checkpoint, also when the run is killed.
    await writer.checkpoint()
    return writer
  }

  return {
    append: async event => (await (noted ??= noteOpening())).append(event),
    async *read(from) {
      yield* (await log()).read(from)
    },
    checkpoint: async () => (await log()).checkpoint(),
    async close() {
      const writer = await opened?.catch(() => undefined)
      if (!writer) return
      try {
        if (noted) await writer.append(await own({ type: 'attestry.log.closed' }))
      } finally {
        await writer.close()
      }
    },
  }
}
