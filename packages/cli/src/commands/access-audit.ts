import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, type AuditEvent, type RecordedEvent } from '@attestry/core'
import { readLog, readLogVkey, verifyRun, workspaceLogDirectory } from '@attestry/audit'
import { compareGrantsWithLog, listGrants, reviewsDue, type GrantDisagreement } from '@attestry/governance'
import { exit } from '../command.js'
import { table, type Terminal } from '../terminal.js'
import type { Action } from '../verbs.js'
import { workspaceOf } from '../workspace.js'

/** A change about which log and grants disagree, with what the log says it was; null where the log says nothing. */
interface TracedDisagreement extends GrantDisagreement {
  readonly by: string | null
  readonly change: string | null
  readonly principal: string | null
  readonly role: string | null
}

const meanings: Readonly<Record<GrantDisagreement['problem'], string>> = {
  missing: 'in the log, not in the grants',
  different: 'in both, with other content',
  unlogged: 'in the grants, not in the log',
}

/**
 * Compares the grants with the log of access, once the log itself is proved: exit code 6 when they disagree, or when the log
 * does not verify and so proves nothing about the grants.
 */
export const compare: Action = async (given, terminal) => {
  const workspace = workspaceOf(given)
  const directory = workspaceLogDirectory(workspace)
  const proof = existsSync(join(directory, 'log'))
    ? await verifyRun(directory, await readLogVkey(workspace))
    : undefined
  const problems = proof?.problems ?? []
  if (problems.length > 0) {
    terminal.json({ agrees: false, logProblems: problems, disagreements: [] })
    terminal.print(
      terminal.color.red(`broken: the log has ${problems.length} problems, and proves nothing of the grants`),
    )
    terminal.print(table(problems.map(({ file, problem }) => [file, problem])))
    return exit.broken
  }
  const disagreements = await traced(workspace, proof ? signed(directory, proof.events) : nothing())
  const agrees = disagreements.length === 0
  terminal.json({ agrees, logProblems: problems, disagreements })
  if (agrees) terminal.print(`${terminal.color.green('agreed')}: the log tells of every grant, and of each what it is`)
  else printAll(disagreements, terminal)
  return agrees ? exit.done : exit.broken
}

function printAll(disagreements: readonly TracedDisagreement[], terminal: Terminal): void {
  terminal.print(terminal.color.red(`broken: grants and log disagree about ${disagreements.length} changes`))
  terminal.print(
    table([
      ['when', 'what', 'who', 'role', 'by', 'where', 'id'],
      ...disagreements.map(({ id, problem, at, by, change, principal, role }) => [
        at.slice(0, 19),
        change ?? '?',
        principal ?? '?',
        role ?? '?',
        by ?? '?',
        meanings[problem],
        id,
      ]),
    ]),
  )
}

async function traced(workspace: string, events: AsyncIterable<RecordedEvent>): Promise<readonly TracedDisagreement[]> {
  const told = new Map<string, AuditEvent>()
  async function* read(): AsyncGenerator<RecordedEvent> {
    for await (const recorded of events) {
      if (recorded.event.type === 'attestry.access.grant-changed') told.set(recorded.event.id, recorded.event)
      yield recorded
    }
  }
  return (await compareGrantsWithLog(workspace, { read })).map(one => {
    const event = told.get(one.id)
    const payload = (event?.payload ?? {}) as Readonly<Record<string, unknown>>
    const text = (name: string): string | null => (typeof payload[name] === 'string' ? payload[name] : null)
    return {
      ...one,
      by: event?.actor ?? null,
      change: text('change'),
      principal: text('principal'),
      role: text('role'),
    }
  })
}

/** What is under the signed checkpoint: anybody who can write here could have added the rest. */
async function* signed(directory: string, events: number): AsyncGenerator<RecordedEvent> {
  for await (const recorded of (await readLog(directory)).read()) {
    if (recorded.index >= events) return
    yield recorded
  }
}

async function* nothing(): AsyncGenerator<RecordedEvent> {}

/** Grants that somebody has to look at: exit code 4 while there are any. */
export const due: Action = async (given, terminal) => {
  const grants = await listGrants({ workspace: workspaceOf(given), clock: systemClock })
  const waiting = reviewsDue(grants, systemClock.now())
  terminal.json(waiting)
  terminal.print(
    waiting.length === 0
      ? 'no review is due'
      : table([
          ['who', 'role', 'state', 'given by', 'due since'],
          ...waiting.map(({ principal, role, state, grantedBy, reviewDue, revokedAt, expires }) => [
            principal,
            role,
            state,
            grantedBy,
            (reviewDue ?? revokedAt ?? expires).slice(0, 10),
          ]),
        ]),
  )
  if (waiting.length > 0) terminal.say('attestry access review <name> --role <role> --as <somebody else> keeps one')
  return waiting.length === 0 ? exit.done : exit.waiting
}
