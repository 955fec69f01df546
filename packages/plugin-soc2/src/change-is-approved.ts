import { Approvals, type DeployQuestion, type DeployRequest, independentApprovals } from '@attestry/core'
import { changeNotTested, changeTicketMissing, tooFewApprovals } from './errors.js'
import type { Soc2Options } from './options.js'

/**
 * CC8.1: the change was asked for (ticket), tested (a measured assessment), and approved over exactly these digests by
 * people other than its author. Ticket and test belong to what is approved, so another run is needed when they lack.
 */
export const changeIsApproved =
  ({ approvals: required = 1 }: Soc2Options): DeployQuestion =>
  async (request, context) => {
    const { modelDigest, datasetDigest, configDigest, policyDigest, assessmentsDigest, author, changeTicket } = request
    const digests = {
      model: modelDigest,
      dataset: datasetDigest,
      config: configDigest,
      policy: policyDigest,
      assessments: assessmentsDigest,
    }
    const { approvals, void: voided } = await context.get(Approvals).valid({ digests, author })
    const others = independentApprovals(approvals, author)
    const open = [
      ...(changeTicket === undefined || changeTicket.trim() === '' ? [changeTicketMissing()] : []),
      ...(isTested(request) ? [] : [changeNotTested()]),
      ...(others.length >= required ? [] : [tooFewApprovals(others.length, required, voided.length)]),
    ]
    return {
      type: 'change-control',
      controls: ['SOC2-CC8.1'],
      subjects: Object.entries(digests).map(([name, digest]) => ({ name, digest })),
      facts: {
        changeTicket: changeTicket ?? null,
        isTested: isTested(request),
        required,
        approvals: others.map(({ keyId, statement }) => ({ keyId, statement })),
        void: voided.length,
      },
      open,
      met: `change ${changeTicket} is tested and approved by ${others.length} other than its author`,
    }
  }

const isTested = ({ assessments }: DeployRequest): boolean => assessments.some(({ value }) => value !== null)
