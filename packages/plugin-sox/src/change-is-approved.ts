import {
  Approvals,
  independentApprovals,
  type DeployRequest,
  type Handler,
  type HookContext,
  type Reason,
  type Vote,
} from '@attestry/core'
import { changeNotTested, changeTicketMissing, tooFewApprovals } from './errors.js'
import type { SoxOptions } from './options.js'

/**
 * The `deploy` handler: permits only a change that was requested (ticket), tested (assessments) and approved by enough
 * people other than its author over exactly these digests.
 *
 * A missing ticket or test is refused, because both belong to what is approved: the config or the model would change.
 * Missing approvals are pending.
 */
export const changeIsApproved =
  ({ approvals: required = 2 }: SoxOptions): Handler<'deploy'> =>
  async (request, context) => {
    const { modelDigest, datasetDigest, configDigest, policyDigest, assessmentsDigest, author } = request
    const digests = {
      model: modelDigest,
      dataset: datasetDigest,
      config: configDigest,
      policy: policyDigest,
      assessments: assessmentsDigest,
    }
    const { approvals, void: voided } = await context.get(Approvals).valid({ digests, author })
    const independent = independentApprovals(approvals, author)
    const isApproved = independent.length >= required
    const refused = refusals(request)
    const pending = isApproved ? [] : [tooFewApprovals(independent.length, required, voided.length)]
    const subjects = Object.entries(digests).map(([name, digest]) => ({ name, digest }))

    if (isApproved)
      await context.evidence({
        type: 'segregation-of-duties',
        controls: ['ITGC-CM-2'],
        outcome: 'pass',
        subjects,
        facts: {
          required,
          counted: independent.length,
          void: voided.length,
          approvals: independent.map(({ keyId, roles, statement }) => ({ keyId, roles, statement })),
        },
      })
    if (isApproved || refused.length > 0) await recordChange(request, context, subjects, refused.length === 0)
    return vote([...refused, ...pending], independent.length, request)
  }

const isTested = ({ assessments }: DeployRequest): boolean => assessments.some(({ value }) => value !== null)

const refusals = (request: DeployRequest): readonly Reason[] => [
  ...(request.changeTicket === undefined || request.changeTicket.trim() === '' ? [changeTicketMissing()] : []),
  ...(isTested(request) ? [] : [changeNotTested()]),
]

const recordChange = (
  request: DeployRequest,
  context: HookContext,
  subjects: readonly { readonly name: string; readonly digest: DeployRequest['modelDigest'] }[],
  isPassed: boolean,
): Promise<void> =>
  context.evidence({
    type: 'change-control',
    controls: ['ITGC-CM-1'],
    outcome: isPassed ? 'pass' : 'fail',
    subjects,
    facts: {
      changeTicket: request.changeTicket ?? null,
      assessments: request.assessments.length,
      isTested: isTested(request),
    },
  })

const vote = (reasons: readonly Reason[], approvals: number, { changeTicket }: DeployRequest): Vote =>
  reasons.length > 0
    ? { decision: 'deny', reasons }
    : {
        decision: 'permit',
        reasons: [
          {
            code: 'ITGC-CM-1',
            note: `change ${changeTicket} is tested and approved by ${approvals} people other than its author`,
            kind: 'met',
            control: 'ITGC-CM-1',
          },
        ],
      }
