export { dueAfter } from './frequency.js'
export {
  latestRunCheckpoint,
  readRunCheckpoint,
  writeRunCheckpoint,
  type ExpectedRun,
} from './run-checkpoint.js'
export { readRunStart, writeRunStart, type RunIdentity } from './run-identity.js'
export {
  trainToEnd,
  type TrainedToEnd,
  type TrainingCourse,
  type TrainingStand,
  type TrainToEndOptions,
  type WeightsOfStep,
} from './train-to-end.js'
export { digestOfExamples } from './examples-digest.js'
export { sftTask, type SftTaskOptions, type TokenExample, type Tuning } from './sft-task.js'
export { fineTune, type FineTuneOptions, type FineTuning } from './fine-tune.js'
export { planFineTune, type FineTunePlan, type FineTuneSettings } from './fine-tune-plan.js'
export { writeModelFiles } from './model-files.js'
export { learningFactor, warmupSteps } from './schedule.js'
export { prepareFineTune, type PersonalRow, type PreparedFineTune, type PrepareOptions } from './prepare.js'
export type { Validation } from './validation.js'
