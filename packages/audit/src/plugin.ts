import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AuditLog,
  definePlugin,
  isoTime,
  provide,
  sha256,
  StatementStore,
  systemClock,
  ulid,
  Vault,
  versionOf,
  type AuditEvent,
  type Environment,
  type PluginFactory,
} from '@attestry/core'
import { writeDurably } from './disk.js'
import { loadLogKey } from './keys.js'
import { openLog, type LogWriter } from './log.js'
import { formatPrincipals, principalsFile, readPrincipals } from './principals.js'
import { openStatementStore } from './statement-store.js'

/** The log and the statements of a run, kept in its folder. */
const plugin: PluginFactory<void> = definePlugin(() => ({
  name: '@attestry/audit',
  version: versionOf(import.meta.url),
  core: '^0.1.0',
  answers: ['audit-training'],
  provides: [
    provide({
      token: AuditLog,
      requires: [Vault],
      factory: (services, environment) => logOf(environment, services.find(Vault)),
      release: log => (log as RunLog).close(),
    }),
    provide({ token: StatementStore, factory: (_, environment) => storeOf(environment) }),
  ],
}))

export default plugin

interface RunLog extends AuditLog {
  close(): Promise<void>
}

/** Opens on first use. The first append is preceded by a note that the log was opened, and under whose principals. */
function logOf(environment: Environment, vault: Vault | undefined): RunLog {
  const { runId, workspace, directory } = environment
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

function storeOf(environment: Environment): StatementStore {
  const { runId: run, directory, workspace } = environment
  let opened: Promise<StatementStore> | undefined
  const store = (): Promise<StatementStore> =>
    (opened ??= loadLogKey(workspace).then(key => openStatementStore({ run, directory, workspace, key })))
  return {
    write: async draft => (await store()).write(draft),
    read: async type => (await store()).read(type),
    rejected: async () => (await store()).rejected(),
  }
}
