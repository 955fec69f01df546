import {
  Approvals,
  Register,
  StatementStore,
  type AttestationState,
  type Clock,
  type DeployRequest,
  type Digest,
  type EffectivePolicy,
  type HookContext,
  type InForce,
  type Reason,
  type StatementSubject,
  type Vote,
} from '@attestry/core'
import { judgeApprovals } from './approvals/approvals.js'
import { accessStands } from './access/access-gate.js'
import { documentMissing, documentStale, runRejected, tooFewApprovals } from './errors.js'
import { retentionSchedule, scheduleFacts } from './retention/retention.js'
import { overdueRetention } from './retention/retention-gate.js'
import { overdueRequests } from './subject/requests-gate.js'

/** What approvals must name: the digests that `attestry approve` signs. */
export const approvedDigests = (request: DeployRequest): Readonly<Record<string, Digest>> => ({
  model: request.modelDigest,
  dataset: request.datasetDigest,
  config: request.configDigest,
  policy: request.policyDigest,
  assessments: request.assessmentsDigest,
})

/**
 * Lets a model through when every document that the policy asks for is attested for its purpose and dataset, and enough
 * people other than the author approved exactly this run, no request of a person is past its clock, nothing is kept past its
 * period, and, where roles are granted, the author has one that may run it. What is missing is `pending`: a person can still
 * do it.
 */
export const deployGate =
  (clock: Clock) =>
  async (request: DeployRequest, context: HookContext): Promise<Vote> => {
    const reasons = [
      ...(await checkDocuments(request, context)),
      ...(await checkApprovals(request, context, clock)),
      ...(await overdueRequests(context, clock)),
      ...(await overdueRetention(context)),
      ...(await accessStands(request, context, clock)),
    ]
    await recordRetention(context)
    const open = reasons.filter(({ kind }) => kind !== 'met')
    if (open.length > 0) return { decision: 'deny', reasons: open }
    if (reasons.length > 0) return { decision: 'permit', reasons }
    const note = 'no plugin asks for documents or approvals'
    return { decision: 'permit', reasons: [{ code: 'GOV-NOTHING-ASKED', note, kind: 'met' }] }
  }

async function checkDocuments(request: DeployRequest, context: HookContext): Promise<readonly Reason[]> {
  const register = context.get(Register)
  const found: { document: InForce<string>; answer: AttestationState }[] = []
  for (const document of context.policy.documents)
    found.push({
      document,
      answer: await register.find(document.value, { purpose: request.purpose, dataset: request.datasetDigest }),
    })
  await recordDocuments(request, context, found)
  return found.map(({ document: { value: kind, sources }, answer }): Reason => {
    const control = controlsOf(sources).join(', ')
    if (answer.state === 'missing') return documentMissing(kind, control, answer.detail)
    if (answer.state === 'stale') return documentStale(kind, control, answer.expired)
    return {
      code: 'GOV-DOCUMENT',
      note: `document '${kind}' is attested by ${answer.statement.signer}`,
      kind: 'met',
      control,
    }
  })
}

async function recordDocuments(
  request: DeployRequest,
  context: HookContext,
  found: readonly { readonly document: InForce<string>; readonly answer: AttestationState }[],
): Promise<void> {
  // A control that asks for two documents must not be shown as supported because one of them is there.
  const unmet = new Set(
    found.flatMap(({ document, answer }) => (answer.state === 'present' ? [] : controlsOf(document.sources))),
  )
  for (const { document, answer } of found) {
    const isPresent = answer.state === 'present'
    const subjects: StatementSubject[] = [{ name: 'dataset', digest: request.datasetDigest }]
    if (answer.state !== 'missing')
      subjects.push({ name: `attestation ${document.value}`, digest: answer.statement.digest })
    await context.evidence({
      type: 'attestation',
      controls: controlsOf(document.sources).filter(control => !isPresent || !unmet.has(control)),
      outcome: isPresent ? 'pass' : 'fail',
      subjects,
      facts: {
        document: document.value,
        state: answer.state,
        purpose: request.purpose,
        ...(answer.state !== 'missing' && { signer: answer.statement.signer, statement: answer.statement.digest }),
        ...(answer.state === 'present' && { expires: answer.statement.predicate.expires ?? null }),
        ...(answer.state === 'stale' && { expired: answer.expired }),
      },
    })
  }
}

async function checkApprovals(request: DeployRequest, context: HookContext, clock: Clock): Promise<readonly Reason[]> {
  const asked = context.policy.approvals
  const digests = approvedDigests(request)
  const approvalRequest = { digests, author: request.author }
  const { approvals, void: voided } = await context.get(Approvals).valid(approvalRequest)
  const { rejectedBy } = judgeApprovals(
    await context.get(StatementStore).read('approval'),
    approvalRequest,
    clock.now(),
  )
  const control = asked ? controlsOf(asked.sources).join(', ') : undefined
  const reasons: Reason[] = []
  if (rejectedBy.length > 0) reasons.push(runRejected(rejectedBy, control))
  if (asked === null) return reasons

  const { value: needed, sources } = asked
  const isEnough = approvals.length >= needed
  await context.evidence({
    type: 'approvals',
    controls: controlsOf(sources),
    outcome: isEnough && rejectedBy.length === 0 ? 'pass' : 'fail',
    subjects: Object.entries(digests).map(([name, digest]) => ({ name, digest })),
    facts: {
      needed,
      author: request.author,
      approvals: approvals.map(({ signer, keyId, roles, statement }) => ({ signer, keyId, roles, statement })),
      void: voided.map(({ signer, reason }) => ({ signer, reason })),
      rejectedBy,
    },
  })
  if (!isEnough) return [...reasons, tooFewApprovals(approvals.length, needed, control!, context.run.runId, voided)]
  const who = approvals.map(({ signer }) => signer).join(', ')
  const note = `${approvals.length} of ${needed} approvals: ${who}`
  return [...reasons, { code: 'GOV-APPROVALS', note, kind: 'met', control: control! }]
}

async function recordRetention(context: HookContext): Promise<void> {
  const { policy } = context
  if (policy.retention.length === 0) return
  // Triggers are words such as 'end of the audit': when they happen is for people to say, so periods stand without days.
  const schedule = retentionSchedule(policy, {})
  await context.evidence({
    type: 'retention-schedule',
    controls: [...new Set(policy.retention.flatMap(({ sources }) => controlsOf(sources)))].sort(),
    outcome: schedule.some(({ isInConflict }) => isInConflict) ? 'fail' : 'pass',
    facts: scheduleFacts(schedule),
  })
}

const controlsOf = (sources: EffectivePolicy['retention'][number]['sources']): readonly string[] => [
  ...new Set(sources.map(({ control }) => control)),
]
