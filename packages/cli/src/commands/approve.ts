import { join } from 'node:path'
import { AttestryError, runDirectory } from '@attestry/core'
import { exit, text, type Command } from '../command.js'
import { signAs } from '../sign.js'
import { missingArgument } from '../errors.js'
import { table } from '../terminal.js'
import { findRun, foldedRun, workspaceOf } from '../workspace.js'

export const approve: Command = {
  summary: 'sign an approval over the exact digests of a run',
  usage: 'approve [run] --as <name> [--reason <text>] [--reject]',
  options: {
    as: { type: 'string' },
    reason: { type: 'string' },
    role: { type: 'string' },
    reject: { type: 'boolean' },
  },
  about: {
    as: 'the principal who signs; the author of the run does not count',
    reason: 'why',
    role: 'in which role (default: approver)',
    reject: 'sign a rejection instead',
  },
  examples: ['approve --as dana --reason "figures reviewed"', 'approve 01JD8T --as emil --reject'],
  async run(given, terminal) {
    const signer = text(given, 'as')
    if (signer === undefined) throw missingArgument('--as', 'attestry approve [run] --as <name>')
    const workspace = workspaceOf(given)
    const id = await findRun(workspace, given.words[0])
    const { record } = await foldedRun(runDirectory(workspace, id))
    const digests = record.stages.deploy?.digests
    if (!digests)
      throw new AttestryError({
        code: 'CLI-E004',
        message: `run ${id} has not come to the deploy stage`,
        where: { run: id },
        help: `attestry resume ${id}`,
      })
    const decision = given.flags.reject === true ? 'reject' : 'approve'
    const file = join(workspace, 'register', `approval-${id}-${signer}.dsse.json`)
    await signAs(
      workspace,
      signer,
      {
        type: 'approval',
        subjects: Object.entries(digests).map(([name, digest]) => ({ name, digest })),
        predicate: {
          run: id,
          decision,
          digests,
          reason: text(given, 'reason') ?? '',
          role: text(given, 'role') ?? 'approver',
        },
      },
      file,
    )
    terminal.json({ run: id, signer, decision, digests, file })
    terminal.print(`${signer} signed: ${decision} run ${id}`)
    terminal.print(table(Object.entries(digests).map(([name, digest]) => [name, digest])))
    terminal.say(`go on with: attestry resume ${id}`)
    return exit.done
  },
}
