import { Register, type DeployQuestion } from '@attestry/core'
import { disclosureNotStated, riskNotDecided, roleNotDecided, useBarred } from './errors.js'
import { prohibitedUses, type EuAiActOptions } from './options.js'

/** Whether a person signed an answer of this kind for exactly this purpose, and it has not run out. */
async function isSigned(
  kind: string,
  [request, context]: Parameters<DeployQuestion>,
): Promise<{ readonly isThere: boolean; readonly state: string; readonly statement: string | null }> {
  const answer = await context.get(Register).find(kind, { purpose: request.purpose })
  const isNamed = answer.state === 'present' && answer.statement.predicate.purpose === request.purpose
  const state = answer.state === 'present' && !isNamed ? 'names no purpose' : answer.state
  return { isThere: isNamed, state, statement: answer.state === 'present' ? answer.statement.digest : null }
}

/** Art. 6: the question is asked, and the answer signed. Nothing here says that a system is not of high risk. */
export const riskIsDecided =
  ({ highRisk }: EuAiActOptions): DeployQuestion =>
  async (...asked) => {
    const { isThere, state, statement } = await isSigned('ai-act-classification', asked)
    return {
      type: 'risk-classification',
      controls: ['AIACT-6'],
      facts: { answer: highRisk, state, statement },
      open: [
        ...(highRisk === 'unknown' ? [riskNotDecided('whether it is a high-risk system is not decided')] : []),
        ...(isThere ? [] : [riskNotDecided(`the signed answer for this purpose is ${state}`)]),
      ],
      met: `a person signed the answer '${highRisk}' for this purpose`,
    }
  }

/** Art. 25(1). */
export const roleIsDecided =
  ({ role }: EuAiActOptions): DeployQuestion =>
  async (...asked) => {
    const { isThere, state, statement } = await isSigned('ai-act-role', asked)
    return {
      type: 'role',
      controls: ['AIACT-25(1)'],
      facts: { role, state, statement },
      open: [
        ...(role === 'unknown' ? [roleNotDecided('the role of the team is not decided')] : []),
        ...(isThere ? [] : [roleNotDecided(`the signed statement of the role is ${state}`)]),
      ],
      met: `a person signed that the team acts as ${role}`,
    }
  }

/** Art. 5: a declared use that is on the list is refused. A use that is not on it is not thereby allowed. */
export const useIsNotBarred =
  ({ use }: EuAiActOptions): DeployQuestion =>
  async () => {
    const barred = use.filter(one => (prohibitedUses as readonly string[]).includes(one.toLowerCase()))
    return {
      type: 'declared-use',
      controls: ['AIACT-5'],
      facts: { use, comparedWith: prohibitedUses },
      open: barred.map(useBarred),
      met: 'no declared use is on the list of barred practices',
    }
  }

/** Art. 50. */
export const peopleAreTold =
  ({ disclosure }: EuAiActOptions): DeployQuestion =>
  async () => ({
    type: 'disclosure',
    controls: ['AIACT-50'],
    facts: { disclosure },
    open: disclosure === 'unknown' ? [disclosureNotStated()] : [],
    met: disclosure === 'told' ? 'people are told that it is AI' : 'people do not meet the system',
  })
