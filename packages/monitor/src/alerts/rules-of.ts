import type { Finding } from '../windows/findings.js'
import type { AlertRule } from './rule.js'

/** Members of a rule that hold for all rules of a set. */
export type RuleManner = Omit<AlertRule, 'name' | 'metric' | 'bad' | 'raiseAt' | 'clearAt'>

/**
 * One rule for each metric of a window's findings, named after it: raised at the threshold of the finding, cleared below a
 * share of it.
 *
 * @param clearShare from 0 exclusive to 1. Default 0.8
 */
export function rulesOf(
  findings: readonly Pick<Finding, 'metric' | 'threshold'>[],
  manner: RuleManner = {},
  clearShare = 0.8,
): readonly AlertRule[] {
  const thresholds = new Map(findings.map(({ metric, threshold }) => [metric, threshold]))
  return [...thresholds].map(([metric, threshold]) => ({
    raiseAfter: 2,
    clearAfter: 2,
    ...manner,
    name: metric,
    metric,
    // At a threshold of 0 everything over it is bad, and 0 is good.
    raiseAt: threshold === 0 ? Number.MIN_VALUE : threshold,
    clearAt: threshold === 0 ? Number.MIN_VALUE : threshold * clearShare,
  }))
}
