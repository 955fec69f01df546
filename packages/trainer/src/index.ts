export {
  clippingNormOf,
  type ClippingAccount,
  type ClippingNorm,
  type ClippingNormOptions,
  type ClippingNormParts,
  type ClippingProgress,
  type CountNoise,
} from './clipping-norm.js'
export { errorCatalogue } from './errors.js'
export {
  featureLayout,
  inputColumns,
  inputNames,
  widthOf,
  type CategoryFeature,
  type FeatureLayout,
  type NumberFeature,
} from './feature-layout.js'
export { modelFiles, readModel, type ModelDescription, type StoredModel } from './model-file.js'
export {
  checkAccounted,
  checkBatches,
  checkBatchSizes,
  checkNoise,
  checkWeights,
  noNoise,
  tally,
  type NoiseTally,
} from './guards.js'
export {
  checkPlan,
  planFor,
  planTraining,
  privacyPlan,
  samplingFor,
  type EngineFacts,
  type PrivacyBound,
} from './plan.js'
export { tabularRows, type TabularRows } from './tabular-features.js'
export type { TrainingTask } from './task.js'
export {
  openLoop,
  type LoopAccount,
  type LoopOptions,
  type LoopParts,
  type LoopPlan,
  type LoopProgress,
  type LoopSnapshot,
  type TrainingLoop,
} from './training-loop.js'
export { readLabels, readTrainingSet, type LabelledRows, type LabelOptions, type TrainingSet } from './training-set.js'
export { readSafetensors, writeSafetensors, type StoredTensor } from './safetensors.js'
export { createTrainer, type SyncTrainer, type TrainerOptions } from './trainer.js'
export type { Architecture, Weights } from './architecture.js'
export { default as trainer } from './plugin.js'
