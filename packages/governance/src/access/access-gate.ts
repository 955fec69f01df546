import { AccessControl, type Clock, type DeployRequest, type HookContext, type Reason } from '@attestry/core'
import { authorMayNotRun, strangerAllowed } from './errors.js'
import { reviewsDue, standing } from './grants.js'

/** A name that nobody has, to see what happens without a grant. */
const stranger = 'principal without a grant'
const probes = ['run', 'approve', 'deploy', 'read-data'] as const

/**
 * Where roles are granted: the author must hold one that may run this, and a stranger must be allowed nothing. Recorded as
 * evidence of type `access-control`, which fails as well while a grant waits for its review. Where nobody ever granted
 * anything access is not decided here: there is nothing to show, and no evidence is written.
 */
export async function accessStands(
  { author, purpose }: DeployRequest,
  context: HookContext,
  clock: Clock,
): Promise<readonly Reason[]> {
  const access = context.find(AccessControl)
  const now = clock.now()
  const grants = ((await access?.grants()) ?? []).map(grant => standing(grant, now))
  if (!access || grants.length === 0) return []
  const answers = await Promise.all(
    probes.map(action => access.decide({ principal: stranger, action, resource: 'workspace' })),
  )
  const allowed = answers.filter(({ decision }) => decision !== 'deny').length
  const resource = `run/${context.run.runId}`
  const ofAuthor = await access.decide({ principal: author, action: 'run', resource, context: { author, purpose } })
  const mayRun = ofAuthor.decision === 'allow'
  const unreviewed = reviewsDue(grants, now).length
  const count = (state: (typeof grants)[number]['state']): number => grants.filter(one => one.state === state).length
  await context.evidence({
    type: 'access-control',
    controls: [],
    outcome: allowed === 0 && mayRun && unreviewed === 0 && count('refused') === 0 ? 'pass' : 'fail',
    facts: {
      policyDigest: access.policyDigest,
      grants: count('in-force'),
      expired: count('expired'),
      revoked: count('revoked'),
      refused: count('refused'),
      unreviewed,
      denyByDefault: allowed === 0,
      authorMayRun: mayRun,
      by: ofAuthor.by,
    },
  })
  return [
    ...(allowed > 0 ? [strangerAllowed(allowed, probes.length)] : []),
    ...(mayRun ? [] : [authorMayNotRun(author, ofAuthor.by)]),
  ]
}
