import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AttestryError, foldRun, runDirectory, type LineageNode, type ReportInput } from '@attestry/core'
import { parseVkey, readLog, readLogVkey, readStatements } from '@attestry/audit'
import { openLineage } from '@attestry/data'
import { lineageGraph, type LineageGraph } from '@attestry/governance'

/** The runs of a workspace, oldest first: their identifiers sort by time. */
export const runsOf = async (workspace: string): Promise<readonly string[]> =>
  (await readdir(join(workspace, 'runs')).catch(() => [])).filter(name => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name)).sort()

/**
 * What a report is made from, as it stands now: the log, every statement that verifies (also those that people signed after
 * the run had stopped), and the lineage.
 *
 * @throws CORE-E022 when the log does not tell how the run began
 */
export async function reportInput(workspace: string, runId: string): Promise<ReportInput> {
  const directory = runDirectory(workspace, runId)
  const folded = await foldRun((await readLog(directory)).read())
  if (!folded)
    throw new AttestryError({
      code: 'CORE-E022',
      message: 'the log of this run does not say how it began',
      help: 'the run was cut off before its first record: start a new one with `attestry run`',
    })
  const key = parseVkey(await readLogVkey(workspace))
  const { statements } = await readStatements(directory, runId, key)
  return { record: folded.record, statements, lineage: await openLineage(directory).nodes() }
}

/** Everything that the workspace knows of where content comes from: what was prepared outside runs, and what each run did. */
export async function workspaceLineage(workspace: string): Promise<LineageGraph> {
  const runs = (await runsOf(workspace)).map(run => runDirectory(workspace, run))
  const nodes = (await Promise.all([workspace, ...runs].map(place => openLineage(place).nodes()))).flat()
  return lineageGraph(nodes.filter(node => !isExplained(node, nodes)))
}

/** A run takes its file for a source; where it was prepared here, what made it says more. */
const isExplained = ({ kind, outputs }: LineageNode, nodes: readonly LineageNode[]): boolean =>
  kind === 'source' &&
  nodes.some(other => other.kind !== 'source' && other.outputs.some(digest => outputs.includes(digest)))
