export { analyzeBias } from './analyse.js'
export type {
  BiasAnalysis,
  BiasAnalysisInput,
  BiasMetric,
  BiasRow,
  BiasVerdict,
  ThresholdMetric,
} from './analysis-types.js'
export { gapMetrics, toAssessments, type GapMetric } from './assessments.js'
export { bootstrap, type BootstrapInterval, type BootstrapSettings, type Statistic } from './bootstrap.js'
export {
  compareAnalyses,
  type AnalysisComparison,
  type GroupChange,
  type MetricChange,
} from './compare-analyses.js'
export { compareToHighest, type Comparison } from './comparison.js'
export {
  classErrors,
  confusionMatrix,
  majorityBaseline,
  overallAccuracy,
  type ConfusionMatrix,
} from './confusion.js'
export { conditionalParity, type ConditionalParity, type Stratum } from './conditional-parity.js'
export { crossTables, unknownGroup, type CrossTable } from './cross-tables.js'
export {
  multiclassParity,
  regressionParity,
  wasserstein,
  type ClassParity,
  type MulticlassParity,
  type RegressionGroup,
  type RegressionParity,
} from './distribution-parity.js'
export {
  consistency,
  differentialFairness,
  generalizedEntropy,
  theilIndex,
  type DifferentialFairness,
} from './entropy.js'
export { errorCatalogue } from './errors.js'
export { biasEvidence, factsOf, judgeLimits, type JudgedLimit } from './evidence.js'
export {
  closedForms,
  groupOf,
  isWithinTolerance,
  labelParity,
  pairwiseMetrics,
  parityRates,
  predictedPrevalence,
  worstCaseMetrics,
  type FairnessMetric,
  type MetricSettings,
} from './fairness-metrics.js'
export {
  demographicParity,
  equalizedOdds,
  gap,
  worstGap,
  type Gap,
  type GapKind,
  type GroupTable,
  type LeftOut,
} from './gaps.js'
export {
  countGroups,
  crossCodes,
  encodeGroups,
  type CountInput,
  type GroupCoding,
  type GroupCounts,
} from './group-counts.js'
export {
  newcombe,
  pooledZ,
  ratioInterval,
  wilson,
  type Interval,
  type Proportion,
  type RatioInterval,
} from './intervals.js'
export {
  maximumGroups,
  measureBias,
  type AttributeBias,
  type BiasMeasurement,
  type BiasSettings,
  type FairnessGaps,
} from './measure.js'
export { normalQuantile, twoSidedZ } from './normal.js'
export { permutationTest, rangeUnderEquality, type NullRange, type RateFamily } from './null-range.js'
export type { BiasOptions } from './options.js'
export { default as bias } from './plugin.js'
export { binomial, hypergeometric, seededRandom, type Random } from './random.js'
export {
  everyGroup,
  groupRates,
  rateOf,
  ratesOf,
  smallSample,
  type GroupRates,
  type Rate,
  type RateName,
  type Rates,
  type RateSettings,
} from './rates.js'
export { reweighingWeights } from './reweighing.js'
export { auc, calibration, type Auc, type Calibration, type CalibrationBin } from './score-metrics.js'
export { scoringRates, type ScoringRate, type ScoringRates } from './scoring-rate.js'
export { shrinkRates, type Shrinkage } from './shrinkage.js'
export { normalCdf } from './special-functions.js'
export {
  benjaminiHochberg,
  clopperPearson,
  detectableDifference,
  fisherExact,
  holm,
  mcnemarExact,
  testOfEquality,
  type PValue,
} from './tests-of-proportions.js'
export {
  applyThresholds,
  fitThresholds,
  selectionProbability,
  type FittedThresholds,
  type GroupThreshold,
  type ThresholdConstraint,
} from './threshold-optimiser.js'
