import type { DeployRequest, Handler, HookContext, Reason } from '@attestry/core'

/** What one look at the surroundings of a change came to. */
export interface Finding {
  /** Type of the evidence. */
  readonly type: string
  /** Controls that it is about; the first is the one that reasons name. */
  readonly controls: readonly [string, ...string[]]
  readonly facts: { readonly [key: string]: unknown }
  /** What speaks against the change; none when all is well. */
  readonly open: readonly Reason[]
  /** What is well, in words. */
  readonly met: string
}

/** Looks at one thing. Null when there is nothing here to judge: the control then stays without evidence. */
export type DeployCheck = (request: DeployRequest, context: HookContext) => Promise<Finding | null>

/** Several handlers as one `deploy` handler: everybody is asked, so that people see at once everything that is open. */
export const allOf =
  (handlers: readonly Handler<'deploy'>[]): Handler<'deploy'> =>
  async (request, context) => {
    const open: Reason[] = []
    const met: Reason[] = []
    for (const handler of handlers) {
      const vote = await handler(request, context)
      if (vote.decision === 'deny') open.push(...vote.reasons)
      if (vote.decision === 'permit') met.push(...(vote.reasons ?? []))
    }
    return open.length > 0 ? { decision: 'deny', reasons: open } : { decision: 'permit', reasons: met }
  }

/** A check as a handler, which records what was found either way. */
export const asHandler =
  (check: DeployCheck): Handler<'deploy'> =>
  async (request, context) => {
    const finding = await check(request, context)
    if (finding === null) return { decision: 'abstain' }
    const { type, controls, facts, open, met } = finding
    await context.evidence({ type, controls, outcome: open.length === 0 ? 'pass' : 'fail', facts })
    if (open.length > 0) return { decision: 'deny', reasons: open }
    return { decision: 'permit', reasons: [{ code: controls[0], note: met, kind: 'met', control: controls[0] }] }
  }
