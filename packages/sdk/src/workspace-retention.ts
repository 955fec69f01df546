import { foldRun, runDirectory, systemClock, type AuditLog, type Clock } from '@attestry/core'
import { readLog, type WorkspaceLog } from '@attestry/audit'
import { disposeDue, type DisposalContext, type DisposalReport, type RetentionView } from '@attestry/governance'

/** Everything that a workspace keeps, with its periods counted from recorded triggers, or else from the end of its run. */
export const retentionView = (workspace: string, clock: Clock = systemClock): RetentionView => ({
  workspace,
  clock,
  runEnded: run => endOfRun(workspace, run),
})

/** When a run ended; null while it goes on, or when its log cannot tell. Without it nothing of the run is ever due. */
async function endOfRun(workspace: string, run: string): Promise<string | null> {
  try {
    const folded = await foldRun((await readLog(runDirectory(workspace, run))).read())
    return folded?.record.endedAt ?? null
  } catch {
    return null
  }
}

/**
 * Destroys what is due in a workspace, each object with a receipt that the workspace's log signs and names.
 *
 * @param actor the principal on whose word it is done
 * @throws GOV-E201, GOV-E202
 */
export const disposeInWorkspace = (
  workspace: string,
  log: WorkspaceLog,
  actor: string,
  more: Pick<DisposalContext, 'onProgress' | 'signal'> = {},
): Promise<DisposalReport> =>
  disposeDue({
    ...retentionView(workspace),
    ...more,
    log: log satisfies AuditLog,
    actor,
    writeReceipt: (_, draft) =>
      log.record(`disposal-${String((draft.predicate.facts as { readonly intent: string }).intent)}`, draft, actor),
  })
