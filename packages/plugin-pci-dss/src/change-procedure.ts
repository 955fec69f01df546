import { Approvals, Register } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { backOutPlanMissing, changeNotTested, changeTicketMissing, tooFewApprovals } from './errors.js'
import { isSharedPrincipal } from './shared-principals.js'

/**
 * 6.5.1: a change has a ticket, was tested, was approved by other people over exactly these digests, and has a plan for
 * taking it back. Approvals under a name that people share do not count (8.2.2).
 */
export const changeProcedure =
  (required: number, shared: readonly string[]): DeployCheck =>
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
    const approvers = new Set(
      approvals.map(({ signer }) => signer).filter(signer => signer !== author && !isSharedPrincipal(signer, shared)),
    )
    const plan = await context.get(Register).find('back-out-plan', { purpose: request.purpose, dataset: datasetDigest })
    const isTested = request.assessments.some(({ value }) => value !== null)
    const hasTicket = changeTicket !== undefined && changeTicket.trim() !== ''
    const reasons = [
      ...(hasTicket ? [] : [changeTicketMissing()]),
      ...(isTested ? [] : [changeNotTested()]),
      ...(approvers.size >= required ? [] : [tooFewApprovals(approvers.size, required)]),
      ...(plan.state === 'present' ? [] : [backOutPlanMissing(plan.state)]),
    ]
    // Nothing failed while only people are awaited: the control stays without evidence until they have spoken.
    if (reasons.length > 0 && reasons.every(({ kind }) => kind === 'pending')) return reasons
    await context.evidence({
      type: 'change-control',
      controls: ['PCI-6.5.1', 'PCI-6.5.2', 'PCI-6.5.4', 'PCI-11.5.2'],
      outcome: reasons.length === 0 ? 'pass' : 'fail',
      subjects: Object.entries(digests).map(([name, digest]) => ({ name, digest })),
      facts: {
        changeTicket: changeTicket ?? null,
        isTested,
        approvers: approvers.size,
        required,
        backOutPlan: plan.state,
      },
    })
    return reasons
  }
