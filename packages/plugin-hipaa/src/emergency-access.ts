import { AccessControl, systemClock, type AccessGrant, type DeployQuestion } from '@attestry/core'
import { emergencyNotReviewed, emergencyTooLong } from './errors.js'

const dayMs = 24 * 60 * 60 * 1000

/**
 * 164.312(a)(2)(ii): access in an emergency, a grant of the role `emergency`, lasts a day at most and is looked at once it has
 * ended. Whether it reaches what care needs, people say.
 */
export const emergencyAccessIsBounded: DeployQuestion = async (_, context) => {
  const grants = await context.get(AccessControl).grants()
  const emergency = grants.filter(({ role }) => role === 'emergency')
  const long = emergency.filter(grant => !(endOf(grant) - Date.parse(grant.grantedAt) <= dayMs))
  const unseen = emergency.filter(grant => hasEnded(grant) && !isReviewed(grant))
  return {
    type: 'emergency-access',
    controls: ['HIPAA-164.312(a)(2)(ii)'],
    facts: { emergency: emergency.length, longerThanADay: long.length, notReviewed: unseen.length },
    open: [
      ...(long.length > 0 ? [emergencyTooLong(long.length)] : []),
      ...(unseen.length > 0 ? [emergencyNotReviewed(unseen.length)] : []),
    ],
    met: 'emergency access lasts a day at most, and what ended was reviewed',
  }
}

const endOf = ({ revokedAt, expires }: AccessGrant): number => Date.parse(revokedAt ?? expires)

const hasEnded = (grant: AccessGrant): boolean => endOf(grant) <= systemClock.now()

const isReviewed = (grant: AccessGrant): boolean => Date.parse(grant.reviewedAt ?? '') >= endOf(grant)
