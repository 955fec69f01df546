import type { Approval } from './contracts/governance.js'

/**
 * The approvals that count as those of different people: one per principal and per key, none of the author. The approvals
 * service promises the same; counting again here means that one wrong provider cannot let a person approve alone.
 */
export function independentApprovals(approvals: readonly Approval[], author: string): readonly Approval[] {
  const counted: Approval[] = []
  for (const approval of approvals)
    if (
      approval.signer !== author &&
      !counted.some(({ signer, keyId }) => signer === approval.signer || keyId === approval.keyId)
    )
      counted.push(approval)
  return counted
}
