import { AccessControl, isoTime, type AccessGrant, type Clock } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { accessNotEnded, emergencyNotReviewed, grantOfOneself, grantWithoutEnd } from './errors.js'

const actions = ['run', 'approve', 'deploy', 'read-data'] as const

/** ITGC-AC-1: whoever holds access got it from somebody else. */
export const grantsAreApproved =
  (clock: Clock): DeployCheck =>
  async (_, context) => {
    const grants = await context.find(AccessControl)?.grants()
    if (!grants || grants.length === 0) return null
    const own = grants.filter(
      grant => isInForce(grant, clock) && (grant.grantedBy.trim() === '' || grant.grantedBy === grant.principal),
    )
    return {
      type: 'access-approval',
      controls: ['ITGC-AC-1'],
      facts: { at: isoTime(clock), grants: grants.length, grantedToOneself: own.length },
      open: own.length > 0 ? [grantOfOneself(own.length)] : [],
      met: `${grants.length} grants of access were approved by somebody else`,
    }
  }

/** ITGC-AC-2: every grant has an end, and whose grants have all ended or been revoked is allowed nothing. */
export const leaversLoseAccess =
  (clock: Clock): DeployCheck =>
  async (_, context) => {
    const access = context.find(AccessControl)
    const grants = await access?.grants()
    if (!access || !grants || grants.length === 0) return null
    const endless = grants.filter(({ revokedAt, expires }) => revokedAt === null && Number.isNaN(Date.parse(expires)))
    const inForce = new Set(grants.filter(grant => isInForce(grant, clock)).map(({ principal }) => principal))
    const leavers = [...new Set(grants.map(({ principal }) => principal))].filter(name => !inForce.has(name))
    const decisions = await Promise.all(
      leavers.map(async principal => {
        const asked = await Promise.all(
          actions.map(action => access.decide({ principal, action, resource: 'workspace' })),
        )
        return asked.some(({ decision }) => decision === 'allow')
      }),
    )
    const stillIn = decisions.filter(Boolean).length
    return {
      type: 'access-ended',
      controls: ['ITGC-AC-2'],
      facts: {
        at: isoTime(clock),
        policyDigest: access.policyDigest,
        grants: grants.length,
        withoutEnd: endless.length,
        leavers: leavers.length,
        stillAllowed: stillIn,
      },
      open: [
        ...(endless.length > 0 ? [grantWithoutEnd(endless.length)] : []),
        ...(stillIn > 0 ? [accessNotEnded(stillIn)] : []),
      ],
      met: `every grant has an end, and ${leavers.length} people whose grants ended are allowed nothing`,
    }
  }

/** ITGC-AC-4: emergency access that has ended was looked at since. Access of this kind is a grant of the role `emergency`. */
export const emergencyUseIsReviewed =
  (clock: Clock): DeployCheck =>
  async (_, context) => {
    const grants = await context.find(AccessControl)?.grants()
    if (!grants || grants.length === 0) return null
    const emergency = grants.filter(({ role }) => role === 'emergency')
    const ended = emergency.filter(grant => !isInForce(grant, clock))
    const unseen = ended.filter(
      ({ reviewedAt, revokedAt, expires }) => !(Date.parse(reviewedAt ?? '') >= Date.parse(revokedAt ?? expires)),
    )
    return {
      type: 'emergency-access',
      controls: ['ITGC-AC-4'],
      facts: { at: isoTime(clock), emergency: emergency.length, ended: ended.length, notReviewed: unseen.length },
      open: unseen.length > 0 ? [emergencyNotReviewed(unseen.length)] : [],
      met: emergency.length === 0 ? 'nobody was given emergency access' : 'emergency access that ended was reviewed',
    }
  }

// An end that cannot be read is no end: the grant counts as in force.
const isInForce = ({ expires, revokedAt }: AccessGrant, clock: Clock): boolean =>
  revokedAt === null && !(Date.parse(expires) <= clock.now())
