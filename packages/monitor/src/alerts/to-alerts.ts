import type { Alert } from '@attestry/core'
import { checkMetrics } from '../checks/check-metrics.js'
import type { Finding } from '../windows/findings.js'

const subjects: Readonly<Record<Finding['metric'], string>> = {
  ...checkMetrics,
  'invalid-score-share': 'scores that are no probability',
  'score-psi': 'scores are distributed otherwise than in the test set',
  'prediction-psi': 'predicted classes are mixed otherwise than in the test set',
  'group-psi': 'groups are mixed otherwise than in the test set',
  'selection-rate-gap': 'selection rates of groups lie apart',
  'accuracy-drop': 'accuracy is below that of the test set',
}

/** Findings that need somebody's eyes. `critical` from twice the threshold on; notes hold numbers and column names only. */
export const toAlerts = (findings: readonly Finding[]): readonly Alert[] =>
  findings.flatMap(({ state, metric, value, threshold, p, rows, attribute, slice, note }) =>
    state !== 'alert' || value === null
      ? []
      : {
          metric,
          value,
          threshold,
          severity: value >= 2 * threshold ? 'critical' : 'warning',
          note: [
            subjects[metric] + (attribute === undefined ? '' : ` (by ${attribute})`),
            `${rows} rows`,
            ...(p === null ? [] : [`p ${p.toExponential(1)}`]),
            ...(note === undefined ? [] : [note]),
          ].join('; '),
          ...(slice && { slice }),
        },
  )
