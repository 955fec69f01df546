import { resolve } from 'node:path'
import { systemClock } from '@attestry/core'
import {
  accessRoles,
  checkAccess,
  grantRole,
  listGrants,
  readPolicyFile,
  reviewGrant,
  revokeRole,
  shippedPolicies,
  type AccessPolicies,
  type ChangeContext,
  type GrantRecord,
} from '@attestry/governance'
import { actAs, needed } from '../acting.js'
import { exit, text, type Command, type Given } from '../command.js'
import { governanceOptions } from '../governance-options.js'
import { missingArgument } from '../errors.js'
import { table, type Terminal } from '../terminal.js'
import { runVerb, type Action } from '../verbs.js'
import { workspaceOf } from '../workspace.js'
import { compare, due } from './access-audit.js'

export const access: Command = {
  summary:
    'who may do what: grant roles, take them away, review them, ask whether something is allowed, or compare with the log',
  usage:
    'access [roles|grant <name>|revoke <name>|review <name>|due|check <name>|compare] [--role <role>] [--action <action>] [--as <name>]',
  options: {
    role: { type: 'string' },
    expires: { type: 'string' },
    reason: { type: 'string' },
    action: { type: 'string' },
    resource: { type: 'string' },
    author: { type: 'string' },
    as: { type: 'string' },
  },
  about: {
    role: 'one of those that `attestry access roles` lists, or of the policy file',
    expires: 'ISO date (default: the longest period of the role)',
    reason: 'why; needed for emergency access',
    action: 'what is asked for, such as run, approve, deploy, read-data, erase',
    resource: 'on what (default: workspace), such as run/01JD8T…',
    author: 'who made what is to be approved or deployed',
    as: 'the principal who acts, who is never the one a role is given to',
  },
  examples: ['access grant dana --role approver --as emil', 'access check dana --action approve --as emil'],
  run: (given, terminal) => runVerb(given, terminal, list, actions),
}

const actions: Readonly<Record<string, Action>> = {
  roles,
  check,
  compare,
  due,
  grant: (given, terminal) =>
    changed(given, terminal, 'given', async (context, principal, role) => {
      const [expires, reason] = [text(given, 'expires'), text(given, 'reason')]
      return [
        await grantRole(context, {
          principal,
          role,
          ...(expires !== undefined && { expires }),
          ...(reason !== undefined && { reason }),
        }),
      ]
    }),
  revoke: (given, terminal) =>
    changed(given, terminal, 'taken away', (context, principal, role) => revokeRole(context, { principal, role })),
  review: (given, terminal) =>
    changed(given, terminal, 'reviewed and kept', (context, principal, role) =>
      reviewGrant(context, { principal, role }),
    ),
}

/** The policies of the config's file, or those shipped. */
async function policiesOf(): Promise<AccessPolicies> {
  const { baseDirectory, options } = await governanceOptions()
  const file = options.policies
  return typeof file === 'string' ? readPolicyFile(resolve(baseDirectory, file), file) : shippedPolicies()
}

async function changed(
  given: Given,
  terminal: Terminal,
  what: string,
  action: (context: ChangeContext, principal: string, role: string) => Promise<readonly GrantRecord[]>,
): Promise<number> {
  const principal = nameOf(given)
  const role = needed(given, 'role', access.usage)
  const policies = await policiesOf()
  const grants = await actAs(given, workspaceOf(given), access.usage, acting =>
    action({ ...acting, policies }, principal, role),
  )
  terminal.json(grants)
  terminal.print(
    grants.map(({ expires }) => `${role} is ${what}: ${principal}, until ${expires.slice(0, 10)}`).join('\n'),
  )
  return exit.done
}

async function list(given: Given, terminal: Terminal): Promise<number> {
  const grants = await listGrants({ workspace: workspaceOf(given), clock: systemClock })
  terminal.json(grants)
  terminal.print(
    grants.length === 0
      ? 'nobody holds a role yet: attestry access grant <name> --role admin --as <somebody else>'
      : table([
          ['who', 'role', 'state', 'until', 'given by', 'review due'],
          ...grants.map(({ principal, role, state, expires, grantedBy, reviewDue }) => [
            principal,
            role,
            state === 'in-force' ? terminal.color.green(state) : state,
            expires.slice(0, 10),
            grantedBy,
            reviewDue?.slice(0, 10) ?? '',
          ]),
        ]),
  )
  return exit.done
}

function roles(_: Given, terminal: Terminal): number {
  terminal.json(accessRoles)
  terminal.print(table(accessRoles.map(({ role, title, longest }) => [role, title, longest])))
  return exit.done
}

/** Asks, and records that it was asked: exit code 3 when it is denied. */
async function check(given: Given, terminal: Terminal): Promise<number> {
  const principal = nameOf(given)
  const action = needed(given, 'action', access.usage)
  const resource = text(given, 'resource') ?? 'workspace'
  const author = text(given, 'author')
  const policies = await policiesOf()
  const decision = await actAs(given, workspaceOf(given), access.usage, acting =>
    checkAccess(
      { ...acting, policies },
      { principal, action, resource, ...(author !== undefined && { context: { author } }) },
    ),
  )
  terminal.json(decision)
  terminal.print(
    `${decision.decision}: ${principal}, ${action}, ${resource}${decision.by.length > 0 ? ` (${decision.by.join(', ')})` : ' (no policy permits it)'}`,
  )
  return decision.decision === 'allow' ? exit.done : exit.vetoed
}

function nameOf(given: Given): string {
  const name = given.words[1]
  if (name === undefined) throw missingArgument('the name', `attestry ${access.usage}`)
  return name
}
