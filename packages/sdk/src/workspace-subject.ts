import { AttestryError, foldRun, runDirectory, type Clock } from '@attestry/core'
import { logWriterNow, readLog, workspaceRun, type WorkspaceLog } from '@attestry/audit'
import { openShardStore, removeSubjectRows, subjectRows } from '@attestry/data'
import type { SubjectContext, SubjectRun } from '@attestry/governance'
import { openSubjectKeys, openVault } from '@attestry/vault'
import { runsOf, workspaceLineage } from './report-input.js'

/** Who works on a person's data, and where. */
export interface SubjectWork {
  readonly workspace: string
  /** Folder that sources and the consent file are relative to. */
  readonly baseDirectory: string
  /** The file of consent events, when there is one. */
  readonly consent?: string
  readonly clock: Clock
  readonly log: WorkspaceLog
  /** The principal who acts. */
  readonly actor: string
}

/**
 * Everything that finding, exporting and erasing one person needs: every run of the workspace with its shards and keys, what
 * was made of what, and how data files are read and rewritten.
 *
 * @throws CORE-E022 when the log of a run does not tell how it began: what it holds could not be searched
 */
export async function subjectContext(work: SubjectWork): Promise<SubjectContext> {
  const { workspace, log } = work
  const keys = openSubjectKeys(workspace)
  const runs: SubjectRun[] = []
  for (const run of await runsOf(workspace)) {
    const directory = runDirectory(workspace, run)
    const reader = await readLog(directory)
    const folded = await foldRun(reader.read())
    if (!folded)
      throw new AttestryError({
        code: 'CORE-E022',
        message: `the log of run ${run} does not say how it began`,
        help: 'remove the folder of the run when nothing was stored in it, and do this again',
      })
    const vault = openVault({ run, directory, workspace })
    runs.push({
      directory,
      folded,
      shards: openShardStore(`${directory}/data`, vault, keys),
      events: () => reader.read(),
    })
  }
  return {
    ...work,
    run: workspaceRun,
    files: { rows: subjectRows, remove: removeSubjectRows },
    runs,
    runsAtWork: async () => {
      const all = await runsOf(workspace)
      const writers = await Promise.all(all.map(run => logWriterNow(runDirectory(workspace, run))))
      return all.filter((_, i) => writers[i] !== null)
    },
    lineage: (await workspaceLineage(workspace)).nodes,
    keys,
    record: (id, draft, actor) => log.record(id, draft, actor),
  }
}
