import { z } from 'zod'
import { DistinctCount } from '../sketches/distinct-count.js'
import { openColumn, type StoredColumn } from './column-tally.js'
import { schemasDiffer, windowDamaged } from './errors.js'
import type { RecordedWindow } from './recorded-window.js'
import { digestOfSchema, type RecorderSchema } from './schema.js'
import { idPrecision } from './window-tally.js'

const count = z.int().min(0)
const counts = z.array(count)
const sum = z.number().min(0)
const quality = { present: count, missing: count, typeErrors: count, outOfRange: count }
const expected = z.strictObject({
  selected: count,
  selectedPositive: sum,
  selectedVariance: sum,
  rest: count,
  restPositive: sum,
  restVariance: sum,
})

const column: z.ZodType<StoredColumn> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('number'),
    ...quality,
    quantiles: z.strictObject({
      k: count,
      rows: count,
      least: z.number().nullable(),
      greatest: z.number().nullable(),
      levels: z.array(z.array(z.number())),
    }),
  }),
  z.strictObject({ kind: z.literal('category'), ...quality, counts }),
  z.strictObject({
    kind: z.literal('frequent'),
    ...quality,
    frequent: z.strictObject({
      counters: count,
      rows: count,
      shortfall: count,
      counts: z.array(z.tuple([z.string(), count])),
    }),
  }),
])

const windowSchema: z.ZodType<RecordedWindow> = z.strictObject({
  format: z.literal('attestry-window/1'),
  schema: z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  counts: z.strictObject({
    rows: count,
    invalidScores: count,
    scores: counts,
    predicted: counts,
    labelled: count,
    correct: count,
    attributes: z.record(
      z.string(),
      z.array(z.strictObject({ rows: count, selected: count, labelled: count, correct: count })),
    ),
  }),
  confusion: z.strictObject({
    truePositives: count,
    falsePositives: count,
    falseNegatives: count,
    trueNegatives: count,
  }),
  estimates: z
    .strictObject({
      overall: expected,
      attributes: z.record(z.string(), z.array(expected)),
      scores: z.array(z.tuple([z.int().min(0).max(999), sum, sum, sum])).max(1000),
    })
    .nullable(),
  features: z.record(z.string(), column),
  ids: z.strictObject({ rows: count, distinct: z.strictObject({ precision: count, registers: z.string() }) }),
  unknownTruths: count,
  undeclaredFeatures: count,
  rejected: z.strictObject({ 'not-an-object': count, 'unknown-class': count, unreadable: count, closed: count }),
})

/**
 * A window as a recorder of this schema can have written it.
 *
 * @throws MONITOR-E323 for anything else, MONITOR-E303 for a damaged sketch in it, MONITOR-E324 for another schema
 */
export function checkWindow(value: unknown, schema: RecorderSchema, file: string): RecordedWindow {
  const checked = windowSchema.safeParse(value)
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!
    throw windowDamaged(file, `${path.slice(0, 2).join('.') || 'it'}: ${message}`)
  }
  const window = checked.data
  const digest = digestOfSchema(schema)
  if (window.schema !== digest) throw schemasDiffer(window.schema, digest)
  const problem = misfit(window, schema)
  if (problem !== null) throw windowDamaged(file, problem)
  return window
}

const total = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)
const sameNames = (a: object, b: object): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(a).every(name => Object.hasOwn(b, name))

function misfit(window: RecordedWindow, { frame, features, calibration }: RecorderSchema): string | null {
  const { rows, invalidScores, scores, predicted, labelled, correct, attributes } = window.counts
  if (scores.length !== frame.scoreEdges.length + 1 || total(scores) + invalidScores !== rows)
    return 'its scores do not add up to its rows'
  if (predicted.length !== frame.classes.length || total(predicted) !== rows)
    return 'its classes do not add up to its rows'
  if (correct > labelled || labelled > rows || total(Object.values(window.confusion)) !== labelled)
    return 'its labels do not add up'
  if (!sameNames(attributes, frame.groups) || !sameNames(window.features, features)) return 'its columns are others'
  for (const [attribute, known] of Object.entries(frame.groups)) {
    const groups = attributes[attribute]!
    if (groups.length !== known.length + 1 || total(groups.map(group => group.rows)) !== rows)
      return 'its groups do not add up to its rows'
    if (window.estimates && window.estimates.attributes[attribute]?.length !== groups.length)
      return 'its estimates have other groups'
  }
  if ((window.estimates === null) !== (calibration === null)) return 'its estimates are missing'
  for (const [name, spec] of Object.entries(features)) {
    const stored = window.features[name]!
    if (stored.kind !== spec.kind || stored.present + stored.missing !== rows) return 'a column does not add up'
    if (spec.kind === 'category' && stored.kind === 'category' && stored.counts.length !== spec.values.length)
      return 'a column has other categories'
    openColumn(spec, stored)
  }
  if (DistinctCount.fromJSON(window.ids.distinct).precision !== idPrecision) return 'its ids have another precision'
  return null
}
