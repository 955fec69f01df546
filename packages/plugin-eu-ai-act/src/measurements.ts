import type { Assessment, DeployQuestion } from '@attestry/core'
import { accuracyNotAsDeclared, attackNotTried, biasNotExamined } from './errors.js'
import type { EuAiActOptions } from './options.js'

/** Art. 10(2)(f): at least one gap between groups was measured, with an interval. */
export const biasIsExamined: DeployQuestion = async ({ assessments, modelDigest }) => {
  const gaps = assessments.filter(
    ({ attribute, value, interval }) => attribute !== undefined && value !== null && interval !== undefined,
  )
  return {
    type: 'bias-examined',
    controls: ['AIACT-10(2)(f)'],
    subjects: [{ name: 'model', digest: modelDigest }],
    facts: { gaps: gaps.map(({ metric, attribute, value, interval }) => ({ metric, attribute, value, interval })) },
    open: gaps.length > 0 ? [] : [biasNotExamined()],
    met: `${gaps.length} gaps between groups were measured with their intervals`,
  }
}

const whole = (assessments: readonly Assessment[], metric: string): Assessment | undefined =>
  assessments.find(one => one.metric === metric && one.slice === undefined && one.attribute === undefined)

/** Art. 15(1) to (3): the measured interval contains what is declared. A system of high risk declares something. */
export const accuracyIsAsDeclared =
  ({ declared, highRisk }: EuAiActOptions): DeployQuestion =>
  async ({ assessments, modelDigest }) => {
    const found = declared && whole(assessments, declared.metric)
    const measured = found?.value ?? null
    const [low, high] = found?.interval ?? [measured, measured]
    const isWithin =
      declared !== undefined && low !== null && high !== null && low <= declared.value && declared.value <= high
    const note =
      declared === undefined
        ? highRisk === 'no-as-signed'
          ? null
          : 'no accuracy is declared'
        : measured === null
          ? `'${declared.metric}' is declared and was not measured`
          : isWithin
            ? null
            : `'${declared.metric}' ${declared.value} is declared, measured is ${measured} [${low}, ${high}]`
    return {
      type: 'declared-accuracy',
      controls: ['AIACT-15(1)'],
      subjects: [{ name: 'model', digest: modelDigest }],
      facts: { declared: declared ?? null, measured, interval: found?.interval ?? null },
      open: note === null ? [] : [accuracyNotAsDeclared(note)],
      met: declared ? `'${declared.metric}' is as declared` : 'no accuracy is declared',
    }
  }

/** What must have been tried on a system of high risk. */
const attacks = ['adversarial-accuracy', 'membership-inference-auc']

/** Art. 15(4) and (5): adversarial inputs and membership inference were assessed. Asked of systems of high risk. */
export const attacksAreTried =
  ({ highRisk }: EuAiActOptions): DeployQuestion =>
  async ({ assessments, modelDigest }) => {
    const tried = attacks.filter(metric => assessments.some(one => one.metric === metric && one.value !== null))
    const missing = attacks.filter(metric => !tried.includes(metric))
    return {
      type: 'attacks-tried',
      controls: ['AIACT-15(4)'],
      subjects: [{ name: 'model', digest: modelDigest }],
      facts: { tried, missing, isAsked: highRisk === 'yes' },
      open: highRisk === 'yes' ? missing.map(attackNotTried) : [],
      met: tried.length > 0 ? `tried: ${tried.join(', ')}` : 'not asked of this system',
    }
  }
