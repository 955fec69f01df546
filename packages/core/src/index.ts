export { createBus, type Bus, type EventFields, type Outcome } from './bus.js'
export * from './canonical-json.js'
export * from './clock.js'
export * from './config.js'
export * from './contracts/index.js'
export * from './control-state.js'
export * from './digest.js'
export { askBeforeDeploy, type DeployFinding, type DeployQuestion } from './deploy-questions.js'
export { createDispatcher, combineVotes, type Dispatcher } from './dispatch.js'
export { createDurably, syncDirectory, writeDurably } from './durable-file.js'
export * from './duration.js'
export * from './errors.js'
export { errorCatalogue } from './error-catalogue.js'
export { foldRun, type BatchFacts, type FoldedRun } from './fold.js'
export * from './hooks.js'
export { checkPlugins, coreVersion, versionOf } from './load.js'
export { independentApprovals } from './independent-approvals.js'
export { nearest } from './nearest.js'
export * from './obligations.js'
export type { Progress } from './open-run.js'
export { orderHandlers, type OrderedHandler } from './order.js'
export * from './plugin.js'
export * from './policy.js'
export * from './record-batch.js'
export * from './resolution.js'
export { resumeRun, runDirectory, startRun, type RunOptions } from './run.js'
export * from './run-record.js'
export {
  openServices,
  provide,
  token,
  tokenName,
  type Environment,
  type Provider,
  type RunServices,
  type Services,
  type ServiceToken,
} from './services.js'
export { fileLockHolder, takeFileLock, withFileLock, type FileLock, type FileLockOptions } from './file-lock.js'
export { hasEnded, thisProcess, type ProcessOwner } from './process-owner.js'
export { sampleRows } from './sample-rows.js'
export { drawSome, mix, normalDraw, seededRandom, shuffledOrder, type Random } from './seeded-random.js'
export { positiveClass, predictTable } from './stages/predictions.js'
