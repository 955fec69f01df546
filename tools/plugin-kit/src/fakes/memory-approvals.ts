import {
  digestOf,
  type Approval,
  type ApprovalRequest,
  type Approvals,
  type Digest,
  type JsonValue,
} from '@attestry/core'

/** One approval: who, with which key, over which digests. */
export interface FakeApproval {
  readonly signer: string
  /** `key-<signer>` unless given. */
  readonly keyId?: string
  readonly roles?: readonly string[]
  /** What was approved; whatever is asked for unless given. */
  readonly digests?: Readonly<Record<string, Digest>>
}

/** Approvals in memory: one per distinct principal and key, over exactly the digests asked for, never the author's own. */
export class MemoryApprovals implements Approvals {
  readonly #approvals: readonly FakeApproval[]

  constructor(approvals: readonly FakeApproval[] = []) {
    this.#approvals = approvals
  }

  async valid({ digests, author }: ApprovalRequest): ReturnType<Approvals['valid']> {
    const approvals: Approval[] = []
    const voided: { signer: string; reason: string }[] = []
    for (const { signer, keyId = `key-${signer}`, roles = [], digests: approved = digests } of this.#approvals) {
      const reason =
        signer === author
          ? 'the author cannot approve'
          : digestOf(approved as JsonValue) !== digestOf(digests as JsonValue)
            ? 'other digests were approved'
            : approvals.some(other => other.signer === signer || other.keyId === keyId)
              ? 'this person or key has approved already'
              : null
      if (reason === null)
        approvals.push({
          signer,
          keyId,
          roles,
          statement: digestOf({ signer, keyId, approved }),
        })
      else voided.push({ signer, reason })
    }
    return { approvals, void: voided }
  }
}
