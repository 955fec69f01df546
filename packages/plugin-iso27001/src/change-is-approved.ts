import { Approvals, independentApprovals, type DeployQuestion } from '@attestry/core'
import { changeNotReady, tooFewApprovals } from './errors.js'
import type { Iso27001Options } from './options.js'

/** A.8.32 and A.5.3: asked for by ticket, measured, and approved over exactly these digests by people other than the author. */
export const changeIsApproved =
  ({ approvals: required = 1 }: Iso27001Options): DeployQuestion =>
  async (request, context) => {
    const { modelDigest, datasetDigest, configDigest, policyDigest, assessmentsDigest, author, changeTicket } = request
    const digests = {
      model: modelDigest,
      dataset: datasetDigest,
      config: configDigest,
      policy: policyDigest,
      assessments: assessmentsDigest,
    }
    const { approvals } = await context.get(Approvals).valid({ digests, author })
    const others = independentApprovals(approvals, author)
    const isMeasured = request.assessments.some(({ value }) => value !== null)
    return {
      type: 'change-control',
      controls: ['ISO27001-A.8.32', 'ISO27001-A.5.3', 'ISO42001-A.6.2'],
      subjects: Object.entries(digests).map(([name, digest]) => ({ name, digest })),
      facts: {
        changeTicket: changeTicket ?? null,
        isMeasured,
        required,
        approvals: others.map(({ keyId, statement }) => ({ keyId, statement })),
      },
      open: [
        ...(changeTicket?.trim() ? [] : [changeNotReady('no change ticket is named')]),
        ...(isMeasured ? [] : [changeNotReady('nothing about the model was measured')]),
        ...(others.length >= required ? [] : [tooFewApprovals(others.length, required)]),
      ],
      met: `change ${changeTicket} is measured and approved by ${others.length} other than its author`,
    }
  }
