import { addDuration, type AccessGrant } from '@attestry/core'
import { instantOf } from '../dates.js'
import type { GrantedFact, GrantEndedFact, GrantFact } from './grant-facts.js'
import { isSamePerson } from './principal-name.js'
import { emergencyRole, reviewPeriod } from './roles.js'

/** A grant with how it stands. */
export interface StandingGrant extends AccessGrant {
  readonly state: 'in-force' | 'expired' | 'revoked' | 'refused'
  /** By when it is looked at again, ISO instant; null once it has ended. */
  readonly reviewDue: string | null
}

/** A grant of a workspace. */
export interface GrantRecord extends StandingGrant {
  readonly id: string
  /** Why it was given; empty where nobody had to say. */
  readonly reason: string
  /** It was given while nobody held the role of giving roles. */
  readonly founding: boolean
}

/**
 * Every grant, oldest first, and how it stands.
 *
 * A grant counts until its end. A revocation counts at once, whatever its date, and a clock that was set back
 * behind the newest fact is taken to be at that fact: what has ended does not come back. A grant by the person themselves,
 * or one whose times cannot be read, never counts.
 *
 * @param now milliseconds since the epoch
 */
export function grantsOf(facts: readonly GrantFact[], now: number): readonly GrantRecord[] {
  const today = facts.reduce((latest, { at }) => Math.max(latest, instantOf(at) ?? latest), now)
  return facts
    .filter((fact): fact is GrantedFact => fact.kind === 'granted')
    .map(({ id, principal, role, by, at, expires, reason, founding }) => {
      const revokedAt = newest(facts, 'revoked', id)
      const reviewedAt = newest(facts, 'reviewed', id)
      const grant = { principal, role, grantedBy: by, grantedAt: at, expires, revokedAt, reviewedAt }
      return { id, ...standing(grant, today), reason, founding }
    })
}

/** A grant, how it stands at an instant, and by when it is looked at again. */
export function standing(grant: AccessGrant, now: number): StandingGrant {
  const state = stateOf(grant, now)
  const counted = instantOf(grant.reviewedAt ?? grant.grantedAt)
  const isOpen = state === 'in-force' && counted !== undefined
  return { ...grant, state, reviewDue: isOpen ? addDuration(new Date(counted), reviewPeriod).toISOString() : null }
}

const newest = (facts: readonly GrantFact[], kind: GrantEndedFact['kind'], id: string): string | null =>
  facts.findLast((fact): fact is GrantEndedFact => fact.kind === kind && fact.grant === id)?.at ?? null

function stateOf(
  { principal, grantedBy, grantedAt, expires, revokedAt }: AccessGrant,
  today: number,
): StandingGrant['state'] {
  const [from, to] = [instantOf(grantedAt), instantOf(expires)]
  if (isSamePerson(principal, grantedBy) || from === undefined || to === undefined) return 'refused'
  if (revokedAt !== null) return 'revoked'
  return to <= today ? 'expired' : 'in-force'
}

/** Roles that a principal holds now, each once, sorted. */
export const rolesOf = (grants: readonly GrantRecord[], principal: string): readonly string[] =>
  [
    ...new Set(grants.filter(one => one.state === 'in-force' && one.principal === principal).map(({ role }) => role)),
  ].sort()

/** Grants that must be looked at: in force and past their time, or emergency access that nobody has looked at since it ended. */
export const reviewsDue = <G extends StandingGrant>(grants: readonly G[], now: number): readonly G[] =>
  grants.filter(({ state, reviewDue, role, reviewedAt, revokedAt, expires }) => {
    if (state === 'in-force') return reviewDue === null || instantOf(reviewDue)! < now
    if (role !== emergencyRole || (state !== 'expired' && state !== 'revoked')) return false
    return reviewedAt === null || instantOf(reviewedAt)! < instantOf(revokedAt ?? expires)!
  })
