import { addDuration, isoTime, ulid, type AccessRequest } from '@attestry/core'
import { dayOf, instantOf } from '../dates.js'
import type { FactFile } from '../facts/fact-file.js'
import { decideAndRecord, type AccessContext } from './access-context.js'
import { changePayload } from './compare-with-log.js'
import { grantRefused, mayNotChange, noSuchGrant } from './errors.js'
import { withGrantFacts, type GrantEndedFact, type GrantFact } from './grant-facts.js'
import { grantsOf, reviewsDue, type GrantRecord } from './grants.js'
import { isSamePerson, whyNobody } from './principal-name.js'
import { adminRole, emergencyRole, longestOf } from './roles.js'

/** Who changes access. */
export interface ChangeContext extends AccessContext {
  /** The principal who acts. Their key was seen by the caller. */
  readonly actor: string
}

export interface NewGrant {
  readonly principal: string
  readonly role: string
  /** ISO date or instant. Default: the longest period of the role. */
  readonly expires?: string
  /** Why; needed for emergency access. Without anything personal. */
  readonly reason?: string
}

/**
 * Gives a role to somebody else, durably, until an end.
 *
 * @throws GOV-E405 when the grant is not valid, GOV-E406 when the actor may not give it
 */
export async function grantRole(context: ChangeContext, grant: NewGrant): Promise<GrantRecord> {
  const { workspace, clock, actor, policies } = context
  const { principal, role, reason = '' } = grant
  const now = new Date(clock.now())
  const expires = grant.expires ?? defaultEnd(role, now)
  checkGrant(policies.roles, { ...grant, expires }, now)
  if (isSamePerson(principal, actor)) throw grantRefused('nobody gives a role to themselves')
  return withGrantFacts(workspace, async file => {
    const founding = await mayGrant(context, file.facts(), role)
    const id = ulid(clock)
    await record(context, file, {
      kind: 'granted',
      id,
      principal,
      role,
      by: actor,
      at: now.toISOString(),
      expires,
      reason,
      founding,
    })
    return recordOf(file.facts(), id, clock.now())
  })
}

/**
 * Takes a role away from somebody, at once and durably; one may give up a role of one's own.
 *
 * @returns what was taken away: every grant of the role that had not ended
 * @throws GOV-E406 when the actor may not, GOV-E407 when the person does not hold the role
 */
export async function revokeRole(
  context: ChangeContext,
  { principal, role }: Pick<NewGrant, 'principal' | 'role'>,
): Promise<readonly GrantRecord[]> {
  const { workspace, clock, actor } = context
  return withGrantFacts(workspace, async file => {
    if (principal !== actor) await mayAct(context, file.facts(), 'revoke', role)
    const open = grantsOf(file.facts(), clock.now()).filter(
      one => one.principal === principal && one.role === role && one.state === 'in-force',
    )
    if (open.length === 0) throw noSuchGrant('taken away')
    return recordEach(context, file, 'revoked', open)
  })
}

/**
 * Records that somebody else looked at a grant and keeps it. Emergency access is looked at after its end too.
 *
 * @throws GOV-E406 when the actor may not, or holds the grant; GOV-E407 when there is none
 */
export async function reviewGrant(
  context: ChangeContext,
  { principal, role }: Pick<NewGrant, 'principal' | 'role'>,
): Promise<readonly GrantRecord[]> {
  const { workspace, clock, actor } = context
  return withGrantFacts(workspace, async file => {
    await mayAct(context, file.facts(), 'review', role)
    if (isSamePerson(principal, actor)) throw mayNotChange('the review', 'nobody reviews a grant of their own')
    const due = reviewsDue(grantsOf(file.facts(), clock.now()), clock.now())
    const open = grantsOf(file.facts(), clock.now()).filter(
      one =>
        one.principal === principal &&
        one.role === role &&
        (one.state === 'in-force' || due.some(({ id }) => id === one.id)),
    )
    if (open.length === 0) throw noSuchGrant('reviewed')
    return recordEach(context, file, 'reviewed', open)
  })
}

const defaultEnd = (role: string, now: Date): string => {
  const end = addDuration(now, longestOf(role))
  return role === emergencyRole ? end.toISOString() : dayOf(end)
}

function checkGrant(roles: readonly string[], { principal, role, expires, reason = '' }: NewGrant, now: Date): void {
  const nobody = whyNobody(principal)
  if (nobody !== undefined) throw grantRefused(nobody)
  if (!roles.includes(role)) throw grantRefused(`no policy knows this role; roles are ${roles.join(', ')}`)
  if (role === emergencyRole && reason.trim() === '') throw grantRefused('emergency access needs a reason')
  if (reason.length > 500) throw grantRefused('its reason is longer than 500 characters')
  const end = instantOf(expires)
  if (end === undefined) throw grantRefused('its end is not an ISO date, or date and time with offset')
  if (end <= now.getTime()) throw grantRefused('its end has passed')
  if (end > addDuration(now, longestOf(role)).getTime())
    throw grantRefused(`it stands longer than ${longestOf(role)}, the longest period of ${role}`)
}

/** Whether it is a founding grant: nobody holds the role of giving roles, and this gives it to somebody. */
async function mayGrant(context: ChangeContext, facts: readonly GrantFact[], role: string): Promise<boolean> {
  const isGoverned = grantsOf(facts, context.clock.now()).some(
    one => one.role === adminRole && one.state === 'in-force',
  )
  if (!isGoverned && role === adminRole) {
    const nobody = whyNobody(context.actor)
    if (nobody !== undefined) throw mayNotChange('the grant', nobody)
    return true
  }
  await mayAct(context, facts, 'grant', role)
  return false
}

async function mayAct(
  context: ChangeContext,
  facts: readonly GrantFact[],
  action: 'grant' | 'revoke' | 'review',
  role: string,
): Promise<void> {
  const request: AccessRequest = { principal: context.actor, action, resource: 'workspace', context: { role } }
  const { decision, by } = await decideAndRecord(context, facts, request)
  if (decision === 'allow') return
  throw mayNotChange(`the ${action}`, by.length === 0 ? 'no role of the person permits it' : by.join(', '))
}

async function recordEach(
  context: ChangeContext,
  file: FactFile<GrantFact>,
  kind: GrantEndedFact['kind'],
  grants: readonly GrantRecord[],
): Promise<readonly GrantRecord[]> {
  const { clock, actor } = context
  for (const { id: grant, principal, role } of grants)
    await record(context, file, { kind, id: ulid(clock), grant, by: actor, at: isoTime(clock) }, { principal, role })
  return grants.map(({ id }) => recordOf(file.facts(), id, clock.now()))
}

const recordOf = (facts: readonly GrantFact[], id: string, now: number): GrantRecord =>
  grantsOf(facts, now).find(one => one.id === id)!

/** Tells the log first: a change that cannot be told does not happen. */
async function record(
  { log, run = 'workspace', policies }: ChangeContext,
  file: FactFile<GrantFact>,
  fact: GrantFact,
  more: { readonly [key: string]: string } = {},
): Promise<void> {
  await log.append({
    id: fact.id,
    time: fact.at,
    type: 'attestry.access.grant-changed',
    phase: 'note',
    actor: fact.by,
    run,
    result: 'ok',
    objects: [policies.digest],
    payload: { ...changePayload(fact), ...more },
  })
  await file.append(fact)
}
