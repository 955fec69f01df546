import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runDirectory, writeDurably, nearest } from '@attestry/core'
import { audiences, htmlReport } from '@attestry/report'
import { reportInput } from '@attestry/sdk'
import { exit, text, type Command } from '../command.js'
import { unknownWord } from '../errors.js'
import { printOutcome } from '../outcome.js'
import { table, type Terminal } from '../terminal.js'
import { findRun, foldedRun, listRuns, statementsOf, workspaceOf } from '../workspace.js'

export const report: Command = {
  summary: 'show how a run ended and where its report is, or list the runs',
  usage: 'report [run] [--list] [--for auditor|dpo|engineer]',
  options: { list: { type: 'boolean' }, for: { type: 'string' } },
  about: {
    list: 'list all runs',
    for: 'write a page with what an auditor, a data protection officer or an engineer reads first, as things stand now',
  },
  examples: ['report', 'report --for auditor'],
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
    const reader = text(given, 'for')
    if (reader !== undefined) return await writeFor(workspace, id, reader, terminal)
    const { record } = await foldedRun(directory)
    printOutcome(record, directory, await statementsOf(workspace, id), terminal)
    return exit.done
  },
}

/** Beside the run, not in it: the run's own report is sealed with it, and this one tells how things stand today. */
async function writeFor(workspace: string, id: string, reader: string, terminal: Terminal): Promise<number> {
  const audience = audiences.find(one => one === reader)
  if (!audience) throw unknownWord('reader', reader, nearest(reader, audiences))
  const folder = join(workspace, 'reports')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${id}-${audience}.html`)
  await writeDurably(file, htmlReport(await reportInput(workspace, id), { audience }))
  terminal.json({ run: id, audience, file })
  terminal.print(file)
  return exit.done
}
