export {
  additive,
  additivityTolerance,
  attribution,
  bySize,
  type Attribution,
  type Contribution,
} from './attribution.js'
export { coalitionValues, type Coalition, type Game } from './coalitions.js'
export { counterfactuals, type Counterfactual, type CounterfactualSearch } from './counterfactuals.js'
export { partialDependence, type Dependence, type DependenceInput } from './dependence.js'
export { errorCatalogue } from './errors.js'
export { explainTable, type TableTask } from './explain-table.js'
export { explainTexts, type TextTask } from './explain-texts.js'
export { eachColumn, groupByColumn, type FeatureGroup } from './feature-group.js'
export {
  agreementWithModel,
  hidingCurves,
  rankAgreement,
  type Agreement,
  type ContributionPair,
  type Explained,
} from './fidelity.js'
export { logLoss, meanContributions, permutationImportance, type PermutationInput } from './importance.js'
export { gaussLegendre, integratedGradients, type GradientPath } from './integrated-gradients.js'
export { checkOptions, type ExplainOptions, type ExplainSettings } from './options.js'
export { default as explain } from './plugin.js'
export { classProbability, probabilityGradient, type Gradient, type Predict } from './predict.js'
export { randomTableModel, randomTextModel } from './random-models.js'
export { mostReasons, plainReasons } from './reasons.js'
export { exactShapley, linearShapley, mostExactFeatures, sampledShapley, type SampledGame } from './shapley.js'
export { measured, measuredMean, rankCorrelation, type IntervalSettings } from './statistics.js'
export { mostPassages, passagesOf, showTokens, standIns, tokenise, type Passage, type Token } from './tokens.js'
export { tokenShapley, type PredictTexts, type TextAttribution, type TokenSampling } from './token-shapley.js'
