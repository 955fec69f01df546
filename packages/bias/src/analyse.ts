import type { BiasAnalysis, BiasAnalysisInput, BiasMetric, BiasVerdict, ThresholdMetric } from './analysis-types.js'
import { analysisRows } from './analysis-rows.js'
import { confusionMatrix } from './confusion.js'
import { crossTables, type CrossTable } from './cross-tables.js'
import { codeOutOfRange, invalidInput, tooFewGroups, tooManyGroups, unknownAttribute } from './errors.js'
import { worstCaseMetrics } from './fairness-metrics.js'
import { maximumGroups } from './measure.js'
import { rangeUnderEquality, type NullRange } from './null-range.js'
import { seededRandom, type Random } from './random.js'
import { groupRates, type GroupRates, type RateName } from './rates.js'
import { holm } from './tests-of-proportions.js'

const thresholdRates: Readonly<Record<ThresholdMetric, readonly RateName[]>> = {
  'demographic-parity-difference': ['selection-rate'],
  'equal-opportunity-difference': ['true-positive-rate'],
  'equalized-odds-difference': ['true-positive-rate', 'false-positive-rate'],
}

/**
 * Compares groups and intersections of a table of predictions, with a verdict for each.
 *
 * A metric is a `disparity` when its gap over groups of at least `minimumRows` (of the rate's own denominator) is above its
 * threshold and its simulated p-value under equality, adjusted by Holm over all metrics with a threshold, is at most
 * 1 - confidence. A row is one when its difference from the reference is above the threshold of demographic parity and its
 * test, adjusted by Holm over all pairs, is at most that. Nothing here says that a model is free of bias.
 *
 * @throws BIAS-E001, BIAS-E002 when the table is malformed or the positive class is none
 * @throws BIAS-E003 when an attribute has more than 200 groups
 * @throws BIAS-E006 when an attribute is not a column
 * @throws BIAS-E007 when there is no attribute, or one has fewer than two groups
 * @throws BIAS-E008 when a setting is out of range
 */
export function analyzeBias(input: BiasAnalysisInput): BiasAnalysis {
  const settings = settingsOf(input)
  const { labels, predicted, classes, groups } = input.table
  if (!(settings.positiveClass >= 0 && settings.positiveClass < classes.length))
    throw codeOutOfRange('class', settings.positiveClass, classes.length)
  confusionMatrix(labels, predicted, classes.length)
  const columns = Object.fromEntries(
    settings.attributes.map(attribute => {
      if (!Object.hasOwn(groups, attribute)) throw unknownAttribute(attribute, Object.keys(groups))
      return [attribute, groups[attribute]!]
    }),
  )
  const tables = crossTables(columns, labels, predicted, settings.positiveClass, settings.depth)
  if (tables.length === 0) throw tooFewGroups(0)
  for (const { attributes, cells } of tables.filter(one => one.attributes.length === 1)) {
    if (cells.length < 2) throw tooFewGroups(cells.length)
    if (cells.length > maximumGroups) throw tooManyGroups(attributes[0]!, cells.length, maximumGroups)
  }
  const [compared, crowded] = [
    tables.filter(({ cells }) => cells.length <= maximumGroups),
    tables.filter(({ cells }) => cells.length > maximumGroups),
  ]
  const metrics = judgedMetrics(compared, settings, seededRandom(settings.seed))
  const notAssessed = [
    ...crowded.map(
      ({ attributes, cells }) =>
        `${attributes.join(' × ')}: ${cells.length} cells, at most ${maximumGroups} are compared`,
    ),
    ...metrics
      .filter(({ verdict }) => verdict === 'not-assessed')
      .map(({ attributes, id, reason }) => `${attributes.join(' × ')}, ${id}: ${reason ?? 'no value'}`),
  ]
  const biasDetected = metrics.some(({ verdict }) => verdict === 'disparity')
  return {
    biasDetected,
    verdict: biasDetected ? 'disparity' : notAssessed.length > 0 ? 'not-assessed' : 'no-disparity-shown',
    rows: analysisRows(compared, settings),
    metrics,
    notAssessed,
    settings,
    n: labels.length,
  }
}

function settingsOf(input: BiasAnalysisInput): BiasAnalysis['settings'] {
  const settings = {
    attributes: input.attributes ?? Object.keys(input.table.groups),
    positiveClass: input.positiveClass ?? 1,
    depth: input.depth ?? 3,
    minimumRows: input.minimumRows ?? 30,
    confidence: input.confidence ?? 0.95,
    thresholds: input.thresholds ?? { 'demographic-parity-difference': 0.1, 'equalized-odds-difference': 0.1 },
    replicates: input.replicates ?? 2000,
    seed: input.seed ?? 1,
  } as const
  if (!(settings.confidence >= 0.5 && settings.confidence < 1))
    throw invalidInput(`confidence ${settings.confidence}`, 'pass a confidence from 0.5 up to below 1')
  if (!(Number.isInteger(settings.minimumRows) && settings.minimumRows >= 1))
    throw invalidInput(`minimumRows ${settings.minimumRows}`, 'pass a whole number from 1')
  for (const [metric, threshold] of Object.entries(settings.thresholds))
    if (!Object.hasOwn(thresholdRates, metric) || !(threshold >= 0 && threshold <= 1))
      throw invalidInput(
        `threshold ${threshold} of '${metric}'`,
        `thresholds are from 0 to 1, of ${Object.keys(thresholdRates).join(', ')}`,
      )
  return settings
}

function judgedMetrics(
  tables: readonly CrossTable[],
  settings: BiasAnalysis['settings'],
  random: Random,
): readonly BiasMetric[] {
  const { confidence, minimumRows, thresholds } = settings
  const limited = Object.keys(thresholds).length * tables.length
  // The smallest p that a simulation can give is 1 / (1 + replicates): it must survive the adjustment.
  const replicates = Math.max(settings.replicates, Math.ceil((2 * limited) / (1 - confidence)))
  const measured = tables.flatMap(({ attributes, cells }) => {
    const names = cells.map(({ slice }) => Object.values(slice).join(' × '))
    const counts = cells.map(one => one.counts)
    const groups = groupRates(names, counts, { confidence, minimumRows })
    return worstCaseMetrics(groups, { confidence, replicates: 1000, random }).map(metric => {
      const threshold = thresholds[metric.id as ThresholdMetric] ?? null
      const rates = thresholdRates[metric.id as ThresholdMetric]
      const isJudged = threshold !== null && metric.value !== null
      return {
        ...metric,
        attributes,
        threshold,
        underEquality: isJudged ? simulated(groups, rates, random, replicates) : null,
      }
    })
  })
  const tested = measured.filter(({ underEquality }) => underEquality !== null)
  const adjusted = holm(tested.map(({ underEquality }) => underEquality!.p))
  return measured.map((metric): BiasMetric => {
    const place = tested.indexOf(metric)
    const adjustedP = place < 0 ? null : adjusted[place]!
    const verdict: BiasVerdict | null =
      metric.threshold === null
        ? null
        : adjustedP === null
          ? 'not-assessed'
          : metric.value! > metric.threshold && adjustedP <= 1 - confidence
            ? 'disparity'
            : 'no-disparity-shown'
    return { ...metric, adjustedP, verdict }
  })
}

/** Groups that are left out of the gap are left out of its simulation as well. */
const simulated = (
  groups: readonly GroupRates[],
  names: readonly RateName[],
  random: Random,
  replicates: number,
): NullRange | null =>
  rangeUnderEquality(
    names.map(name => groups.map(({ rates }) => rates[name]).filter(({ value }) => value !== null)),
    random,
    replicates,
  )
