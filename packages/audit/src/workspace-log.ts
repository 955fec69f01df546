import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isAttestryError, type AuditLog } from '@attestry/core'
import { lazyLog, type ClosableLog } from './lazy-log.js'

/** Run id of events that belong to no run, such as a withdrawn consent or a disposal. */
export const workspaceRun = 'workspace'

/** The folder of a workspace's own log: `verifyRun` verifies it as it does the folder of a run. */
export const workspaceLogDirectory = (workspace: string): string => join(workspace, 'workspace-log')

/** Whether anything was ever recorded outside of runs. */
export const hasWorkspaceLog = (workspace: string): boolean => existsSync(join(workspaceLogDirectory(workspace), 'log'))

/**
 * Runs an action with the log of the workspace, for what happens outside of runs. Events carry `workspaceRun` as their run.
 *
 * @param waitMs how long to wait while another process writes it
 * @throws AUDIT-E004 when another process writes it for longer
 */
export async function withWorkspaceLog<T>(
  workspace: string,
  action: (log: AuditLog) => Promise<T>,
  waitMs = 10_000,
): Promise<T> {
  const log = await openFree(workspace, performance.now() + waitMs)
  try {
    return await action(log)
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
