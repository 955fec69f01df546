import { createPrincipalKey, formatVkey, readPrincipals } from '@attestry/audit'
import { exit, text, type Command, type Given } from '../command.js'
import { missingArgument } from '../errors.js'
import { table, type Terminal } from '../terminal.js'
import { runVerb } from '../verbs.js'
import { workspaceOf } from '../workspace.js'

export const keys: Command = {
  summary: 'make a signing key for a person, or list who can sign',
  usage: 'keys [create <name> --role <role>]',
  options: { role: { type: 'string' } },
  about: { role: 'roles, separated by commas (default: approver)' },
  examples: ['keys', 'keys create dana --role dpo,approver'],
  run: (given, terminal) => runVerb(given, terminal, list, { create }),
}

async function list(given: Given, terminal: Terminal): Promise<number> {
  const principals = await readPrincipals(workspaceOf(given))
  const listed = principals.map(({ name, roles, keys: held }) => ({ name, roles, keys: held.map(formatVkey) }))
  terminal.json(listed)
  terminal.print(
    listed.length === 0
      ? 'nobody can sign yet: attestry keys create <name> --role <role>'
      : table(listed.map(({ name, roles, keys: held }) => [name, roles.join(', '), held.join(' ')])),
  )
  return exit.done
}

async function create(given: Given, terminal: Terminal): Promise<number> {
  const workspace = workspaceOf(given)
  const [, name] = given.words
  if (name === undefined) throw missingArgument('the name', 'attestry keys create <name> --role <role>')
  const roles = (text(given, 'role') ?? 'approver').split(',').map(role => role.trim())
  const { key, file } = await createPrincipalKey(workspace, name, roles)
  terminal.json({ name, roles, vkey: formatVkey(key), file })
  terminal.print(`${name} can sign as ${roles.join(', ')}`)
  terminal.say(
    'the private key lies in .attestry/keys, readable by you alone; on a real site each person keeps their own',
  )
  return exit.done
}
