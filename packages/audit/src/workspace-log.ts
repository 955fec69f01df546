import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isAttestryError, isoTime, sha256, systemClock, ulid, type AuditLog, type StatementDraft } from '@attestry/core'
import { loadLogKey } from './keys.js'
import { lazyLog, type ClosableLog } from './lazy-log.js'
import { readLimited } from './log-files.js'
import { signStatement } from './statement.js'
import { evidenceFolder } from './statement-store.js'

/** Run id of events that belong to no run, such as a withdrawn consent or a disposal. */
export const workspaceRun = 'workspace'

/** The folder of a workspace's own log: `verifyRun` verifies it as it does the folder of a run. */
export const workspaceLogDirectory = (workspace: string): string => join(workspace, 'workspace-log')

/** Whether anything was ever recorded outside of runs. */
export const hasWorkspaceLog = (workspace: string): boolean => existsSync(join(workspaceLogDirectory(workspace), 'log'))

/** The log of a workspace, and the statements that it names. */
export interface WorkspaceLog extends AuditLog {
  /**
   * Signs evidence with the log's key and names it in the log. With the same id again, after a crash, it leaves one statement.
   *
   * @param id letters, digits and hyphens, such as the id of the event that it belongs to
   * @returns the file, relative to the folder of the log
   */
  record(id: string, draft: StatementDraft, actor: string): Promise<string>
}

/**
 * Runs an action with the log of the workspace, for what happens outside of runs. Events carry `workspaceRun` as their run.
 *
 * @param waitMs how long to wait while another process writes it
 * @throws AUDIT-E004 when another process writes it for longer
 */
export async function withWorkspaceLog<T>(
  workspace: string,
  action: (log: WorkspaceLog) => Promise<T>,
  waitMs = 10_000,
): Promise<T> {
  const log = await openFree(workspace, performance.now() + waitMs)
  try {
    return await action({ ...log, record: (id, draft, actor) => record(workspace, log, id, draft, actor) })
  } finally {
    await log.close()
  }
}

async function openFree(workspace: string, until: number): Promise<ClosableLog> {
  for (;;) {
    const log = lazyLog({ runId: workspaceRun, workspace, directory: workspaceLogDirectory(workspace) })
    try {
      // A checkpoint opens the log, and so takes its lock, without adding to it.
      await log.checkpoint()
      return log
    } catch (error) {
      if (!isAttestryError(error) || error.code !== 'AUDIT-E004' || performance.now() > until) throw error
      await wait(50)
    }
  }
}

const maxStatementBytes = 1_000_000

async function record(
  workspace: string,
  log: AuditLog,
  id: string,
  draft: StatementDraft,
  actor: string,
): Promise<string> {
  const file = `${evidenceFolder}/${id}.dsse.json`
  const path = join(workspaceLogDirectory(workspace), file)
  const bytes = await readLimited(path, maxStatementBytes)
  const key = await loadLogKey(workspace)
  await mkdir(dirname(path), { recursive: true })
  const digest = bytes
    ? sha256(bytes)
    : (await signStatement({ ...draft, predicate: { ...draft.predicate, run: workspaceRun } }, key, path)).digest
  const time = isoTime(systemClock)
  await log.append({
    id: ulid(systemClock),
    time,
    type: 'attestry.evidence.recorded',
    phase: 'note',
    actor,
    run: workspaceRun,
    objects: [digest],
    payload: { file },
  })
  return file
}
