import { join } from 'node:path'
import { runDirectory } from '@attestry/core'
import { exit, type Command } from '../command.js'
import { printOutcome } from '../outcome.js'
import { table } from '../terminal.js'
import { findRun, foldedRun, listRuns, statementsOf, workspaceOf } from '../workspace.js'

export const report: Command = {
  summary: 'show how a run ended and where its report is, or list the runs',
  usage: 'report [run] [--list]',
  options: { list: { type: 'boolean' } },
  about: { list: 'list all runs' },
  examples: ['report', 'report --list --json'],
  async run(given, terminal) {
    const workspace = workspaceOf(given)
    if (given.flags.list === true) {
      const runs = await Promise.all(
        (await listRuns(workspace)).map(async id => {
          const { record } = await foldedRun(join(workspace, 'runs', id))
          return { id, status: record.status, startedAt: record.startedAt, name: record.config.name }
        }),
      )
      terminal.json(runs)
      terminal.print(
        runs.length === 0
          ? 'no run yet'
          : table(runs.map(({ id, status, startedAt, name }) => [id, status, startedAt, name])),
      )
      return exit.done
    }
    const id = await findRun(workspace, given.words[0])
    const directory = runDirectory(workspace, id)
    const { record } = await foldedRun(directory)
    printOutcome(record, directory, await statementsOf(workspace, id), terminal)
    return exit.done
  },
}
