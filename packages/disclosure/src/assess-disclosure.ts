import {
  selectColumns,
  type Assessment,
  type EvaluateInput,
  type Handler,
  type HookContext,
  type RecordBatch,
} from '@attestry/core'
import { gatherRows } from './gather-rows.js'
import { inWords, unmetDemands } from './demands.js'
import { EnforcedTally } from './enforced-tally.js'
import { measureDisclosure, type DisclosureMeasurement } from './measure.js'
import { sensitiveOf, type DisclosureOptions } from './options.js'

/** How many demands the rows of the run do not keep. Deployment waits for 0. */
export const unmetMetric = 'disclosure-demands-unmet'

/**
 * The `evaluate` handler: measures the rows that the run stored, for training and for testing together, and records it
 * as `disclosure-risk` evidence: `pass` or `fail` by the demand, `info` without one.
 */
export function assessDisclosure(options: DisclosureOptions): Handler<'evaluate'> {
  const { quasiIdentifiers, demand, threshold, populationSize } = options
  const sensitive = sensitiveOf(options)
  return async (input, context) => {
    const batch = await gatherRows(columnsOf(input, [...quasiIdentifiers, ...Object.keys(sensitive)]))
    const measured = measureDisclosure(batch, {
      quasiIdentifiers,
      sensitive,
      ...(threshold !== undefined && { threshold }),
      ...(populationSize !== undefined && { population: { size: populationSize } }),
    })
    const unmet = demand ? unmetDemands(batch, quasiIdentifiers, demand) : []
    await context.evidence({
      type: 'disclosure-risk',
      controls: [],
      outcome: demand === undefined ? 'info' : unmet.length === 0 ? 'pass' : 'fail',
      subjects: [
        { name: 'model', digest: input.modelDigest },
        ...(context.datasetDigest ? [{ name: 'dataset', digest: context.datasetDigest }] : []),
      ],
      facts: factsOf(measured, options, unmet.map(inWords), context),
    })
    return assessmentsOf(measured, options, unmet.map(inWords))
  }
}

async function* columnsOf(input: EvaluateInput, names: readonly string[]): AsyncIterable<RecordBatch> {
  for (const rows of [input.trainRows(), input.testRows()])
    for await (const batch of rows) yield selectColumns(batch, names)
}

function factsOf(
  { histogram, ...measured }: DisclosureMeasurement,
  { declaredBy, demand, enforce }: DisclosureOptions,
  unmet: readonly string[],
  context: HookContext,
): { readonly [key: string]: unknown } {
  return {
    ...measured,
    declaredBy,
    scope: 'rows stored for training and for testing, together; columns and attackers as declared, and no others',
    classSizes: bySize(histogram),
    demand: demand ?? null,
    unmet,
    enforced: enforce ? { algorithm: enforce.algorithm, ...context.get(EnforcedTally).totals() } : null,
    ...(enforce && { dropped: context.get(EnforcedTally).totals().suppressedRows }),
    caveat:
      'no differential privacy: an outsider may know more, and other releases of the same people are not considered',
  }
}

const bounds = [1, 2, 5, 10, 20, 50, 100, 1000] as const

/** Classes by size, few enough numbers to be read. */
function bySize(
  histogram: DisclosureMeasurement['histogram'],
): readonly { from: number; classes: number; rows: number }[] {
  return bounds.map((from, place) => {
    const here = histogram.filter(({ size }) => size >= from && size < (bounds[place + 1] ?? Infinity))
    return {
      from,
      classes: here.reduce((sum, { classes }) => sum + classes, 0),
      rows: here.reduce((sum, { classes, size }) => sum + classes * size, 0),
    }
  })
}

function assessmentsOf(
  { rows, k, uniqueRows, prosecutor, journalist, marketer }: DisclosureMeasurement,
  { demand }: DisclosureOptions,
  unmet: readonly string[],
): readonly Assessment[] {
  const of = (metric: string, value: number | null, detail?: Assessment['detail']): Assessment => ({
    metric,
    value,
    n: rows,
    ...(detail !== undefined && { detail }),
  })
  return [
    of('smallest-class', k),
    of('unique-rows', uniqueRows / rows),
    of('reidentification-risk-prosecutor', prosecutor.max, {
      mean: prosecutor.mean,
      shareAbove: prosecutor.shareAbove,
    }),
    journalist
      ? of('reidentification-risk-journalist', journalist.max, {
          mean: journalist.mean,
          shareAbove: journalist.shareAbove,
          assumption: journalist.assumption,
        })
      : of('reidentification-risk-journalist', null, { reason: 'no population is declared' }),
    of('reidentification-risk-marketer', marketer),
    ...(demand ? [of(unmetMetric, unmet.length, { unmet: [...unmet] })] : []),
  ]
}
