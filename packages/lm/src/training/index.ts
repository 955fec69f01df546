export { sftTask, type SftTaskOptions, type TokenExample, type Tuning } from './sft-task.js'
export { fineTune, type FineTuneOptions, type FineTuning } from './fine-tune.js'
export { planFineTune, type FineTunePlan, type FineTuneSettings } from './fine-tune-plan.js'
export { learningFactor, warmupSteps } from './schedule.js'
