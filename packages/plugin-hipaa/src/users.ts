import { AccessControl, StatementStore, type DeployQuestion } from '@attestry/core'
import { accessNotDenied, accessOfOneself, statementsRejected, userShared } from './errors.js'

/** Names under which several people usually act, whole or as a part such as `ml-admin`. */
const shared: readonly string[] = [
  'admin',
  'administrator',
  'anonymous',
  'default',
  'guest',
  'nobody',
  'root',
  'service',
  'shared',
  'svc',
  'system',
  'team',
  'unknown',
  'user',
]

const isShared = (name: string, declared: readonly string[]): boolean =>
  name.trim() === '' ||
  declared.includes(name) ||
  name
    .toLowerCase()
    .split('@')[0]!
    .split(/[-_.\s]+/)
    .some(part => shared.includes(part.replace(/\d+$/, '')))

/** 164.312(a)(1), (a)(2)(i): the run is asked for by one person with a name of their own. */
export const usersAreUnique =
  (declared: readonly string[]): DeployQuestion =>
  async ({ author }) => ({
    type: 'unique-users',
    controls: ['HIPAA-164.312(a)(1)'],
    facts: { isShared: isShared(author, declared) },
    open: isShared(author, declared) ? [userShared()] : [],
    met: 'whoever asked for the run acts under a name of their own',
  })

/** 164.312(d): every approval and attestation beside the run verifies under the key of a known principal. */
export const peopleAreAuthenticated: DeployQuestion = async (_, context) => {
  const rejected = await context.get(StatementStore).rejected()
  return {
    type: 'authenticated-people',
    controls: ['HIPAA-164.312(d)'],
    facts: { rejected: rejected.length },
    open: rejected.length > 0 ? [statementsRejected(rejected.length)] : [],
    met: 'every statement of a person verifies under a known key',
  }
}

/** A name that nobody has, to see what happens without a grant. */
const stranger = 'principal without a grant'

/** 164.308(a)(3), (a)(4): nothing is allowed without a grant, and nobody granted access to themselves. */
export const accessIsGranted: DeployQuestion = async (_, context) => {
  const access = context.get(AccessControl)
  const decisions = await Promise.all(
    ['run', 'approve', 'deploy', 'read-data'].map(action =>
      access.decide({ principal: stranger, action, resource: 'workspace' }),
    ),
  )
  const allowed = decisions.filter(({ decision }) => decision === 'allow').length
  const grants = await access.grants()
  const own = grants.filter(({ principal, grantedBy }) => grantedBy.trim() === '' || grantedBy === principal).length
  return {
    type: 'access-granted',
    controls: ['HIPAA-164.308(a)(3)'],
    facts: { policyDigest: access.policyDigest, probes: decisions.length, allowed, grants: grants.length, own },
    open: [...(allowed > 0 ? [accessNotDenied(allowed)] : []), ...(own > 0 ? [accessOfOneself(own)] : [])],
    met: 'nothing is allowed without a grant by somebody else',
  }
}
