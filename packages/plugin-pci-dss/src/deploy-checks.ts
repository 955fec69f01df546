import type { DeployRequest, Handler, HookContext, Reason } from '@attestry/core'

/**
 * One thing that a deployment must show: reasons against it, none when it is met, null when there is nothing here to judge.
 * Records its own evidence.
 */
export type DeployCheck = (request: DeployRequest, context: HookContext) => Promise<readonly Reason[] | null>

/** All checks as one `deploy` handler. Every check runs, so that people see at once everything that is open. */
export const allOf =
  (checks: Readonly<Record<string, DeployCheck>>): Handler<'deploy'> =>
  async (request, context) => {
    const open: Reason[] = []
    const met: Reason[] = []
    for (const [control, check] of Object.entries(checks)) {
      const reasons = await check(request, context)
      if (reasons === null) continue
      open.push(...reasons)
      if (reasons.length === 0) met.push({ code: control, note: `checked: ${control}`, kind: 'met', control })
    }
    return open.length > 0 ? { decision: 'deny', reasons: open } : { decision: 'permit', reasons: met }
  }
