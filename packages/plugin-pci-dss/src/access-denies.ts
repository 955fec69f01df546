import { AccessControl, addDuration, type AccessGrant, type Clock } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { accessNotDenied, accessNotReviewed, accessServiceMissing } from './errors.js'
import { durationOf } from './periods.js'

/** A name that nobody has, to see what happens without a grant. */
const stranger = 'principal without a grant'

/** 7.2.x, 7.3.x: nothing is allowed without a grant, and every grant in force was given or reviewed within six months. */
export const accessDenies =
  (clock: Clock): DeployCheck =>
  async (_, context) => {
    const access = context.find(AccessControl)
    if (!access) return [accessServiceMissing()]
    const probes = await Promise.all(
      ['run', 'approve', 'deploy', 'read-data'].map(action =>
        access.decide({ principal: stranger, action, resource: 'workspace' }),
      ),
    )
    const allowed = probes.filter(({ decision }) => decision === 'allow').length
    const grants = await access.grants()
    const unreviewed = grants.filter(grant => isInForce(grant, clock) && isUnreviewed(grant, clock)).length
    const reasons = [
      ...(allowed > 0 ? [accessNotDenied(allowed)] : []),
      ...(unreviewed > 0 ? [accessNotReviewed(unreviewed)] : []),
    ]
    await context.evidence({
      type: 'deny-by-default',
      controls: ['PCI-7.2.1', 'PCI-7.2.4', 'PCI-7.3.1', 'PCI-7.3.3'],
      outcome: reasons.length === 0 ? 'pass' : 'fail',
      facts: { policyDigest: access.policyDigest, probes: probes.length, allowed, grants: grants.length, unreviewed },
    })
    return reasons
  }

const isInForce = ({ expires, revokedAt }: AccessGrant, clock: Clock): boolean =>
  revokedAt === null && !(Date.parse(expires) <= clock.now())

// A date that cannot be read compares as false with everything, and counts as no review.
const isUnreviewed = ({ reviewedAt, grantedAt }: AccessGrant, clock: Clock): boolean => {
  const last = new Date(reviewedAt ?? grantedAt)
  return !(addDuration(last, durationOf('access-review')).getTime() >= clock.now())
}
