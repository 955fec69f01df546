import type { DeployRequest, Reason } from './contracts/assessment.js'
import type { StatementSubject } from './contracts/statements.js'
import type { Handler, HookContext } from './hooks.js'

/** What one question about a deployment came to. */
export interface DeployFinding {
  /** Type of the evidence that is recorded. */
  readonly type: string
  /** Controls that the question is about; the first is the one that reasons name. */
  readonly controls: readonly [string, ...string[]]
  readonly subjects?: readonly StatementSubject[]
  readonly facts: { readonly [key: string]: unknown }
  /** Why deployment cannot go on; none when all is well. */
  readonly open: readonly Reason[]
  /** What is well, in words, for when nothing is open. */
  readonly met: string
}

/** Something that must be answered before a model may be deployed. */
export type DeployQuestion = (request: DeployRequest, context: HookContext) => Promise<DeployFinding>

/**
 * The `deploy` handler: asks every question, tells everything that is open at once, and permits when nothing is.
 *
 * A question with a refusal records failed evidence, one without anything open records evidence that passed. What only
 * waits for a person records nothing: there is no proof yet, and none against.
 */
export const askBeforeDeploy =
  (questions: readonly DeployQuestion[]): Handler<'deploy'> =>
  async (request, context) => {
    const findings: DeployFinding[] = []
    for (const ask of questions) findings.push(await ask(request, context))
    for (const finding of findings) await record(finding, context)
    const open = findings.flatMap(finding => finding.open)
    if (open.length > 0) return { decision: 'deny', reasons: open }
    return { decision: 'permit', reasons: findings.map(metReason) }
  }

async function record(
  { type, controls, subjects = [], facts, open }: DeployFinding,
  context: HookContext,
): Promise<void> {
  const isRefused = open.some(({ kind }) => kind === 'refused')
  if (open.length > 0 && !isRefused) return
  await context.evidence({ type, controls, outcome: isRefused ? 'fail' : 'pass', subjects, facts })
}

const metReason = ({ controls: [control], met }: DeployFinding): Reason => ({
  code: control,
  note: met,
  kind: 'met',
  control,
})
