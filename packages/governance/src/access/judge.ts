import type { AccessRequest } from '@attestry/core'
import { cedar } from './cedar.js'
import { cedarSchema, isAccessAction, resourceEntity } from './cedar-schema.js'
import type { AccessPolicies } from './policies.js'
import { whyNobody } from './principal-name.js'

/** What policies say about a request, and which of them. */
export interface AccessJudgement {
  readonly decision: 'allow' | 'deny'
  /** Ids of policies, or of a rule that no policy can lift; none when nothing permits it. */
  readonly by: readonly string[]
}

/** Rules before all policies, by the names under which decisions show them. */
export const accessRules = {
  unnamed: 'rule:named-principals-only',
  unknown: 'rule:known-actions-and-resources-only',
  ungranted: 'rule:nothing-without-a-grant',
  failed: 'rule:deny-when-a-policy-fails',
} as const

const deny = (...by: readonly string[]): AccessJudgement => ({ decision: 'deny', by })

/**
 * Judges a request: pure, and deny by default.
 *
 * Whoever holds no role in force is denied whatever the policies say, and so is a request for an action, a resource or with a
 * context that the schema does not know: a misspelt field must not slip past a forbid. Cedar leaves out a policy that fails
 * while it is evaluated; a forbid would be lost, so here a failure denies.
 *
 * @param roles that the principal holds now
 */
export function judgeAccess(
  policies: Pick<AccessPolicies, 'byId' | 'digest'>,
  roles: readonly string[],
  { principal, action, resource, context = {} }: AccessRequest,
): AccessJudgement {
  if (whyNobody(principal) !== undefined) return deny(accessRules.unnamed)
  const thing = resourceEntity(resource)
  if (!isAccessAction(action) || !thing) return deny(accessRules.unknown)
  if (roles.length === 0) return deny(accessRules.ungranted)
  ready(policies)
  const answer = cedar().statefulIsAuthorized({
    principal: { type: 'Principal', id: principal },
    action: { type: 'Action', id: action },
    resource: thing,
    context: { ...context },
    preparsedSchemaName: policies.digest,
    validateRequest: true,
    preparsedPolicySetId: policies.digest,
    entities: [
      {
        uid: { type: 'Principal', id: principal },
        attrs: { name: principal },
        parents: roles.map(id => ({ type: 'Role', id })),
      },
      ...(thing.type === 'Workspace' ? [] : [{ uid: thing, attrs: {}, parents: [workspaceEntity] }]),
    ],
  })
  if (answer.type === 'failure') return deny(accessRules.unknown)
  const { decision, diagnostics } = answer.response
  if (diagnostics.errors.length > 0) return deny(accessRules.failed)
  return { decision, by: [...diagnostics.reason].sort() }
}

const workspaceEntity = { type: 'Workspace', id: 'workspace' }
const prepared = new Set<string>()

/** Policies are parsed once per process. Their digest names them, so that others can never take their place. */
function ready({ byId, digest }: Pick<AccessPolicies, 'byId' | 'digest'>): void {
  if (prepared.has(digest)) return
  cedar().preparseSchema(digest, cedarSchema)
  const parsed = cedar().preparsePolicySet(digest, { staticPolicies: { ...byId } })
  if (parsed.type === 'failure') throw new Error(parsed.errors[0]?.message)
  prepared.add(digest)
}
