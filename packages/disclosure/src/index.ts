export { batchOf, type PlainColumn } from './batch-of.js'
export { closeness, type Closeness, type GroundDistance } from './closeness.js'
export { codedColumn, type CodedColumn, type Value } from './coded-column.js'
export {
  inWords,
  unmetDemands,
  type ClosenessDemand,
  type Demands,
  type DiversityDemand,
  type UnmetDemand,
} from './demands.js'
export { distinctValues, entropyDiversity, recursiveDiversity, type Counts } from './diversity.js'
export {
  enforceDisclosure,
  type EnforceOptions,
  type Generalisation,
  type LatticeOptions,
  type MondrianOptions,
  type Release,
} from './enforce.js'
export { equivalenceClasses, type EquivalenceClasses } from './equivalence-classes.js'
export { errorCatalogue } from './errors.js'
export { gatherRows, mostRows } from './gather-rows.js'
export { groupRows, type Codes, type Grouping } from './group-rows.js'
export { tally, type Histogram, type Tally } from './histograms.js'
export { levelsOf, valueOrNothing, type Hierarchy, type Label, type Level } from './hierarchy.js'
export { hierarchyFromCsv } from './hierarchy-csv.js'
export { informationLoss, type InformationLoss } from './information-loss.js'
export type { SearchLoss } from './lattice.js'
export {
  measureDisclosure,
  type DisclosureMeasurement,
  type MeasureOptions,
  type SensitiveMeasurement,
} from './measure.js'
export { intervals, type IntervalOptions } from './numeric-intervals.js'
export { recode } from './recode.js'
export {
  expectedInverse,
  journalistRisk,
  prosecutorRisk,
  type Population,
  type PopulationRisk,
  type Risk,
} from './risk.js'
export {
  categories,
  dates,
  prefixes,
  type CategoryTree,
  type DatePart,
  type PrefixOptions,
} from './text-hierarchies.js'
export type { DisclosureOptions, EnforceOption, GeneraliseOption } from './options.js'
export { default as disclosure } from './plugin.js'
