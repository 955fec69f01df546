import { z } from 'zod'
import { badOptions } from './errors.js'

export interface BiasOptions {
  /** A rate that rests on fewer rows is not assessed. Default 10. */
  readonly minGroup?: number
  /** Of every interval. Default 0.95. */
  readonly confidence?: number
  /** Whether every pair of attributes is measured too. Default true. */
  readonly intersections?: boolean
}

/** Strict: an unknown option is refused. */
export const optionsSchema: z.ZodType<BiasOptions> = z.strictObject({
  minGroup: z.int().min(1).max(1_000_000).exactOptional(),
  confidence: z.number().min(0.5).lt(1).exactOptional(),
  intersections: z.boolean().exactOptional(),
})

/** Options with defaults. @throws BIAS-E005 that names every problem */
export function checkOptions(options: unknown): Required<BiasOptions> {
  const checked = optionsSchema.safeParse(options ?? {})
  if (!checked.success)
    throw badOptions(checked.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`))
  return { minGroup: 10, confidence: 0.95, intersections: true, ...checked.data }
}
