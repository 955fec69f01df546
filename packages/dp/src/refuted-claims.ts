import { StatementStore, type DeployRequest, type HookContext, type Reason, type Vote } from '@attestry/core'
import { refutedClaim } from './errors.js'

const audits: readonly unknown[] = ['one-run-audit', 'membership-inference', 'shadow-models-audit']

/**
 * The `deploy` handler: denies a model whose claim of privacy an audit of it has refuted, by the signed evidence of the run,
 * so that a resumed run is denied as well. Else it abstains: an audit that refutes nothing speaks for nothing.
 */
export async function denyRefutedClaims({ modelDigest }: DeployRequest, context: HookContext): Promise<Vote> {
  const evidence = await context.get(StatementStore).read('evidence')
  const refuted = evidence.filter(
    ({ subjects, predicate }) =>
      audits.includes(predicate['type']) &&
      predicate['outcome'] === 'fail' &&
      subjects.some(({ digest }) => digest === modelDigest),
  )
  if (refuted.length === 0) return { decision: 'abstain' }
  const controls = (context.policy.epsilon?.sources ?? []).map(({ control }) => control)
  return {
    decision: 'deny',
    reasons: refuted.map(({ predicate, file }): Reason => {
      const facts = predicate['facts'] as { readonly epsilonLowerBound?: unknown; readonly claimedEpsilon?: unknown }
      const { code, message, help } = refutedClaim(
        String(predicate['type']),
        file,
        facts.epsilonLowerBound,
        facts.claimedEpsilon,
      )
      return {
        code,
        note: message,
        kind: 'refused',
        ...(help !== undefined && { help }),
        ...(controls.length > 0 && { control: controls.join(', ') }),
      }
    }),
  }
}
