export { toAlerts } from './alerts.js'
export { binOf, quantileEdges } from './binning.js'
export { fileChannel, lineChannel, webhookChannel, type Channel } from './channels.js'
export { chiSquareTail, normalTails } from './chi-square.js'
export { homogeneity, populationStability, shareFloor, type Homogeneity } from './drift.js'
export { errorCatalogue } from './errors.js'
export {
  classRateChanges,
  defaultThresholds,
  findingsOf,
  minimumGroup,
  minimumRows,
  significance,
  type Finding,
  type FindingMetric,
  type FindingState,
  type Thresholds,
} from './findings.js'
export { messageOf, type AlertMessage } from './message.js'
export { openNotifier, type NotifierEdges } from './notifier.js'
export type { MonitorOptions, NotifyOptions, WebhookOptions } from './options.js'
export { default as monitor } from './plugin.js'
export { changeOf, holm, type Change, type Interval, type Proportion } from './proportions.js'
export {
  countWindow,
  frameOf,
  mergeCounts,
  type Frame,
  type GroupTally,
  type WindowCounts,
} from './window-counts.js'
