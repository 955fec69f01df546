import type { RecorderStatus } from '../record/recorder.js'
import type { Finding, FindingState } from '../windows/findings.js'
import type { MetricFamily, MetricSample } from './prometheus.js'

/** What a recorder has counted and what the latest checks found, as metrics. Holds no value of a prediction. */
export const monitorMetrics = (status: RecorderStatus, findings: readonly Finding[] = []): readonly MetricFamily[] => [
  counter('attestry_predictions_total', 'Predictions that were counted.', status.recorded),
  {
    name: 'attestry_predictions_rejected_total',
    help: 'Predictions that could not be counted, by reason.',
    type: 'counter',
    samples: Object.entries(status.rejected).map(([reason, value]) => ({ labels: { reason }, value })),
  },
  counter('attestry_windows_stored_total', 'Windows that are on disk.', status.windowsStored),
  counter('attestry_window_store_failures_total', 'Attempts to store a window that failed.', status.storeFailures),
  {
    name: 'attestry_windows_pending',
    help: 'Closed windows that are not on disk yet.',
    type: 'gauge',
    samples: [{ value: status.windowsPending }],
  },
  gauges('attestry_finding_value', 'Values of the latest checks.', findings, ({ value }) => value),
  gauges('attestry_finding_threshold', 'From which value on a finding is an alert.', findings, one => one.threshold),
  {
    name: 'attestry_finding_state',
    help: 'State of each finding of the latest checks: 1 for the one that holds.',
    type: 'gauge',
    samples: findings.flatMap(finding => states.map(state => stateSample(finding, state))),
  },
]

const states: readonly FindingState[] = ['alert', 'calm', 'not-assessed']

const counter = (name: string, help: string, value: number): MetricFamily => ({
  name,
  help,
  type: 'counter',
  samples: [{ value }],
})

const gauges = (
  name: string,
  help: string,
  findings: readonly Finding[],
  of: (finding: Finding) => number | null,
): MetricFamily => ({
  name,
  help,
  type: 'gauge',
  samples: findings.flatMap(finding => {
    const value = of(finding)
    return value === null ? [] : [{ labels: labelsOf(finding), value }]
  }),
})

const stateSample = (finding: Finding, state: FindingState): MetricSample => ({
  labels: { ...labelsOf(finding), state },
  value: finding.state === state ? 1 : 0,
})

const labelsOf = ({ metric, attribute = '', slice = {} }: Finding): Readonly<Record<string, string>> => ({
  metric,
  attribute,
  group: slice[attribute] ?? '',
})
