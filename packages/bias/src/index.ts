export { gapMetrics, toAssessments, type GapMetric } from './assessments.js'
export { compareToHighest, type Comparison } from './comparison.js'
export {
  classErrors,
  confusionMatrix,
  majorityBaseline,
  overallAccuracy,
  type ConfusionMatrix,
} from './confusion.js'
export { errorCatalogue } from './errors.js'
export { biasEvidence, factsOf, judgeLimits, type JudgedLimit } from './evidence.js'
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
export type { BiasOptions } from './options.js'
export { default as bias } from './plugin.js'
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
