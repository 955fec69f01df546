import type { Assessment, MeasuredValue, RobustnessFacts } from '@attestry/core'

/** Of the whole test set; `adversarial-accuracy` comes for each group as well. */
const metrics = ['adversarial-accuracy', 'adversarial-success'] as const

/** Nothing was attacked. */
export const notAssessed = (reason: string): readonly Assessment[] =>
  metrics.map(metric => ({ metric, value: null, n: 0, detail: { reason } }))

/**
 * What is left after all attacks together, of everybody and of each group.
 *
 * `adversarial-accuracy` is better when larger. Limits are upper bounds, so there are `adversarial-success` (the share of right
 * rows that turned) and `worst-group-adversarial-error` (1 minus the accuracy left to the group that fares worst).
 */
export function assessments(facts: RobustnessFacts): readonly Assessment[] {
  const { attacks, confidence, isValid, maskingChecks, worstGroup } = facts
  const together = attacks.at(-1)!
  const failed = maskingChecks.filter(({ isPassed }) => !isPassed).map(({ check }) => check)
  const detail = { attacks: attacks.slice(0, -1).map(({ attack }) => attack), epsilon: together.epsilon }
  const one = (metric: string, measured: MeasuredValue, about: Partial<Assessment> = {}): Assessment => {
    const { value, interval, n } = measured
    const reason = isValid ? measured.reason : `masking checks failed: ${failed.join('; ')}`
    if (!isValid || value === null)
      return { metric, value: null, n, ...about, detail: { ...detail, reason: reason ?? 'not measured' } }
    return { metric, value, n, ...about, detail, ...(interval && { interval, confidence }) }
  }
  const attributes = new Set(together.groups.map(({ attribute }) => attribute))
  return [
    one('adversarial-accuracy', together.accuracy),
    one('adversarial-success', together.success),
    ...together.groups.map(({ attribute, group, attacked }) =>
      one('adversarial-accuracy', attacked, { slice: { [attribute]: group } }),
    ),
    ...(worstGroup
      ? [
          one('worst-group-adversarial-error', errorOf(worstGroup.attacked), {
            attribute: worstGroup.attribute,
            slice: { [worstGroup.attribute]: worstGroup.group },
          }),
        ]
      : [...attributes].map(attribute => one('worst-group-adversarial-error', nobody, { attribute }))),
  ]
}

const nobody: MeasuredValue = { value: null, interval: null, n: 0, reason: 'every group is too small' }

const errorOf = ({ value, interval, ...rest }: MeasuredValue): MeasuredValue => ({
  value: value === null ? null : 1 - value,
  interval: interval && [1 - interval[1], 1 - interval[0]],
  ...rest,
})
