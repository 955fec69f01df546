import { checklistText, deploymentChecklist } from '@attestry/report'
import { systemClock } from '@attestry/core'
import { reportInput } from '@attestry/sdk'
import { exit, type Command } from '../command.js'
import { findRun, workspaceOf } from '../workspace.js'

export const checklist: Command = {
  summary: 'show what is done and what is open before a model may be deployed, each line with its evidence',
  usage: 'checklist [run]',
  options: {},
  about: {},
  examples: ['checklist', 'checklist 01JD8T --json'],
  async run(given, terminal) {
    const workspace = workspaceOf(given)
    const id = await findRun(workspace, given.words[0])
    const lines = deploymentChecklist(await reportInput(workspace, id), new Date(systemClock.now()))
    terminal.json({ run: id, lines })
    terminal.print(`run ${id}\n${checklistText(lines)}`.trimEnd())
    return exit.done
  },
}
