export { sftTask, type SftTaskOptions, type TokenExample, type Tuning } from './sft-task.js'
