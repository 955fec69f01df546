import type { AuditEvent, AuditLog } from '@attestry/core'
import { readGrantFacts, type GrantFact } from './grant-facts.js'

/** A change of access about which the log and the file of grants disagree. */
export interface GrantDisagreement {
  /** Id of the fact and of its event. */
  readonly id: string
  /** `missing` from the file, `different` in it, or `unlogged`: in the file and not in the log. */
  readonly problem: 'missing' | 'different' | 'unlogged'
  /** When it happened, as the log has it, or the file when the log has nothing. */
  readonly at: string
}

/** What the log is told of a change, by which the file can be checked. */
export const changePayload = (fact: GrantFact): { readonly [key: string]: string | boolean } =>
  fact.kind === 'granted'
    ? {
        change: fact.kind,
        principal: fact.principal,
        role: fact.role,
        expires: fact.expires,
        founding: fact.founding,
      }
    : { change: fact.kind, grant: fact.grant }

/**
 * Compares the file of grants with the log of the workspace, in which every change is recorded first.
 *
 * The chain in the file shows a line that was changed or taken out, not one at its end. A revocation that was cut off would let
 * somebody back in; the log still tells of it. A crash between the two records shows up here as well.
 */
export async function compareGrantsWithLog(
  workspace: string,
  log: Pick<AuditLog, 'read'>,
): Promise<readonly GrantDisagreement[]> {
  const facts = new Map((await readGrantFacts(workspace)).map(fact => [fact.id, fact]))
  const found: GrantDisagreement[] = []
  for await (const { event } of log.read()) {
    if (event.type !== 'attestry.access.grant-changed') continue
    const fact = facts.get(event.id)
    if (!fact) found.push({ id: event.id, problem: 'missing', at: event.time })
    else if (!isTold(event, fact)) found.push({ id: event.id, problem: 'different', at: event.time })
    facts.delete(event.id)
  }
  return [...found, ...[...facts.values()].map(({ id, at }) => ({ id, problem: 'unlogged' as const, at }))]
}

function isTold({ actor, payload, time }: AuditEvent, fact: GrantFact): boolean {
  const told = (payload ?? {}) as Readonly<Record<string, unknown>>
  return (
    actor === fact.by &&
    time === fact.at &&
    Object.entries(changePayload(fact)).every(([name, value]) => told[name] === value)
  )
}
