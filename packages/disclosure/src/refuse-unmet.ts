import type { Handler } from '@attestry/core'
import { unmetMetric } from './assess-disclosure.js'
import type { DisclosureOptions } from './options.js'

/** The `deploy` handler: denies while a demand is not kept or was not measured. It never permits: that is for others to say. */
export function refuseUnmet({ demand }: DisclosureOptions): Handler<'deploy'> {
  return ({ assessments }) => {
    if (demand === undefined) return { decision: 'abstain' }
    const found = assessments.find(({ metric }) => metric === unmetMetric)
    if (found?.value === 0) return { decision: 'abstain' }
    const { unmet = ['what is demanded was not measured'] } = (found?.detail ?? {}) as { unmet?: readonly string[] }
    return {
      decision: 'deny',
      reasons: unmet.map(note => ({
        code: 'DISCLOSURE-E006',
        note,
        kind: 'refused' as const,
        help: "generalise further with the option 'enforce', or leave out columns that the task does not need",
      })),
    }
  }
}
