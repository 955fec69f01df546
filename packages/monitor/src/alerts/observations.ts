import type { Finding } from '../windows/findings.js'
import type { Observation } from './alert-state.js'

/**
 * Findings of a window as observations for alert rules. A value that chance explains is not certain, and a finding that was
 * not assessed was not measured.
 *
 * @param time of the window, RFC 3339
 */
export const observationsOf = (findings: readonly Finding[], time: string): readonly Observation[] =>
  findings.map(({ metric, state, value, threshold, rows, attribute, slice }) => ({
    metric,
    value: state === 'not-assessed' ? null : value,
    isCertain: !(state === 'calm' && value !== null && value >= threshold),
    rows,
    time,
    ...(slice ? { slice } : attribute !== undefined && { slice: { attribute } }),
  }))
