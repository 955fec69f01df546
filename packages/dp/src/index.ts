export type {
  Accountant,
  AccountantFactory,
  AccountantJson,
  AccountantKind,
  AccountingMethod,
  CountedEvent,
  EpsilonBounds,
} from './accountant.js'
export { accountant, PldAccountant, PrvAccountant, RdpAccountant } from './accountants.js'
export { analyticGaussianSigma, gaussianDelta, gaussianEpsilon } from './analytic-gaussian.js'
export {
  defaultCountNoise,
  gradientNoise,
  isWithinReach,
  nextClippingNorm,
  type ClippedCount,
  type ClippedNoise,
  type NormStep,
} from './adaptive-clipping.js'
export { batchSampler, type BatchSampler } from './batch-sampler.js'
export { calibrateNoise, type CalibrationTarget } from './calibration.js'
export { errorCatalogue } from './errors.js'
export {
  approximate,
  discreteGaussianEvent,
  fixedSizeGaussian,
  gaussian,
  laplace,
  randomisedResponseEvent,
  repeatAndSelect,
  subsampledGaussian,
  subsampledLaplace,
  type ApproximateEvent,
  type BaseEvent,
  type DiscreteGaussianEvent,
  type FixedSizeGaussianEvent,
  type GaussianEvent,
  type LaplaceEvent,
  type PrivacyEvent,
  type RandomisedResponseEvent,
  type RepeatAndSelectEvent,
  type SubsampledGaussianEvent,
  type SubsampledLaplaceEvent,
} from './events.js'
export { groupEpsilon } from './group-privacy.js'
export { defaultOrders, rdpCurve, rdpGaussian, rdpSubsampledGaussian } from './rdp.js'
export { epsilonFromRdp, type RdpBound } from './rdp-conversion.js'
export { gaussianNoise, type GaussianNoise } from './gaussian-noise.js'
export type { StreamOptions } from './keystream.js'
export type { Adjacency } from '@attestry/core'
export { openLedger, type BudgetLedger, type LedgerOptions, type ProposedCharge } from './ledger.js'
export type { DatedCharge } from './ledger-entries.js'
export type { LedgerFile } from './ledger-file.js'
export type { MemberFiles } from './members.js'
export type { PeopleSpending } from './people-spending.js'
export { privacySpending, privacySpendingOfPeople, type DatasetSpending } from './spending.js'
export {
  membershipInference,
  type EpsilonLowerBound,
  type MembershipInference,
  type MembershipOptions,
} from './membership-inference.js'
export { truePositiveRate, type TruePositiveRate } from './audits/true-positive-rate.js'
export { privacyStatement, type PrivacyStatement } from './privacy-statement.js'
export { canaryCoins } from './audits/canary-coins.js'
export { canaryExposure, exactExposure, type ExactExposure, type Exposure } from './audits/canary-exposure.js'
export { canarySequences, type SequenceSpace } from './audits/canary-sequences.js'
export { liraScores, logitConfidence, type ShadowModel } from './audits/lira.js'
export {
  guessCanaries,
  oneRunAudit,
  type CanaryGuesses,
  type GuessCounts,
  type OneRunOptions,
} from './audits/one-run-audit.js'
export {
  knownBatchesEpsilon,
  passesOf,
  trainingEpsilon,
  trainingEvent,
  trainingNoise,
  type SampledNoise,
} from './training-mechanism.js'
export { poissonSampler, type PoissonSampler } from './poisson-sampler.js'
export type { DpOptions } from './options.js'
export { default as dp } from './plugin.js'
export {
  addNoise,
  recordNoise,
  type NoiseBearers,
  type NoiseCharge,
  type NoiseOptions,
  type NoisyBatch,
  type RecordNoise,
} from './add-noise.js'
export type { Bounds } from './mechanisms/grid-noise.js'
export type { RandomOptions } from './mechanisms/random-words.js'
export {
  noisyCount,
  noisyHistogram,
  noisyMean,
  noisySum,
  type NoisyMean,
  type Release,
  type StatisticOptions,
} from './mechanisms/aggregates.js'
export { noisyQuantile, type NoisyQuantile, type QuantileOptions } from './mechanisms/quantile.js'
export { estimateShares, randomisedResponse, type ResponseOptions } from './mechanisms/randomised-response.js'
export { auditMechanism, type MechanismAudit, type MechanismAuditResult } from './mechanisms/audit-mechanism.js'
export { noisyMax, sparseVector, type ChoiceOptions, type SparseVector } from './mechanisms/choices.js'
