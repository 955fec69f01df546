import type { AccessControl, AccessDecision, AccessRequest } from '@attestry/core'
import { decideAndRecord, type AccessContext } from './access-context.js'
import { readGrantFacts } from './grant-facts.js'
import { grantsOf, type GrantRecord } from './grants.js'
import { parsePolicies, type AccessPolicies } from './policies.js'

let shipped: AccessPolicies | undefined

/** The policies shipped here, read once per process. */
export const shippedPolicies = (): AccessPolicies => (shipped ??= parsePolicies())

/**
 * Access in a workspace. Grants are read anew for every decision, so that what another process revokes ends at once.
 *
 * @param context without policies those shipped here count, and are read when they are first needed
 */
export function openAccessControl(
  context: Omit<AccessContext, 'policies'> & { readonly policies?: AccessPolicies },
): AccessControl {
  const policies = (): AccessPolicies => context.policies ?? shippedPolicies()
  return {
    get policyDigest() {
      return policies().digest
    },
    async decide(request) {
      return checkAccess({ ...context, policies: policies() }, request)
    },
    async grants() {
      const all = await listGrants(context)
      return all.map(({ principal, role, grantedBy, grantedAt, expires, revokedAt, reviewedAt }) => ({
        principal,
        role,
        grantedBy,
        grantedAt,
        expires,
        revokedAt,
        reviewedAt,
      }))
    },
  }
}

/**
 * Decides what a principal may do now, and records it.
 *
 * @throws GOV-E201 when the file of grants is damaged, and what the log throws: then nothing is allowed
 */
export const checkAccess = async (context: AccessContext, request: AccessRequest): Promise<AccessDecision> =>
  decideAndRecord(context, await readGrantFacts(context.workspace), request)

/** Every grant of a workspace with how it stands, oldest first. @throws GOV-E201 when the file is damaged */
export const listGrants = async ({
  workspace,
  clock,
}: Pick<AccessContext, 'workspace' | 'clock'>): Promise<readonly GrantRecord[]> =>
  grantsOf(await readGrantFacts(workspace), clock.now())
