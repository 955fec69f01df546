export {
  BiasDetector,
  type AnalyzeRequest,
  type BiasResults,
  type DebiasedModel,
  type DebiasRequest,
} from './bias-detector.js'
export {
  DataLineage,
  type LineageReport,
  type TrackedDataset,
  type TrackedStep,
  type TrackRequest,
} from './data-lineage.js'
export { ComplianceManager, type ComplianceManagerOptions, type ComplianceTemplate } from './compliance-manager.js'
export { type ComplianceConfig } from './compliance-config.js'
export {
  CompliancePreprocessor,
  type AddNoiseRequest,
  type CleanedData,
  type NoisedData,
  type RemovePiiRequest,
} from './compliance-preprocessor.js'
export { type DataInput, type PreparedData, type Row } from './prepared-data.js'
export { ComplianceTrainer, type ComplianceTrainerOptions } from './compliance-trainer.js'
export { layersEngine, type LayersEngine } from './engine.js'
export { errorCatalogue } from './errors.js'
export { allErrors } from './all-errors.js'
export { batchOf, type FineTunedModel, type Retraining } from './fine-tuned-model.js'
export { inferDataset, type DatasetHints } from './infer-dataset.js'
export { mechanisms } from './mechanisms.js'
export { loadPlugins } from './plugins.js'
export { openProject, type Project } from './project.js'
export { regulation, regulationPlugin, regulations, type RegulationEntry, type RegulationName } from './regulations.js'
export { reportInput, runsOf, workspaceLineage } from './report-input.js'
export { AttestrySDK, type AppliedPolicy, type ChecklistRequest, type FineTuneRequest, type SdkOptions } from './sdk.js'
export type { Bands } from './labelled-predictions.js'
export { disposeInWorkspace, retentionView } from './workspace-retention.js'
export { subjectContext, type SubjectWork } from './workspace-subject.js'
export { channelVariables, notifyFromEnvironment } from './alert-channels.js'
export {
  ComplianceMonitor,
  type AlertThresholds,
  type ComplianceMonitorOptions,
  type TrackedPredictions,
  type TrackRequest as TrackPredictionsRequest,
} from './compliance-monitor.js'
export {
  deliveryOf,
  runScheduledChecks,
  scheduledCheckNames,
  watchScheduledChecks,
  type CheckedModel,
  type ChecksReport,
  type ChecksWatch,
  type CheckWork,
} from './scheduled-checks.js'
export { placeSchedule, type Calendar, type PlacedSchedule, type ScheduleRequest } from './place-schedule.js'
export { modelSamples, type ModelSamples, type OpenableModel } from './model-samples.js'
export {
  checkTracked,
  recordedSince,
  recorderOf,
  startTracking,
  trackedModels,
  type Tracking,
} from './tracked-model.js'
export { modelOfRun } from './run-of.js'
