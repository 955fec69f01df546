import type { Assessment, EffectivePolicy, JsonValue } from '@attestry/core'
import type { Gap } from './gaps.js'
import type { BiasMeasurement, FairnessGaps } from './measure.js'
import type { Rate, RateName, Rates } from './rates.js'

/** Rates that become assessments; the others are in the evidence. */
const assessedRates = [
  'accuracy',
  'error-rate',
  'selection-rate',
  'false-positive-rate',
  'false-negative-rate',
] as const satisfies readonly RateName[]

export type GapMetric =
  | 'demographic-parity-difference'
  | 'demographic-parity-ratio'
  | 'equalized-odds-difference'
  | 'equalized-odds-ratio'

/** The gap behind each metric. The intersectional metrics have the same names after `intersectional-`. */
export const gapMetrics: Readonly<Record<GapMetric, keyof FairnessGaps>> = {
  'demographic-parity-difference': 'demographicParityDifference',
  'demographic-parity-ratio': 'demographicParityRatio',
  'equalized-odds-difference': 'equalizedOddsDifference',
  'equalized-odds-ratio': 'equalizedOddsRatio',
}

type About = Pick<Assessment, 'slice' | 'attribute'>

/**
 * Writes a measurement as assessments.
 *
 * For the whole table: the five rates, `baseline-accuracy`, and each gap as the worst over attributes, so that a limit on
 * the metric binds every attribute. Per group: the five rates (`slice`), not assessed where the group is too small. Per
 * attribute: the four gaps (`attribute`). Per intersection: the rates that can be assessed, and the gaps under
 * `intersectional-…`, a name of their own, because gaps over many small cells are large by chance alone. With more than
 * two classes: `class-error-rate`.
 *
 * @param policy names the control of an assessment that it limits
 */
export function toAssessments(
  measurement: BiasMeasurement,
  policy: Pick<EffectivePolicy, 'metrics'>,
): readonly Assessment[] {
  const { confidence } = measurement.settings
  const finish = (metric: string, rest: Omit<Assessment, 'metric' | 'confidence' | 'control'>): Assessment => {
    const control = policy.metrics.find(({ value }) => value.metric === metric)?.sources[0]?.control
    return { metric, ...rest, ...(rest.interval && { confidence }), ...(control !== undefined && { control }) }
  }
  const ofRate = (metric: string, rate: Rate, about: About = {}, detail?: { readonly [key: string]: JsonValue }) =>
    finish(metric, {
      value: rate.value,
      ...(rate.interval && { interval: rate.interval }),
      n: rate.of,
      ...about,
      detail: {
        count: rate.count,
        method: 'wilson',
        ...(rate.reason !== undefined && { reason: rate.reason }),
        ...(rate.isSmall && { flag: 'small-n' }),
        ...detail,
      },
    })
  const ofRates = (rates: Rates, about: About): readonly Assessment[] =>
    assessedRates.map(name => ofRate(name, rates[name], about))
  const ofGaps = (prefix: string, gaps: FairnessGaps, about: About): readonly Assessment[] =>
    Object.entries(gapMetrics).map(([metric, key]) =>
      finish(prefix + metric, {
        value: gaps[key].value,
        ...(gaps[key].interval && { interval: gaps[key].interval }),
        n: gaps[key].rows,
        ...about,
        detail: gapDetail(gaps[key]),
      }),
    )

  const { overall, baseline, classErrors, classes, attributes, intersections, worst, worstIntersection } = measurement
  return [
    ...ofRates(overall, {}),
    ofRate('baseline-accuracy', baseline, {}, { majorityClass: baseline.majorityClass }),
    ...(classes.length > 2
      ? classErrors.map((rate, index) => ofRate('class-error-rate', rate, { slice: { class: classes[index]! } }))
      : []),
    ...ofGaps('', worst, {}),
    ...attributes.flatMap(({ attribute, groups, slices, gaps }) => [
      ...groups.flatMap(({ rates }, index) => ofRates(rates, { slice: slices[index]! })),
      ...ofGaps('', gaps, { attribute }),
    ]),
    ...(worstIntersection ? ofGaps('intersectional-', worstIntersection, {}) : []),
    ...intersections.flatMap(({ attribute, groups, slices, gaps }) => [
      ...groups
        .flatMap(({ rates }, index) => ofRates(rates, { slice: slices[index]! }))
        .filter(({ value }) => value !== null),
      ...ofGaps('intersectional-', gaps, { attribute }),
    ]),
  ]
}

/** What made a gap, who took no part in it, and how the interval came about. */
export const gapDetail = ({ between, reason, leftOut }: Gap): JsonValue => ({
  method: 'simultaneous over pairs, Bonferroni; newcombe for differences, katz or koopman for ratios',
  ...(reason !== undefined && { reason }),
  ...(between && { between: { ...between } }),
  ...(leftOut.length > 0 && { leftOut: leftOut.map(one => ({ ...one })) }),
})
