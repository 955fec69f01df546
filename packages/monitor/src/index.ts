export { openAlertRules, type AlertRules } from './alerts/alert-rules.js'
export type { AlertState, Observation } from './alerts/alert-state.js'
export { observationsOf } from './alerts/observations.js'
export type { AlertRule } from './alerts/rule.js'
export { rulesOf } from './alerts/rules-of.js'
export type { AlertEvent } from './alerts/stored-alerts.js'
export { noticeOfEvent, tellUntold } from './alerts/tell.js'
export { toAlerts } from './alerts/to-alerts.js'
export { untilAccepted, type AttemptOptions, type Failure, type Refusal } from './channels/attempts.js'
export { fileChannel, lineChannel, webhookChannel, type Channel, type WebhookTarget } from './channels/channel.js'
export { openDeadLetters, type DeadLetter, type DeadLetters } from './channels/dead-letters.js'
export { openDelivery, type Delivered, type Delivery, type Redelivery } from './channels/delivery.js'
export { emailChannel, type MailTarget, type MailTls } from './channels/email.js'
export { messageOf, noticeOf, type AlertMessage, type Message, type Notice } from './channels/message.js'
export { monitorDirectory, openNotifier, type NotifierEdges } from './channels/notifier.js'
export { openChannels, type ChannelEdges, type ChannelName, type Channels } from './channels/open-channels.js'
export { slackChannel, slackPayload, type SlackPayload } from './channels/slack.js'
export { checkMetrics, type CheckMetric } from './checks/check-metrics.js'
export { defaultCheckThresholds, type CheckThresholds } from './checks/check-thresholds.js'
export {
  checkAliases,
  checkNames,
  parseChecks,
  runChecks,
  type CheckInput,
  type CheckName,
} from './checks/run-checks.js'
export { binned, equalWidths, hellingerBins, type Binned, type BinningConvention } from './drift/binnings.js'
export {
  accompanyingP,
  categoryDrift,
  defaultDriftLimits,
  holmOverColumns,
  jointCategories,
  numberDrift,
  type CategoryCounts,
  type ColumnDrift,
  type DriftLimits,
} from './drift/column-drift.js'
export { cramersV, evidentlyChiSquare } from './drift/contingency.js'
export {
  hellinger,
  jensenShannon,
  kullbackLeibler,
  largestDifference,
  sharesOf,
  stabilityIndex,
  totalVariation,
  withoutZeros,
  type ZeroRule,
} from './drift/divergences.js'
export { jointRows, jointSample, pointsOf, type JointSample, type WeightedPoints } from './drift/joint-sample.js'
export { binOf, quantileEdges } from './drift/quantile-bins.js'
export { homogeneity, populationStability, shareFloor, type Homogeneity } from './drift/stability.js'
export {
  cramerVonMises,
  exactRows,
  kolmogorovSmirnov,
  mannWhitney,
  wasserstein,
  welch,
  type TestResult,
  type Wasserstein,
} from './drift/two-sample.js'
export { errorCatalogue } from './errors.js'
export { leakageEvidence } from './leakage/leakage-evidence.js'
export { fewestSamples, lossAttack, lossesOf, type LossAttack, type Rate } from './leakage/loss-attack.js'
export type { EmailOptions, MonitorOptions, NotifyOptions, SlackOptions, WebhookOptions } from './options.js'
export { calibrated, fitCalibration, givenCalibration, type Calibration } from './performance/calibration.js'
export { countExpected, mergeExpected } from './performance/count-expected.js'
export {
  estimateAuc,
  estimatePerformance,
  type Estimate,
  type EstimatedPerformance,
  type ExpectedCounts,
  type ScoreBins,
} from './performance/expected.js'
export { default as monitor } from './plugin.js'
export type { ColumnQuality, StoredColumn } from './record/column-tally.js'
export type { Prediction, RejectReason } from './record/prediction.js'
export { recordAll, type Recorded } from './record/record-all.js'
export { recordBatches, type PredictionColumns } from './record/record-batches.js'
export {
  mergeWindows,
  type Confusion,
  type RecordedEstimates,
  type RecordedWindow,
  type StoredScoreBin,
} from './record/recorded-window.js'
export {
  openRecorder,
  type Recorder,
  type RecorderOptions,
  type RecorderStatus,
  type WindowRule,
} from './record/recorder.js'
export {
  checkSchema,
  digestOfSchema,
  schemaOf,
  schemaOfReference,
  type FeatureSpec,
  type RecorderSchema,
  type SchemaOptions,
} from './record/schema.js'
export { readWindows, windowFiles } from './record/window-files.js'
export { windowOfTable } from './record/window-of-table.js'
export { nextDue, parseCron, type Cron } from './schedules/cron.js'
export type { CheckRun, DueReport, DueRun, RunCheck } from './schedules/run-due.js'
export { recordScheduledChecks } from './schedules/schedules-evidence.js'
export { openSchedules, type Schedules, type SchedulesOptions } from './schedules/schedules.js'
export { keptMissed, type ScheduleEntry } from './schedules/stored-check.js'
export { noticesOf, tellReport } from './schedules/tell-report.js'
export { watchSchedules, type WatchOptions } from './schedules/watch.js'
export { isLoopback, newToken } from './serve/access.js'
export { monitorMetrics } from './serve/monitor-metrics.js'
export { openPredictionServer, type PredictionServer, type PredictionServerOptions } from './serve/prediction-server.js'
export { prometheusText, prometheusType, type MetricFamily, type MetricSample } from './serve/prometheus.js'
export { defaultRequestLimits, type RequestLimits } from './serve/read-predictions.js'
export { DistinctCount, distinctError, type StoredDistinct } from './sketches/distinct-count.js'
export { FrequentValues, type FrequentValue, type StoredFrequent } from './sketches/frequent-values.js'
export { QuantileSketch, rankError, type StoredQuantiles } from './sketches/quantile-sketch.js'
export { chiSquareTail, normalTails } from './statistics/chi-square.js'
export { cramerVonMisesTail } from './statistics/cramer-von-mises.js'
export { exactKolmogorovTail, kolmogorovTail } from './statistics/kolmogorov.js'
export { changeOf, holm, type Change, type Interval, type Proportion } from './statistics/proportions.js'
export { exactBounds, normalQuantile, studentTails } from './statistics/tails.js'
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
} from './windows/findings.js'
export {
  countWindow,
  frameOf,
  mergeCounts,
  type Frame,
  type GroupTally,
  type WindowCounts,
} from './windows/window-counts.js'
