import { createPrincipalKey, formatVkey, readPrincipals } from '@attestry/audit'
import { exit, text, type Command } from '../command.js'
import { missingArgument, unknownWord } from '../errors.js'
import { table } from '../terminal.js'
import { workspaceOf } from '../workspace.js'

export const keys: Command = {
  summary: 'make a signing key for a person, or list who can sign',
  usage: 'keys [create <name> --role <role>]',
  options: { role: { type: 'string' } },
  about: { role: 'roles, separated by commas (default: approver)' },
  examples: ['keys', 'keys create dana --role dpo,approver'],
  async run(given, terminal) {
    const workspace = workspaceOf(given)
    const [verb, name] = given.words
    if (verb === undefined) {
      const principals = await readPrincipals(workspace)
      const listed = principals.map(({ name: who, roles, keys: held }) => ({
        name: who,
        roles,
        keys: held.map(formatVkey),
      }))
      terminal.json(listed)
      terminal.print(
        listed.length === 0
          ? 'nobody can sign yet: attestry keys create <name> --role <role>'
          : table(listed.map(({ name: who, roles, keys: held }) => [who, roles.join(', '), held.join(' ')])),
      )
      return exit.done
    }
    if (verb !== 'create') throw unknownWord('word', verb, 'create')
    if (name === undefined) throw missingArgument('the name', 'attestry keys create <name> --role <role>')
    const roles = (text(given, 'role') ?? 'approver').split(',').map(role => role.trim())
    const { key, file } = await createPrincipalKey(workspace, name, roles)
    terminal.json({ name, roles, vkey: formatVkey(key), file })
    terminal.print(`${name} can sign as ${roles.join(', ')}`)
    terminal.say(
      'the private key lies in .attestry/keys, readable by you alone; on a real site each person keeps their own',
    )
    return exit.done
  },
}
