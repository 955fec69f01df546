import { isoTime, ulid, type AccessDecision, type AccessRequest, type AuditLog, type Clock } from '@attestry/core'
import { isAccessAction, resourceEntity } from './cedar-schema.js'
import type { GrantFact } from './grant-facts.js'
import { grantsOf, rolesOf } from './grants.js'
import { judgeAccess } from './judge.js'
import type { AccessPolicies } from './policies.js'
import { whyNobody } from './principal-name.js'

/** What decisions and changes of access need: where, when, by which policies, and a log that is told. */
export interface AccessContext {
  readonly workspace: string
  readonly clock: Clock
  readonly log: AuditLog
  /** The run whose log it is; `workspace` for the log of a workspace. */
  readonly run?: string
  readonly policies: AccessPolicies
}

/** Who the log says acted when nobody in particular did. */
const componentActor = 'access-control'

/**
 * Decides a request and records it, who asked for what, the answer and the digest of the policies, before anybody can act on
 * the answer. What is no name, action or resource is not repeated in the log: it could be anything.
 *
 * @throws what the log throws: without a record there is no decision
 */
export async function decideAndRecord(
  { clock, log, run = 'workspace', policies }: Omit<AccessContext, 'workspace'>,
  facts: readonly GrantFact[],
  request: AccessRequest,
): Promise<AccessDecision> {
  const { principal, action, resource } = request
  const { decision, by } = judgeAccess(policies, rolesOf(grantsOf(facts, clock.now()), principal), request)
  await log.append({
    id: ulid(clock),
    time: isoTime(clock),
    type: 'attestry.access.decided',
    phase: 'note',
    actor: whyNobody(principal) === undefined ? principal : componentActor,
    run,
    result: decision === 'allow' ? 'ok' : 'denied',
    objects: [policies.digest],
    payload: {
      decision,
      by,
      action: isAccessAction(action) ? action : null,
      resource: resourceEntity(resource) === undefined ? null : resource,
    },
  })
  return { decision, by, policyDigest: policies.digest }
}
