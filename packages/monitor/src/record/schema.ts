import { digestOf, type Digest, type PredictionTable } from '@attestry/core'
import { z } from 'zod'
import { fitCalibration, type Calibration } from '../performance/calibration.js'
import { frameOf, type Frame } from '../windows/window-counts.js'
import { schemaBad } from './errors.js'

/** What is kept of a column of inputs. */
export type FeatureSpec =
  /** Quantiles. Values outside [min, max] are counted, and kept out of the quantiles. `k` sets the error, 256 by default. */
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number; readonly k?: number }
  /** Counts of declared values; all others are counted together and never kept. */
  | { readonly kind: 'category'; readonly values: readonly string[] }
  /** The most frequent values as they are: only for columns whose values may be kept. 256 counters by default. */
  | { readonly kind: 'frequent'; readonly counters?: number }

/** What a recorder counts. Windows of equal schemas can be merged and compared, whichever process recorded them. */
export interface RecorderSchema {
  /** Classes, bins of scores, known groups. */
  readonly frame: Frame
  readonly features: Readonly<Record<string, FeatureSpec>>
  /** For estimates without labels; null where there is none. */
  readonly calibration: Calibration | null
}

const name = z.string().min(1).max(200)
const share = z.number().min(0).max(1)

const featureSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('number'),
      min: z.number().exactOptional(),
      max: z.number().exactOptional(),
      k: z.int().min(8).max(4096).exactOptional(),
    })
    .refine(({ min, max }) => min === undefined || max === undefined || min <= max, 'min is above max'),
  z.strictObject({ kind: z.literal('category'), values: z.array(z.string().max(200)).min(1).max(1000) }),
  z.strictObject({ kind: z.literal('frequent'), counters: z.int().min(8).max(4096).exactOptional() }),
])

const schemaSchema: z.ZodType<RecorderSchema> = z.strictObject({
  frame: z
    .strictObject({
      classes: z.array(name).min(2).max(1000),
      positiveClass: z.int().min(0),
      scoreEdges: z.array(share).max(1000),
      groups: z.record(name, z.array(z.string().max(200)).max(200)),
    })
    .refine(({ classes, positiveClass }) => positiveClass < classes.length, 'positiveClass is no class')
    .refine(({ classes }) => new Set(classes).size === classes.length, 'a class is named twice'),
  features: z
    .record(name, featureSchema)
    .refine(features => Object.keys(features).length <= 500, 'more than 500 features'),
  calibration: z
    .strictObject({ scores: z.array(share).min(1), shares: z.array(share).min(1) })
    .refine(({ scores, shares }) => scores.length === shares.length, 'as many scores as shares are needed')
    .refine(({ scores }) => scores.every((score, i) => i === 0 || score > scores[i - 1]!), 'scores must ascend')
    .refine(({ shares }) => shares.every((one, i) => i === 0 || one >= shares[i - 1]!), 'shares must not fall')
    .nullable(),
})

/** A schema as it was read from somewhere. @throws MONITOR-E321 that names what is wrong */
export function checkSchema(schema: unknown): RecorderSchema {
  const checked = schemaSchema.safeParse(schema)
  if (checked.success) return checked.data
  const { path, message } = checked.error.issues[0]!
  throw schemaBad(`${path.join('.') || 'it'}: ${message}`)
}

/** What windows of one schema have in common. */
export const digestOfSchema = (schema: RecorderSchema): Digest => digestOf(schema)

export interface SchemaOptions {
  readonly classes: readonly string[]
  /** Index into `classes`; the second unless named. */
  readonly positiveClass?: number
  /** Known groups by attribute; all others are counted together. */
  readonly groups?: Readonly<Record<string, readonly string[]>>
  readonly features?: Readonly<Record<string, FeatureSpec>>
}

/** A schema without a reference: scores in ten equal bins, no estimates. @throws MONITOR-E321 */
export const schemaOf = ({ classes, positiveClass = 1, groups = {}, features = {} }: SchemaOptions): RecorderSchema =>
  checkSchema({
    frame: { classes, positiveClass, scoreEdges: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], groups },
    features,
    calibration: null,
  })

/**
 * A schema from the predictions for a test set: its deciles, its groups, and a calibration from its labels where there are
 * at least 30 of both outcomes together.
 *
 * @throws MONITOR-E321
 */
export function schemaOfReference(
  reference: PredictionTable,
  positiveClass: number,
  features: Readonly<Record<string, FeatureSpec>> = {},
): RecorderSchema {
  return checkSchema({
    frame: frameOf(reference, positiveClass),
    features,
    calibration: calibrationOf(reference, positiveClass),
  })
}

function calibrationOf({ labels, probabilities, classes }: PredictionTable, positiveClass: number): Calibration | null {
  const rows = [...labels.keys()].filter(row => labels[row]! >= 0)
  const scores = rows.map(row => probabilities[row * classes.length + positiveClass]!)
  const truths = rows.map(row => labels[row] === positiveClass)
  const isEnough = rows.length >= 30 && truths.includes(true) && truths.includes(false)
  if (!isEnough || scores.some(score => !(score >= 0 && score <= 1))) return null
  return fitCalibration(scores, truths)
}
