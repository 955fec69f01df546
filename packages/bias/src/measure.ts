import type { PredictionTable } from '@attestry/core'
import { classErrors, confusionMatrix, majorityBaseline } from './confusion.js'
import { tooManyGroups } from './errors.js'
import { demographicParity, equalizedOdds, worstGap, type Gap, type GapKind, type GroupTable } from './gaps.js'
import { countGroups, crossCodes, encodeGroups, type GroupCoding } from './group-counts.js'
import { groupRates, rateOf, ratesOf, type GroupRates, type Rate, type Rates, type RateSettings } from './rates.js'

/** Above this an attribute is an identifier or a measurement, and its values do not belong in evidence. */
export const maximumGroups = 200

export interface BiasSettings extends RateSettings {
  /** Whether every pair of attributes is measured too. */
  readonly intersections: boolean
}

/** The four gaps, each in its own definition. */
export interface FairnessGaps {
  readonly demographicParityDifference: Gap
  readonly demographicParityRatio: Gap
  readonly equalizedOddsDifference: Gap
  readonly equalizedOddsRatio: Gap
}

/** One attribute, or one pair of attributes. */
export interface AttributeBias extends GroupTable {
  /** One name, or two for an intersection. */
  readonly attributes: readonly string[]
  /** Values of `attributes` for each of `groups`, in the same order. */
  readonly slices: readonly Readonly<Record<string, string>>[]
  readonly gaps: FairnessGaps
}

export interface BiasMeasurement {
  readonly rows: number
  readonly classes: readonly string[]
  readonly positiveClass: number
  readonly overall: Rates
  /** Per class: share of its rows that were given another class. */
  readonly classErrors: readonly Rate[]
  /** Accuracy of always answering with the most frequent class. */
  readonly baseline: Rate & { readonly majorityClass: string | null }
  readonly attributes: readonly AttributeBias[]
  readonly intersections: readonly AttributeBias[]
  /** The worst over `attributes`; the gaps that a limit on fairness is about. */
  readonly worst: FairnessGaps
  /** The worst over `intersections`; null when there is none. */
  readonly worstIntersection: FairnessGaps | null
  readonly settings: BiasSettings
}

/**
 * Measures a table of predictions, per group and per pair of attributes.
 *
 * @throws BIAS-E001, BIAS-E002 when the table is malformed
 * @throws BIAS-E003 when an attribute has more than 200 groups
 */
export function measureBias(table: PredictionTable, positiveClass: number, settings: BiasSettings): BiasMeasurement {
  const { labels, predicted, classes } = table
  const matrix = confusionMatrix(labels, predicted, classes.length)
  const count = (groups: Int32Array, groupCount: number) =>
    countGroups({ labels, predicted, groups, groupCount, positiveClass })

  const codings = Object.entries(table.groups).map(([attribute, values]) => {
    const coding = encodeGroups(values)
    if (coding.names.length > maximumGroups) throw tooManyGroups(attribute, coding.names.length, maximumGroups)
    return { attribute, coding }
  })

  const attributes = codings.map(({ attribute, coding: { names, codes } }) =>
    describe(
      [attribute],
      names.map(name => [name]),
      groupRates(names, count(codes, names.length), settings),
      settings,
    ),
  )
  const intersections = settings.intersections ? pairs(codings).map(([a, b]) => intersect(a, b, count, settings)) : []

  const { majorityClass, ...majority } = majorityBaseline(matrix)
  return {
    rows: labels.length,
    classes,
    positiveClass,
    overall: ratesOf(count(new Int32Array(labels.length), 1)[0]!, settings),
    classErrors: classErrors(matrix).map(errors => rateOf(errors, settings, 'rows of the class')),
    baseline: {
      ...rateOf(majority, settings, 'rows with a known class'),
      majorityClass: majority.of === 0 ? null : classes[majorityClass]!,
    },
    attributes,
    intersections,
    worst: gapsOf((measure, kind) => worstGap(kind, attributes, measure, settings.confidence)),
    worstIntersection:
      intersections.length === 0
        ? null
        : gapsOf((measure, kind) => worstGap(kind, intersections, measure, settings.confidence)),
    settings,
  }
}

type Named = { readonly attribute: string; readonly coding: GroupCoding }

function intersect(
  a: Named,
  b: Named,
  count: (groups: Int32Array, groupCount: number) => ReturnType<typeof countGroups>,
  settings: BiasSettings,
): AttributeBias {
  const cells = a.coding.names.flatMap(first => b.coding.names.map(second => [first, second]))
  const counts = count(crossCodes(a.coding, b.coding), cells.length)
  const present = cells.filter((_, cell) => counts[cell]!.rows > 0)
  if (present.length > maximumGroups) return tooManyCells([a.attribute, b.attribute], present.length)
  return describe([a.attribute, b.attribute], present, groupRates(cells.map(joined), counts, settings), settings)
}

const joined = (names: readonly string[]): string => names.join(' × ')

function describe(
  attributes: readonly string[],
  values: readonly (readonly string[])[],
  groups: readonly GroupRates[],
  settings: BiasSettings,
): AttributeBias {
  return {
    attribute: joined(attributes),
    attributes,
    groups,
    slices: values.map(names => Object.fromEntries(attributes.map((attribute, i) => [attribute, names[i]!]))),
    gaps: gapsOf((measure, kind) => measure(kind, groups, settings.confidence)),
  }
}

/** An intersection of hundreds of cells is named and counted, but not measured. */
function tooManyCells(attributes: readonly string[], cells: number): AttributeBias {
  const reason = `${cells} cells, at most ${maximumGroups} are compared`
  const none: Gap = { value: null, interval: null, reason, rows: 0, leftOut: [] }
  return { attribute: joined(attributes), attributes, groups: [], slices: [], gaps: gapsOf(() => none) }
}

const gapsOf = (measured: (measure: typeof demographicParity, kind: GapKind) => Gap): FairnessGaps => ({
  demographicParityDifference: measured(demographicParity, 'difference'),
  demographicParityRatio: measured(demographicParity, 'ratio'),
  equalizedOddsDifference: measured(equalizedOdds, 'difference'),
  equalizedOddsRatio: measured(equalizedOdds, 'ratio'),
})

const pairs = <T>(items: readonly T[]): (readonly [T, T])[] =>
  items.flatMap((first, place) => items.slice(place + 1).map(second => [first, second] as const))
